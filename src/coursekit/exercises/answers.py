"""What a trainee's answers file is used for: saving, restoring, handing in, taking up work done elsewhere."""

import json
import os
import re
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coursekit.exercises.records import ENDING, RESERVED, Act, Answers, AnswersRefused, Damaged, Header, read
from coursekit.exercises.writing import AnswersFile

if TYPE_CHECKING:
    from coursekit.exercises.items import Item

__all__ = [
    "ENDING", "Act", "Answers", "AnswersFile", "AnswersRefused", "Damaged", "Gap", "Header", "Taken",
    "attempted", "hand_in", "missing", "read", "take_up", "trainee_id",
]  # fmt: skip


def attempted(kind: str, value: Any) -> bool:
    """Whether a value says anything. What says nothing is *not attempted*, which is never *wrong*.

    `value` is the value of one act (of a role-play: of one turn). Anything malformed says nothing.
    """
    if not isinstance(value, dict):
        return False
    if kind == "choice":
        return _is_name(value.get("option")) or _is_name(value.get("reason"))
    if kind == "coding":
        return any(_is_name(code) for code in _mapping(value.get("codes")).values())
    if kind == "ordering":
        return isinstance(value.get("order"), list) and bool(value["order"])
    if kind == "rating":
        return any(_is_number(rating) for rating in _mapping(value.get("ratings")).values())
    if kind in ("written", "reflection"):
        return _says_something(value.get("text"))
    return kind == "roleplay" and "turn" in value


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _says_something(text: Any) -> bool:
    if not isinstance(text, str):
        return False
    return any(not sign.isspace() and unicodedata.category(sign) not in ("Cc", "Cf") for sign in text)


# What is still empty


@dataclass(frozen=True)
class Gap:
    """An item that is still empty, or answered in part: its id, its title, and what is missing in words."""

    item: str
    title: str
    what: str

    def __str__(self) -> str:
        return f"{self.title}: {self.what}"


def missing(items: "Iterable[Item]", answers: Answers) -> list[Gap]:
    """What is still empty, in the order of the items; an empty list when all is answered."""
    gaps = ((item, _gap(item, answers)) for item in items)
    return [Gap(item.id, item.title, what) for item, what in gaps if what]


def _gap(item: "Item", answers: Answers) -> str:
    if item.kind == "roleplay":
        plays = answers.attempts(item.id).values()
        turns = [act.value for play in plays for act in play if isinstance(act.value, dict)]
        if any("self" in turn for turn in turns):
            return ""
        return "not played to its end" if any("turn" in turn for turn in turns) else "not played yet"
    act = answers.current(item.id)
    if act is None or not attempted(item.kind, act.value):
        return "no answer yet"
    if item.kind == "choice":
        wanted = ("option", "reason") if item.reasons else ("option",)
        return ", ".join(f"no {part} chosen" for part in wanted if not _is_name(act.value.get(part)))
    if item.kind == "coding":
        asked = [line.id for line in item.lines if line.code]
        return _part(asked, _mapping(act.value["codes"]), "lines judged")
    if item.kind == "rating":
        return _part([scale.id for scale in item.scales], _mapping(act.value["ratings"]), "scales rated")
    return ""


def _part(asked: list[str], given: dict[str, Any], what: str) -> str:
    done = sum(given.get(name) not in (None, "") for name in asked)
    return "" if done == len(asked) else f"{done} of {len(asked)} {what}"


# Whose answers


def trainee_id(folder: Path | str) -> str:
    """The trainee's random id, 16 hexadecimal digits, the same for all answers files of a folder.

    It is drawn once and kept in the folder, in `.trainee`; if that is lost, an answers file gives it.
    """
    folder = Path(folder)
    note = folder / ".trainee"
    known = _noted(note) or _id_in(folder)
    if known:
        return known
    drawn = secrets.token_hex(8)
    if _put_new(note, f"{drawn}\n".encode()):
        return drawn
    if known := _noted(note):  # two notebooks opened at once, and the other came first
        return known
    note.unlink(missing_ok=True)
    return drawn if _put_new(note, f"{drawn}\n".encode()) else _noted(note) or drawn


def _noted(note: Path) -> str:
    try:
        text = note.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
    return text if re.fullmatch(r"[0-9a-f]{16}", text) else ""


def _id_in(folder: Path) -> str:
    for path in sorted(folder.glob(f"*{ENDING}")):
        try:
            header = read(path).header
        except AnswersRefused:
            continue
        if header:
            return header.trainee
    return ""


# Handing in


def hand_in(answers: AnswersFile | Path | str, folder: Path | str, name: str) -> Path:
    """Write one file to hand in and return its path, as `06_rupture_and_repair_Mia-K_9f2c.coursekit`.

    The name and the hand-in are noted in the trainee's own file first, so that both files say the same.
    An earlier file is never overwritten; a number is added. Raises AnswersRefused when nothing has been
    answered or no name is given, and OSError when a file cannot be written.
    """
    file = answers if isinstance(answers, AnswersFile) else AnswersFile.reopen(answers)
    said = file.read()
    if not any(act.item not in RESERVED for act in said.acts):
        raise AnswersRefused("Nothing has been answered yet, so there is nothing to hand in.")
    name = " ".join(name.split())
    if not _says_something(name):
        raise AnswersRefused("Give your name, or the pseudonym that your instructor knows, to hand in.")
    acts = [] if name == said.name else [{"item": "name", "value": name}]
    file.append_all([*acts, {"item": "hand-in", "value": None}])
    trainee = (said.header or file.header).trainee
    stem = f"{file.header.notebook}_{safe_name(name)}_{trainee[:4]}"
    return _write_new(Path(folder), stem, file.path.read_bytes())


