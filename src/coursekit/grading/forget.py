"""Removing a person: from the gradebook, and from the tables and pages that were made of it."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import sqlalchemy as sa

from coursekit.exercises.answers import AnswersRefused, read
from coursekit.grading import xlsx
from coursekit.grading.gradebook import Gradebook
from coursekit.grading.kept import Trainee
from coursekit.grading.lms import write_feedback_zip
from coursekit.grading.schema import comments as _comments
from coursekit.grading.schema import trainees as _trainees
from coursekit.grading.senders import canonical, sender
from coursekit.grading.submissions import Refused, entries
from coursekit.grading.tables import files_of, table
from coursekit.grading.whose import folded

OF_ALL = ("canvas.csv", "moodle.csv", "report*.html", "marking*.csv", "marking*.xlsx")
"""What was made from the whole class and cannot be made without somebody by taking out a row."""


def who(book: Gradebook, text: str) -> list[Trainee]:
    """The trainees who are meant by an id (ours, or that of a learning-management system) or by a name in full."""
    text = text.strip()
    senders = {id for id, known in book.senders().items() if any(text == number for _, number, _ in known)}
    everybody = book.trainees()
    by_id = [one for one in everybody if one.id == text or one.id in senders]
    return by_id or [one for one in everybody if one.name and folded(one.name) == folded(text)]


def forget(book: Gradebook, trainee: Trainee, out: Path, page_name: Callable[[Trainee], str]) -> list[str]:
    """Remove a trainee from the gradebook and from the output folder `out`; return what was removed, as sentences.

    The files that came in are the instructor's, and stay; those that lie in `out` are named. They are not taken again, until
    `take_again`. Running again after a crash goes on.
    """
    person = _known(book, trainee)
    said = list(_out_of_folder(book, person, out, page_name))  # first, because afterwards nobody knows whom to look for
    comments = _without_comments(book, person)
    return [_of_the_book(book.remove(trainee.id), comments), *said]


def sources(book: Gradebook, trainee: Trainee, out: Path) -> list[str]:
    """The zips and files that came in with something of a trainee in them, by the gradebook and by files.csv in `out`."""
    kept = [one.source for one in book.hand_ins(trainee.id, contents=False)]
    listed = [row["File"] for row in files_of(out) if row["Trainee id"] == trainee.id]
    return sorted({each.split(": ")[0] for each in [*kept, *listed]})


_ROWS = {
    "submissions": ("hand-in", "hand-ins"),
    "scores": ("answer with its score", "answers with their scores"),
    "roleplays": ("play of a role-play", "plays of role-plays"),
}


def _of_the_book(rows: dict[str, int], comments: int) -> str:
    """What was removed from the gradebook, in words; `comments` are those in the bank that named the person."""
    counted = [f"{rows[name]} {words[rows[name] > 1]}" for name, words in _ROWS.items() if name in rows]
    named = f"{comments} {'comment' if comments == 1 else 'comments'} in the bank with this name"
    told = [*counted, *(["all marks and comments"] if "marks" in rows else []), *([named] if comments else [])]
    *most, last = told or ["name and number"]
    return f"Removed from the gradebook: {' and '.join([*([', '.join(most)] if most else []), last])}."


# The way back


@dataclass(frozen=True)
class Passed:
    """A file whose trainee was removed: where it is, its SHA-256, the day, and by what its trainee can be known again."""

    source: str
    sha256: str
    day: str
    known_by: frozenset[str]


def passed(book: Gradebook, paths: Iterable[Path]) -> list[Passed]:
    """Of what came in the files that are not taken, because their trainee was removed."""
    found = []
    for entry in entries(paths):
        try:
            content = entry.content()
        except Refused:
            continue
        sha = sha256(content).hexdigest()
        if day := book.removed_on([sha]).get(sha):
            found.append(Passed(entry.source, sha, day, frozenset(_known_by(content, entry.source))))
    return found


def _known_by(content: bytes, source: str) -> Iterator[str]:
    if by := sender(source):  # what else the file says may be of a working copy that went round
        yield from (by.id, canonical(by.name))
        return
    with suppress(AnswersRefused):
        answers = read(content)
        header = [answers.header.trainee, answers.header.name] if answers.header else []
        given = [*header, *(act.value for act in answers.acts if act.item == "name")]
        yield from (folded(name) for name in given if name)


def take_again(book: Gradebook, text: str, paths: Iterable[Path]) -> list[str]:
    """Take a removal back that was a mistake: of what came in, the files of who is meant by an id or a name in full (or the one
    file that lies at `text`) are taken when they are graded again. Return where these are.
    """
    wanted = {text, folded(text), *([] if text.isdecimal() else [canonical(text)])}
    meant = [one for one in passed(book, paths) if text == one.source or wanted & one.known_by]
    book.take_again([one.sha256 for one in meant])
    return [one.source for one in meant]


# What was made of it


def _out_of_folder(book: Gradebook, person: "_Person", out: Path, page_name: Callable[[Trainee], str]) -> Iterator[str]:
    for page in sorted((out / "feedback").glob(f"*-{person.id}.html")):
        page.unlink()
        yield f"Page removed: feedback/{page.name}"
    ours = {path for path in out.glob("*.csv") if _is_ours(path)}
    for path in sorted(ours):
        if gone := _without(path, person):
            yield f"{path.name}: {gone} {'row' if gone == 1 else 'rows'} removed."
    for path in sorted(_copies(out, person) - ours):
        path.unlink()
        given = path.parent.name == "from-you"  # by the instructor
        why = "it holds the whole class. Choose it again" if given else "it was made from the whole class. Make it again"
        yield f"{path.relative_to(out)} removed, because {why}."
    if (out / "feedback.zip").exists():
        write_feedback_zip(book, out, page_name)
        yield "feedback.zip packed anew."
    made = {*ours, out / "feedback.zip", *([book.file] if book.file else []), *(out / "feedback").glob("*.html")}
    known = {path.resolve() for path in made}
    for path in sorted(path for path in out.rglob("*") if path.is_file()):
        if path.resolve() not in known and person.is_in(path):
            yield f"{path.relative_to(out)} is not of coursekit's making, and stays. Remove it yourself."


@dataclass(frozen=True)
class _Person:
    """By what somebody is found again in a file."""

    id: str
    names: frozenset[str]
    """All names, folded, that nobody else in the gradebook has."""
    senders: frozenset[tuple[str, str]]
    texts: tuple[str, ...]
    """Words of the answers that are long enough to be nobody else's."""

    def is_named(self, file: str) -> bool:
        """Whether a file in the list of what came in is this person's by its name."""
        if (by := sender(file)) is not None:
            return (by.system, by.id) in self.senders
        letters = {canonical(name) for name in self.names}
        parts = [Path(part).stem for part in re.split(r"[/\\]|: ", file)]
        return any(canonical(re.sub(r" ?\(\d+\)$", "", part)) in letters for part in parts if part)

    def is_in_cell(self, cell: str) -> bool:
        """Whether a cell of a spreadsheet names this person, or holds an answer."""
        text = cell.strip()
        numbers = {number for _, number in self.senders}
        if _has_id(self.id, text) or canonical(text) in {canonical(name) for name in self.names}:
            return True
        return bool(re.sub(r"^\D*", "", text) in numbers or any(answer in text for answer in self.texts))

    def is_in(self, path: Path) -> bool:
        """Whether anything of this person stands in the bytes of a file, in what is packed in it, or in a name there."""
        wanted = [text.encode() for text in (self.id, *self.texts)]
        for name, data in _unpacked(path):
            if self.is_named(name) or any(text in data for text in wanted):
                return True
            plain = folded(data.decode("utf-8", "replace"))
            if any(re.search(rf"\b{re.escape(each)}\b", plain) for each in self.names):
                return True
        return False


