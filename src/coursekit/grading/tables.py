"""What instructors take away as tables: who has what, and what a person must read. CSV that a spreadsheet opens safely."""

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from coursekit.files import whole
from coursekit.grading import proposals
from coursekit.grading.assessment import as_text
from coursekit.grading.kept import Submission, Trainee
from coursekit.grading.keys import Keys

Column = tuple[str, str, str, str, int]
"""Part, notebook, item, kind, points."""


class Writer(Protocol):
    """Takes rows of cells."""

    def writerow(self, row: list[Any], /) -> Any: ...


FOR_A_PERSON = ["Name", "Trainee id", "Part", "Notebook", "Item", "Reason", "Text", "File", *proposals.HEADS]
"""The heads of needs-a-person.csv."""


def heads_of_grades(columns: list[Column]) -> list[str]:
    """The heads of grades.csv."""
    return ["Name", "Trainee id", *_titles(columns), "Total scored", "Total out of"]


def row_of_grades(columns: list[Column], trainee: Trainee, hand_ins: list[Submission]) -> list[Any]:
    """A trainee's row: every item, totals of what was scored, how much was answered, the plays."""
    counting = {(one.part, one.notebook): one for one in hand_ins if one.counts}
    return [trainee.name or "", trainee.id, *_cells(columns, counting), *_sums(list(counting.values()))]


def rows_for_a_person(trainee: Trainee, hand_ins: list[Submission], keys: Keys) -> Iterator[list[Any]]:
    """Everything of a trainee's that a person must look at, with the reason and the text.

    Beside a written answer stand its rubric and what the coder proposes, which counts for nothing until a person marks.
    """
    since = {(one.part, one.notebook): one.received for one in hand_ins if one.counts}
    for one in hand_ins:
        if one.counts or (one.damaged and one.received >= since[one.part, one.notebook]):
            yield from _for_a_person(trainee, one, keys)
        else:  # of whom it is has to be settled all the same
            clashes = [problem for problem in one.problems if "clash" in problem]
            yield from _for_a_person(trainee, replace(one, problems=clashes), keys)


def _for_a_person(trainee: Trainee, one: Submission, keys: Keys) -> Iterator[list[Any]]:
    who = [trainee.name or "", trainee.id, one.part, one.notebook]
    older = "" if one.counts else " (Another hand-in counts.)"
    for problem in one.problems:
        found = [problem["item"], problem["reason"] + older, problem["text"], one.source]
        yield [*who, *found, *proposals.NOT_WRITTEN]
    for score in one.scores if one.counts else ():
        if score["status"] == "person":
            found = [score["item"], " ".join(score["reasons"]), as_text(score["answer"]), one.source]
            yield [*who, *found, *proposals.cells(score, keys)]


def _titles(columns: list[Column]) -> Iterator[str]:
    for (part, notebook), items in _by_notebook(columns):
        for _, _, item, kind, points in items:
            if kind == "roleplay":
                yield from (f"{item} {what}" for what in ("plays", "completed", "first play", "best play"))
            elif part == "exercise":
                yield f"{item} (of {points})" if points else item
        if part == "exercise":
            yield from (f"{notebook} scored", f"{notebook} out of")
        yield f"{notebook} {part} answered %"


def _cells(columns: list[Column], counting: dict[tuple[str, str], Submission]) -> Iterator[Any]:
    for (part, notebook), items in _by_notebook(columns):
        one = counting.get((part, notebook))
        scores = {score["item"]: score for score in one.scores} if one else {}
        for _, _, item, kind, _ in items:
            if kind == "roleplay":
                yield from _plays(item, one)
            elif part == "exercise":
                yield _cell(scores.get(item), one)
        if part == "exercise":
            yield from _sums([one] if one else [])
        answered = sum(score["status"] != "not attempted" for score in scores.values())
        yield round(100 * answered / len(scores)) if scores else 0


def _cell(score: dict[str, Any] | None, one: Submission | None) -> Any:
    if one is None:
        return "not handed in"
    if score is None:
        return "not in it"
    return score["score"] if score["status"] == "scored" else score["status"]


def _plays(item: str, one: Submission | None) -> list[Any]:
    plays = [play for play in one.plays if play["item"] == item] if one else []
    scored = [play["score"] for play in plays if play["score"] is not None]
    completed = "yes" if any(play["complete"] for play in plays) else "no"
    return [len(plays), completed, scored[0] if scored else "", max(scored) if scored else ""]


def _sums(hand_ins: list[Submission]) -> list[float]:
    """Points scored, and points that could be scored in the items that were."""
    scored = [score for one in hand_ins for score in one.scores if score["status"] == "scored"]
    return [round(sum(score["score"] for score in scored), 2), sum(score["points"] for score in scored)]


def _by_notebook(columns: list[Column]) -> Iterator[tuple[tuple[str, str], list[Column]]]:
    for key in dict.fromkeys((part, notebook) for part, notebook, *_ in columns):
        yield key, [column for column in columns if column[:2] == key]


@contextmanager
def table(path: Path) -> Iterator[Writer]:
    """A CSV file to write rows to, which takes the place of an older one only when it is whole.

    It begins with a byte-order mark, without which a spreadsheet mistakes the letters of other languages.
    """
    with whole(path, "utf-8-sig") as file:
        yield _Defused(csv.writer(file))


def files_of(out: Path) -> list[dict[str, str]]:
    """The rows of files.csv in an output folder; none before the first run."""
    if not (out / "files.csv").is_file():
        return []
    with (out / "files.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def within(file: str) -> str:
    """A file of the input without the zip or folder that it came in, which has another name each time."""
    return file.split(": ", 1)[-1] if ": " in file else Path(file).name


class _Defused:
    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def writerow(self, row: list[Any], /) -> None:
        self._writer.writerow([defused(cell) for cell in row])


_UNSEEN = r"[\s\0-\x1f\xad\u200b-\u200f\u2060-\u2064\ufeff]*"
_STARTS = "[=+\\-@＝＋－＠]"
_FORMULA = re.compile(rf"(?:[\t\r\n]|{_UNSEEN}{_STARTS})")
_LATER = re.compile(rf"([;\t\r\n]{_UNSEEN}|,)(?={_STARTS})")


def defused(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula: text that begins like one gets an apostrophe.

    So does what follows a semicolon, a tab or a line end in it, or a comma at once: where a spreadsheet of another country
    takes these for the end of a cell, that begins the next one.
    """
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if not isinstance(cell, str):
        return cell
    text = cell.replace("\0", "\ufffd")
    return ("'" if _FORMULA.match(text) else "") + _LATER.sub(r"\1'", text)
