"""Marking in a spreadsheet: one row an answer goes out, points and comments come back, and what cannot be taken is listed."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from coursekit.grading import xlsx
from coursekit.grading.assessment import LONGEST
from coursekit.grading.marking import Answer, Desk, MarkingRefused
from coursekit.grading.rubrics import Rubric
from coursekit.grading.tables import table
from coursekit.words import shown

HEADS = ["Item", "Called", "Scene", "Client's line", "Answer", "Note", "Rubric"]
KEPT = ["Answer id", "Rater", "Part", "Rubric version"]
"""What says where a mark belongs; it stands last."""
NAMED = {"first": "first rater", "second": "second rater", "settled": "those who settle", "calibration": "rater at calibration"}
KEY = "The key of the item:"
"""What stands in place of a rubric at an answer that no rule could read."""
BOTH = ["First rater", "Second rater"]
TO_FILL = ["Points", "Comment"]
WANTED = ("Answer id", "Points", "Comment", "Rubric version")


@dataclass
class Taken:
    """What became of a spreadsheet's rows: marks taken, marks that were there already, rows without points, rows with a fault."""

    taken: int = 0
    same: int = 0
    empty: int = 0
    bad: list[tuple[int, str]] = field(default_factory=list)
    """Row number as the spreadsheet shows it, and the reason."""


def write(path: Path, desk: Desk) -> int:
    """Write what waits at a desk to a .csv or .xlsx file; return how many answers it has."""
    queue = desk.queue()
    heads = [*HEADS, *(BOTH if desk.role == "settled" else []), *TO_FILL, *KEPT]
    rows = [heads, *(_row(desk, one) for one in queue)]
    if path.suffix.lower() == ".xlsx":
        xlsx.write(path, rows)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        with table(path) as out:
            for row in rows:
                out.writerow(row)
    return len(queue)


def _row(desk: Desk, one: Answer) -> list[str]:
    line = f"{one.line.who}: {one.line.text}" if one.line else ""
    rubric = levels(one.rubric, examples=desk.role != "calibration")
    if one.unread:
        rubric = f"0 to {one.top} points. {KEY}\n\n{one.unread.wanted}"
    cells = [one.item.id, one.pseudonym, one.scene, line, one.text[:LONGEST], one.note, rubric]
    both = [f"{mark.rater}: {mark.points:g} {mark.comment}".strip() for mark in desk.both(one)] if desk.role == "settled" else []
    return [*cells, *both, "", "", one.place.id, desk.rater, desk.role, one.rubric.digest]


def levels(rubric: Rubric, examples: bool = True) -> str:
    """A rubric's levels: `4: said, and left standing`, and below each what it asks and, with `examples`, sentences like it."""
    told = (
        "\n".join([f"{level.points}: {level.name}", level.about, *(f"“{each}”" for each in level.examples if examples)])
        for level in rubric.levels
    )
    return "\n\n".join(told) or rubric.text


def read(path: Path, desk: Desk) -> Taken:
    """Take the marks of a spreadsheet that `write` made. Raises MarkingRefused where it is none, or was made for somebody else."""
    rows = list(enumerate(_cells(path), 1))
    head = _heads(rows[0][1]) if rows else []
    if (meant := _meant(path, [row for _, row in rows])) and meant != (desk.rater, desk.role):
        raise MarkingRefused(
            f"{path.name} was made for {meant[0]} as {NAMED[meant[1]]}, not for {desk.rater} as "
            f"{NAMED[desk.role]}. Bring it in under that name and part."
        )
    places = {name: head.index(name.casefold()) for name in WANTED if name.casefold() in head}
    if missing := [name for name in WANTED if name not in places]:
        raise MarkingRefused(
            f"{path.name} has no column “{missing[0]}”. Take the file that `coursekit mark --out` wrote, "
            "and leave its first row as it is."
        )
    here = {one.place.id: one for one in desk.all}
    found, seen = Taken(), dict[str, int]()
    for number, row in rows[1:]:
        cells = {name: row[place].strip() if place < len(row) else "" for name, place in places.items()}
        if any(cells.values()):
            _take(desk, here, number, cells, found, seen)
    return found