LONG_ENOUGH = 12
"""Characters of an answer by which it is known as somebody's own."""


def _known(book: Gradebook, trainee: Trainee) -> _Person:
    senders = book.senders().get(trainee.id, [])
    with book._engine.connect().execution_options(reading=True) as open:
        rows = open.execute(sa.select(_trainees.c.id, _trainees.c.names)).all()
    names = {row.id: {folded(name) for name in json.loads(row.names)} for row in rows}
    others = set().union(*(theirs for id, theirs in names.items() if id != trainee.id))
    mine = names.get(trainee.id, set()) | {folded(name) for _, _, name in senders if name}
    texts = {text for one in book.hand_ins(trainee.id, contents=False) for row in one.scores for text in _texts(row["answer"])}
    return _Person(
        trainee.id, frozenset(mine - others - {""}), frozenset((system, id) for system, id, _ in senders), tuple(sorted(texts))
    )


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        value = value.get("text")
    if isinstance(value, str) and len(value.strip()) >= LONG_ENOUGH:
        yield value.strip()


def _has_id(id: str, text: str) -> bool:
    """Whether an id stands in a text: not as the beginning of that of somebody who was kept apart."""
    return re.search(rf"{re.escape(id)}(?!\+?[0-9a-f])", text) is not None


def _without_comments(book: Gradebook, person: _Person) -> int:
    """Take out of the bank all comments that name somebody; return how many."""
    with book._engine.begin() as open:
        rows = open.execute(sa.select(_comments.c.id, _comments.c.comment)).all()
        naming = [row.id for row in rows if any(re.search(rf"\b{re.escape(n)}\b", folded(row.comment)) for n in person.names)]
        open.execute(_comments.delete().where(_comments.c.id.in_(naming)))
    return len(naming)


