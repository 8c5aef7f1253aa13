"""A rubric as raters use it: its levels with their examples, its text, and a digest of that text.

Of the Markdown only two things are read: `## 4: what it is` begins the level of so many points, and a quotation below it is an
example of that level. A rubric without such headings is shown as it stands.
"""

import csv
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from coursekit.words import shown


@dataclass(frozen=True)
class Level:
    """One level of a rubric: points, name, what it asks, and sentences that are examples of it."""

    points: int
    name: str
    about: str
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Rubric:
    """A rubric: its file's name, text, digest (the same whatever ends its lines), and levels, the highest first."""

    name: str
    text: str
    digest: str
    levels: tuple[Level, ...]

    @property
    def without_examples(self) -> str:
        """Its text for who is to mark examples: without the quotations."""
        return re.sub(r"(?:^>.*\n?)+\n*", "", self.text, flags=re.MULTILINE).strip()

    def level(self, points: float | None) -> Level | None:
        """The level of so many points, where the rubric has one."""
        return next((level for level in self.levels if level.points == points), None)


@dataclass(frozen=True)
class Reference:
    """An answer of a calibration set, with the mark that its makers agreed on, and why."""

    answer: str
    points: int
    why: str


class CalibrationRefused(Exception):
    """A calibration set that cannot be used, with the reason and what to do, as a sentence for people."""


def read_rubric(path: Path | None) -> Rubric:
    """The rubric in a file; an empty one where there is none."""
    if path is None or not path.is_file():
        return Rubric(path.stem if path else "", "", digest(""), ())
    text = "\n".join(path.read_text(encoding="utf-8-sig", errors="replace").splitlines()).strip()
    return Rubric(path.stem, text, digest(text), tuple(sorted(_levels(text), key=lambda level: -level.points)))


def digest(text: str) -> str:
    """Sixteen hexadecimal digits that stand for a text."""
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def _levels(text: str) -> list[Level]:
    sections = re.split(r"^##\s+", text, flags=re.MULTILINE)[1:]
    found = []
    for section in sections:
        head, _, body = section.partition("\n")
        if match := re.match(r"(\d+)\s*:\s*(.*)", head):
            blocks = [block.strip() for block in re.split(r"\n\s*\n", body) if block.strip()]
            about = "\n\n".join(block for block in blocks if not block.startswith(">"))
            examples = (re.sub(r"^>\s?", "", block, flags=re.MULTILINE) for block in blocks if block.startswith(">"))
            found.append(Level(int(match[1]), match[2].strip(), about, tuple(" ".join(one.split()) for one in examples)))
    return found


# The calibration set


def references(rubric: Rubric, path: Path) -> list[Reference]:
    """The calibration set of a rubric: the file (answer, reference mark, why) where it is there, else the rubric's examples.

    Raises CalibrationRefused.
    """
    if not path.is_file():
        return of_examples(rubric)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.reader(file) if any(cell.strip() for cell in row)]
    return [_reference(path, number, row, rubric) for number, row in enumerate(rows[1:], 2)]


def of_examples(rubric: Rubric) -> list[Reference]:
    """A calibration set made of the rubric's own examples."""
    return [Reference(each, level.points, level.name) for level in rubric.levels for each in level.examples]


def _reference(path: Path, number: int, row: list[str], rubric: Rubric) -> Reference:
    answer, mark, why = (*row, "", "", "")[:3]
    if not answer.strip() or not mark.strip().isdecimal() or not rubric.level(int(mark)):
        raise CalibrationRefused(
            f"{path}, row {number}: found the mark “{shown(mark)[:20]}”. "
            "Write an answer, a mark that is a level of the rubric, and why, in three columns."
        )
    return Reference(answer.strip(), int(mark), why.strip())