def meant_for(path: Path) -> tuple[str, str] | None:
    """The rater and the role that a spreadsheet was made for; None where it does not say. Raises MarkingRefused."""
    return _meant(path, list(_cells(path)))


def _meant(path: Path, rows: list[list[str]]) -> tuple[str, str] | None:
    head = _heads(rows[0]) if rows else []
    if not {"rater", "part"} <= set(head):
        return None
    places = (head.index("rater"), head.index("part"))
    said = {tuple(_undefused(row[place]).strip() if place < len(row) else "" for place in places) for row in rows[1:]}
    full = sorted((rater, part) for rater, part in said if rater and part in NAMED)
    if len(full) > 1:
        raise MarkingRefused(
            f"{path.name} holds the marks of {full[0][0]} as {NAMED[full[0][1]]} and of {full[1][0]} as {NAMED[full[1][1]]}. "
            "Bring in one file for each."
        )
    return full[0] if full else None


def _undefused(cell: str) -> str:
    """A cell without the apostrophe that kept a spreadsheet from running it."""
    return re.sub(r"^'(?=\s*[=+\-@＝＋－＠])", "", cell)


def _heads(row: list[str]) -> list[str]:
    return [cell.strip().casefold() for cell in row]


def _take(desk: Desk, here: dict[str, Answer], number: int, cells: dict[str, str], found: Taken, seen: dict[str, int]) -> None:
    id, points, comment = cells["Answer id"].lstrip("'"), cells["Points"].lstrip("'").strip(), cells["Comment"]
    comment = _undefused(comment)
    one = here.get(id)
    if not points and not comment:
        found.empty += 1
        return
    try:
        if one is None:
            raise MarkingRefused(f"No answer waits under the id “{shown(id)[:40]}”. Perhaps it was handed in anew since.")
        if id in seen:
            raise MarkingRefused(f"The same answer stands in row {seen[id]} already.")
        if not points:
            raise MarkingRefused("There is a comment, but there are no points.")
        seen[id] = number
        _keep(desk, one, _number(points, one), comment, cells["Rubric version"].lstrip("'"), found)
    except MarkingRefused as reason:
        found.bad.append((number, str(reason)))


def _keep(desk: Desk, one: Answer, points: float, comment: str, rubric: str, found: Taken) -> None:
    rubric = rubric if re.fullmatch(r"[0-9a-f]{16}", rubric) else one.rubric.digest
    there = desk.given(one)
    if there and (there.points, there.comment, there.rubric) == (points, comment, rubric):
        found.same += 1
        return
    if desk.role != "settled" and any(mark.rater == desk.rater and mark.role != desk.role for mark in desk.both(one)):
        raise MarkingRefused(f"{desk.rater} gave the other mark to this answer, and nobody is his own second rater.")
    if desk.role == "settled" and len(desk.both(one)) < 2:
        raise MarkingRefused("It has no two marks to settle.")
    desk.mark(one, points, comment, rubric)
    found.taken += 1


def _number(text: str, one: Answer) -> float:
    points = one.points(text)
    if points is None:
        raise MarkingRefused(f"The points are “{shown(text)[:40]}”. Write {one.marks}.")
    return points


def _cells(path: Path) -> Iterator[list[str]]:
    try:
        data = path.read_bytes()
        if data[:2] == b"PK":
            yield from xlsx.read(data)
            return
    except (OSError, xlsx.NotASheet) as fault:
        raise MarkingRefused(f"{path} cannot be read: {getattr(fault, 'strerror', None) or fault}.") from None
    text = _decoded(data)
    yield from csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))


def _decoded(data: bytes) -> str:
    """The text in whatever a spreadsheet saved it."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _delimiter(text: str) -> str:
    head = text.split("\n", 1)[0]
    return max(",;\t", key=head.count)
