"""Whom to write to, and what: short texts to people whose file could not be taken whole, for the instructor to copy.

Of whom nothing came in is not known here. Names stand in it, because a letter needs one.
"""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from pathlib import Path

from coursekit.grading.assessment import lines_are_missing
from coursekit.grading.gradebook import Gradebook
from coursekit.grading.kept import Submission, Trainee
from coursekit.grading.senders import CANVAS, canonical, sender
from coursekit.grading.tables import files_of, table
from coursekit.grading.whose import SAME_FILE

FILE = "to-write-to.csv"
HEADS = ["Name", "System id", "About", "Text", "File", "Trainee id"]

REFUSED = "file refused"
DAMAGED = "file damaged"
MISSING = "lines missing"
AFTER = "answered after the hand-in"
SAME = "somebody else's file"
LESSON = "only the lesson"
_AFTER = "only after the hand-in"
"""The words of the reason by which such an answer waits."""

_AGAIN = "Please hand in once more the file ending in .coursekit that “Hand in” makes, in the notebook or on the exported page."
_TEXTS = {
    REFUSED: f"what came in from you ({{file}}) holds no answers that can be read, so nothing of it was graded. {_AGAIN}",
    DAMAGED: f"a part of the file that came in from you is cut off or damaged. What can be read was graded. {_AGAIN}",
    MISSING: f"some lines are missing in the file that came in from you. What is there was graded. {_AGAIN}",
    AFTER: "you answered something ({items}) only after you had pressed “Hand in”. If that is to count, please press it again, "
    "and send the file.",
    SAME: f"the file that came from you ({{file}}) was handed in by somebody else, too, so it does not count for you. {_AGAIN}",
    LESSON: "what came in from you is the lesson “{items}”, and nothing from its exercise. If you have done that, please press "
    "“Hand in” in the exercise, and send the file.",
}


@dataclass(frozen=True)
class Letter:
    """Somebody to write to: name and system id (either may be empty), what it is about, the text, the file, and whose it is."""

    name: str
    system_id: str
    about: str
    text: str
    file: str
    trainee: str = ""


def letters(book: Gradebook, out: Path) -> list[Letter]:
    """Everybody who should hear something, by name: by the gradebook, and by files.csv in the folder `out`."""
    known = book.senders()
    trainees = {(system, id): trainee for trainee, senders in known.items() for system, id, _ in senders}
    found = list(_refused(files_of(out), trainees.keys()))
    everybody, asked = {one.id: one for one in book.trainees()}, set(book.handed_in())
    for id in sorted({*book.to_look_into(_AFTER), *book.without_exercise()}):
        senders = known.get(id, [])
        name = everybody[id].name or next((name for _, _, name in senders if name), "")
        numbers, hand_ins = " ".join(number for _, number, _ in senders), book.hand_ins(id, contents=False)
        done = {one.notebook for one in hand_ins if one.part == "exercise"}
        for one in hand_ins:
            if one.counts and one.part == "lesson" and one.notebook in asked - done:
                text = _text(LESSON, name, items=one.notebook.replace("_", " "))
                found.append(Letter(name, numbers, LESSON, text, one.source, id))
            if one.counts:
                found += _about(one, everybody[id], name, numbers)
            found += _of_the_same_file(book, one, trainees)
    return sorted(found, key=lambda one: (one.name.casefold() or "\uffff", one.file, one.about))


def write(letters: Iterable[Letter], out: Path) -> None:
    """Write them to a table in the folder `out`; without any there is none."""
    rows = [[one.name, one.system_id, one.about, one.text, one.file, one.trainee] for one in letters]
    if not rows:
        (out / FILE).unlink(missing_ok=True)
        return
    with table(out / FILE) as writer:
        for row in [HEADS, *rows]:
            writer.writerow(row)


def _refused(files: Iterable[dict[str, str]], graded: Set[tuple[str, str]]) -> Iterator[Letter]:
    """One letter to each sender of whom a file was refused and no other was taken."""
    told: set[tuple[str, str]] = set()
    for row in files:
        by = sender(row["File"])
        key = (by.system, by.id) if by else ("", row["File"])
        of_nobody = by is None and row["File"].lower().endswith(".zip")  # the whole download
        if row["Outcome"] == "refused" and not of_nobody and key not in told | graded:
            told.add(key)
            name, id = (by.name, by.id) if by else ("", "")
            dear = name if by and by.system != CANVAS else ""  # Canvas writes a name as kernmia
            yield Letter(name, id, REFUSED, _text(REFUSED, dear, file=_file_name(row["File"])), row["File"])


def _about(one: Submission, trainee: Trainee, name: str, ids: str) -> Iterator[Letter]:
    """What there is to say of a hand-in."""
    missing = lines_are_missing(problem["reason"] for problem in one.problems)
    late = [row["item"] for row in one.scores if _AFTER in " ".join(row["reasons"])]
    about = [DAMAGED] if one.damaged else [MISSING] if missing else []
    for each in [*about, *([AFTER] if late else [])]:
        text = _text(each, name, items=", ".join(late), file=one.source)
        yield Letter(name, ids, each, text, one.source, trainee.id)


def _of_the_same_file(book: Gradebook, one: Submission, trainees: dict[tuple[str, str], str]) -> Iterator[Letter]:
    """A letter to each sender, of another name, whose file is kept under this one, and who handed in no other for its notebook."""
    for problem in one.problems:
        by = sender(problem["source"]) if problem["reason"] == SAME_FILE else None
        own = book.hand_ins(trainees.get((by.system, by.id), ""), contents=False) if by else []
        has_own = any((each.part, each.notebook) == (one.part, one.notebook) for each in own)
        if by and canonical(by.name) != canonical(one.sender_name) and not has_own:
            dear = by.name if by.system != CANVAS else ""
            file = _file_name(problem["source"])
            yield Letter(by.name, by.id, SAME, _text(SAME, dear, file=file), problem["source"], problem["clash"])


def _file_name(source: str) -> str:
    return source.replace("\\", "/").split(": ")[-1].rsplit("/", 1)[-1]


def _text(about: str, name: str, **given: str) -> str:
    dear = f"Dear {name}," if name else "Hello,"
    return f"{dear}\n\n{_TEXTS[about].format(**given)}"
