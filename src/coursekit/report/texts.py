"""The course's texts, each with its place: lessons, items, scripts, solutions with their keys and rubrics, and the codebook."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursekit.exercises.items import load_items
from coursekit.exercises.notebooks import read_notebook, source
from coursekit.exercises.solutions import TAGS
from coursekit.roleplay.check import check_script
from coursekit.roleplay.scenes import Passage, RolePlay

LINK = re.compile(r"\[([^\]]*)\]\(#(\w+)\)")
"""A link to a row of the evidence, as a lesson cites it."""


@dataclass(frozen=True)
class Text:
    """A text of the course. `work`: the notebook with its items, or the script, that it is part of; `part`: which part.
    `reference`: written to be looked up, not to be read from end to end."""

    work: str
    part: str
    text: str
    reference: bool = False

    @property
    def place(self) -> str:
        return f"{self.work}, {self.part}" if self.part else self.work


def course_texts(root: Path) -> list[Text]:
    """All texts below `root`, in the order in which a trainee meets them; an installed course has no solutions. Raises the faults
    of what cannot be read."""
    found = [text for path in lessons(root) for text in (*cells(path), *items(item_file(path)))]
    found += [text for path in sorted((root / "course/roleplays").glob("*.md")) for text in script(path)]
    for path in solutions(root):
        found += [*cells(path, TAGS), *items(item_file(path))]
    for path in sorted((root / "solutions/rubrics").glob("*.md")):
        found.append(Text(f"rubrics/{path.name}", "", path.read_text(encoding="utf-8")))
    found += [text for path in sorted((root / "solutions/calibration").glob("*.csv")) for text in calibration(path)]
    codebook = root / "docs/codebook.md"
    if codebook.is_file():
        found.append(Text("docs/codebook.md", "", codebook.read_text(encoding="utf-8"), reference=True))
    return found


def calibration(path: Path) -> list[Text]:
    """The answers of a calibration set with the reasons for their marks."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))[1:]
    work = f"calibration/{path.name}"
    return [Text(work, f"row {number}", text) for number, row in enumerate(rows, 2) for text in (row[0], row[-1])]


def lessons(root: Path) -> list[Path]:
    """The notebooks of the lessons."""
    return sorted((root / "course").glob("[0-9]*.ipynb"))


def solutions(root: Path) -> list[Path]:
    """The notebooks of the solutions, where there are any."""
    return sorted((root / "solutions").glob("[0-9]*.ipynb"))


def item_file(notebook: Path) -> Path:
    """The file with the items of a lesson or, with their keys, of a solution."""
    folder = "keys" if notebook.parent.name == "solutions" else "items"
    return notebook.parent / folder / f"{notebook.stem}.toml"


def cells(path: Path, tags: tuple[str, ...] | None = None) -> list[Text]:
    """The text cells of a notebook."""
    found = (cell for cell in read_notebook(path, tags)["cells"] if cell["cell_type"] == "markdown")
    return [Text(_work(path), cell["id"], source(cell)) for cell in found]


def items(path: Path) -> list[Text]:
    """What stands in the items of a file, their keys included; nothing where there is no such file."""
    work = _work(path.parents[1] / path.name)
    found = load_items(path) if path.is_file() else []
    return [Text(work, item.id, string) for item in found for string in strings(item.model_dump())]


def _work(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def script(path: Path) -> list[Text]:
    """What stands in a script; a text that is there twice, word for word, is one. Nothing where the script cannot be read."""
    roleplay = check_script(path).roleplay
    lines = dict(reversed(list(_script(roleplay)))) if roleplay else {}
    return [Text(f"roleplays/{path.stem}", f"line {line}", text) for text, line in reversed(lines.items())]


def _script(roleplay: RolePlay) -> Iterator[tuple[str, int]]:
    yield from ((roleplay.introduction, 1), (roleplay.practise, 1))
    for scene in roleplay.scenes.values():
        for passage in scene.passages:
            yield from _passage(passage)
        yield scene.closing, scene.line


def _passage(passage: Passage) -> Iterator[tuple[str, int]]:
    yield from ((speech.text, passage.line) for speech in passage.speeches)
    yield passage.write or "", passage.line
    for reply in passage.replies:
        yield from ((reply.text, reply.line), (reply.feedback, reply.line))
    if passage.otherwise:
        yield passage.otherwise.feedback, passage.line


def strings(value: Any) -> list[str]:
    """Every text in a tree of dictionaries and lists."""
    if isinstance(value, str):
        return [value]
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else []
    return [string for part in inside for string in strings(part)]