# Files


def _is_ours(path: Path) -> bool:
    """Whether it is one of our tables, in which each row says whose it is."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        return "Trainee id" in next(csv.reader(file), [])


def _without(path: Path, person: _Person) -> int:
    """Take out the rows of one of our tables in which a trainee stands, as subject or in passing; return how many."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    whose, file_in = head.index("Trainee id"), head.index("File") if "File" in head else None
    kept = [
        row for row in rows
        if not any(_has_id(person.id, cell) for cell in row)
        and not (file_in is not None and not row[whose] and person.is_named(row[file_in]))
    ]  # fmt: skip
    if len(kept) < len(rows):
        with table(path) as writer:
            for row in [head, *kept]:
                writer.writerow(row)
    return len(rows) - len(kept)


def _copies(out: Path, person: _Person) -> set[Path]:
    """What was made from the whole class, marking sheets and class reports under any name, and what a crash left unfinished."""
    found = {path for pattern in OF_ALL for path in out.glob(pattern)}
    found |= {path for path in out.rglob(".*.new") if path.is_file()}
    found |= {path for path in out.glob("*.html") if "ck-report" in path.read_text(encoding="utf-8", errors="replace")}
    sheets = [path for path in out.rglob("*") if path.suffix.lower() in (".csv", ".xlsx") and path.is_file()]
    return found | {path for path in sheets if _is_about(path, person)}


def _is_about(path: Path, person: _Person) -> bool:
    """Whether a spreadsheet is one of marking, or names somebody."""
    with suppress(xlsx.NotASheet):
        for number, row in enumerate(_rows(path.read_bytes())):
            if (not number and "Answer id" in row) or any(map(person.is_in_cell, row)):
                return True
    return False


def _rows(data: bytes) -> Iterator[list[str]]:
    if data[:2] == b"PK":
        yield from xlsx.read(data)
        return
    text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "replace")
    yield from csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=text.split("\n", 1)[0].count))


LARGEST = 64 << 20
"""Bytes of a file, or of what is packed in one, that is searched."""


def _unpacked(path: Path) -> Iterator[tuple[str, bytes]]:
    """A file by its name and bytes, and if it is a zip what is in it."""
    yield path.name, path.read_bytes() if path.stat().st_size <= LARGEST else b""
    with suppress(zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError), zipfile.ZipFile(path) as packed:
        for one in packed.infolist():
            yield one.filename, packed.read(one) if one.file_size <= LARGEST else b""