def safe_name(name: str) -> str:
    """A name as it can stand in any file name: letters without accents, digits, hyphens; at most 40."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "trainee"


def _write_new(folder: Path, stem: str, data: bytes) -> Path:
    number = 1
    path = folder / f"{stem}{ENDING}"
    while not _put_new(path, data):
        number += 1
        path = folder / f"{stem}_{number}{ENDING}"
    return path


def _put_new(path: Path, data: bytes) -> bool:
    """Make a file whole or not at all; False, and nothing changed, if there is one of that name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{secrets.token_hex(4)}.part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.link(part, path)
        return True
    except FileExistsError:
        return False
    except OSError:  # a disk without links; one that is full raises here again
        if path.exists() or part.stat().st_size != len(data):
            raise
        os.replace(part, path)
        return True
    finally:
        part.unlink(missing_ok=True)


# Taking up work that was done on the exported page, or on another machine


@dataclass(frozen=True)
class Taken:
    """What was taken up: how many acts, whether some stand beside answers made here, what was damaged."""

    acts: int
    beside: bool
    damaged: list[Damaged]

    def __str__(self) -> str:
        if not self.acts:
            said = "Nothing was taken up: all that is in the file is here already."
        elif self.acts == 1:
            said = "1 entry was taken up."
        else:
            said = f"{self.acts} entries were taken up."
        if self.beside:
            said += " Where you had answered here too, both answers are kept, and the one taken up counts."
        if lost := len(self.damaged):
            said += f" {lost} damaged line{'s' * (lost > 1)} of the file could not be read."
        return said


def take_up(answers: AnswersFile | Path | str, other: Path | str | bytes) -> Taken:
    """Take the acts of another file of the same notebook into the trainee's own, and keep all attempts.

    An attempt that goes on where an attempt here stopped is continued; any other becomes an attempt of its
    own, after those that are here. Each act taken keeps in `from` where it came from, so that taking the same
    file twice adds nothing. Raises AnswersRefused for the file of another notebook or course.
    """
    file = answers if isinstance(answers, AnswersFile) else AnswersFile.reopen(answers)
    theirs, mine = read(other), file.read()
    _refuse_foreign(theirs.header, file.header)
    new, beside = _new_acts(mine, theirs, (mine.header or file.header).trainee)
    named = [{"item": "name", "value": theirs.name}] if theirs.name and not mine.name else []
    file.append_all(new + named)
    return Taken(len(new), beside, [line for line in theirs.damaged if line.lost])


def _refuse_foreign(theirs: Header | None, mine: Header) -> None:
    if theirs is None:
        raise AnswersRefused(
            "The first line of this file is missing or damaged, so nobody can tell to which notebook its "
            "answers belong. Download the answers from the page again."
        )
    if theirs.course != mine.course:
        raise AnswersRefused(
            f"This file belongs to another course ({theirs.course}); here is {mine.course}. Nothing was taken up."
        )
    if not theirs.same_work(mine):
        raise AnswersRefused(
            f"This file holds answers to the {theirs.part} {theirs.notebook}; here is the {mine.part} "
            f"{mine.notebook}. Open that notebook and take the file up there. Nothing was taken up."
        )


def _new_acts(mine: Answers, theirs: Answers, trainee: str) -> tuple[list[dict[str, Any]], bool]:
    """The acts to append, as fields, and whether they stand beside answers that only the file here has."""
    new: list[dict[str, Any]] = []
    beside = False
    origin = theirs.header.trainee if theirs.header else ""
    for item in dict.fromkeys(act.item for act in theirs.acts if act.item not in RESERVED):
        here = {n: [_identity(act, trainee) for act in acts] for n, acts in mine.attempts(item).items()}
        only_here = {act for acts in here.values() for act in acts}
        before = len(new)
        for acts in theirs.attempts(item).values():
            there = [_identity(act, origin) for act in acts]
            only_here -= set(there)
            if any(set(there) <= set(known) for known in here.values()):
                continue
            attempt, start = _continued(here, there)
            here[attempt] = there
            new += [_with_origin(act, origin, attempt) for act in acts[start:]]
        beside = beside or bool(only_here and len(new) > before)
    return new, beside


def _continued(here: dict[int, list[str]], there: list[str]) -> tuple[int, int]:
    """The attempt to which the acts go, and from which of them on."""
    for attempt, known in here.items():
        if there[: len(known)] == known:
            return attempt, len(known)
    return max(here, default=0) + 1, 0


def _identity(act: Act, trainee: str) -> str:
    """One act is another when the same trainee did the same thing, as the same entry, in the same second."""
    origin = _mapping((act.model_extra or {}).get("from"))
    told = {"trainee": trainee, "seq": act.seq, "attempt": act.attempt} | origin
    return json.dumps([told, act.time, act.item, act.version, act.value], sort_keys=True)


def _with_origin(act: Act, trainee: str, attempt: int) -> dict[str, Any]:
    fields = act.model_dump(exclude={"seq"})
    origin = {"trainee": trainee, "seq": act.seq, "attempt": act.attempt}
    return {"from": origin} | fields | {"attempt": attempt}
