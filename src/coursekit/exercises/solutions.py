"""The solutions, which are the source of the exercises: read, paired with their keys, and checked cell by cell."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursekit.exercises.items import Item, ItemFaults, load_items
from coursekit.exercises.notebooks import Call, NotebookFault, NotebookFaults, calls, foreign, read_notebook, source

KEPT = ("shared", "item")
DROPPED = ("solution", "teaching")
TAGS = KEPT + DROPPED
"""What a cell of a solution is: kept as it is, kept as an item, model answers (dropped), notes (dropped)."""

NAME = r"[0-9]{2}_[a-z0-9_]+"
"""The file name of a notebook of the course, without its ending."""

_NOT_RELEASED = ("instructor.ipynb",)


@dataclass
class Solution:
    """A solution notebook with the items that it calls."""

    path: Path
    notebook: dict[str, Any]
    items: list[Item]

    @property
    def name(self) -> str:
        """The file name of the notebook without its ending."""
        return self.path.stem

    def cells(self, tags: tuple[str, ...]) -> list[tuple[int, dict[str, Any]]]:
        """The cells that carry one of the tags, each with its number from 1."""
        numbered = enumerate(self.notebook["cells"], 1)
        return [(number, cell) for number, cell in numbered if set(cell["metadata"]["tags"]) & set(tags)]


def read_solutions(folder: Path) -> tuple[list[Solution], list[str]]:
    """The solutions of a folder that could be read, and all that is wrong, as sentences for people."""
    notebooks = {path.stem: path for path in sorted(folder.glob("*.ipynb")) if path.name not in _NOT_RELEASED}
    keys = {path.stem: path for path in sorted((folder / "keys").glob("*.toml"))}
    if not notebooks:
        return [], [f"{folder}: found no notebooks. Say where the solutions are: --solutions DIR."]
    solutions, faults = [], []
    for name in sorted(notebooks.keys() | keys.keys()):
        if name not in notebooks:
            faults.append(f"{keys[name]}: found keys without a notebook. Add {name}.ipynb, or take them away.")
        elif not re.fullmatch(NAME, name):
            do = "Name it as 06_rupture_and_repair.ipynb, or move it out of the folder"
            faults.append(str(NotebookFault(notebooks[name], 0, "", f"the name {name}", do)))
        elif name not in keys:
            faults.append(f"{notebooks[name]}: found no items. Define them in {folder / 'keys' / name}.toml.")
        else:
            solution, found = _read(notebooks[name], keys[name])
            solutions += [solution] if solution else []
            faults += found
    faults += _same_ids(solutions)
    return solutions, faults


def _read(path: Path, keys: Path) -> tuple[Solution | None, list[str]]:
    notebook, items = None, None
    faults: list[str] = []
    try:
        notebook = read_notebook(path, TAGS)
    except NotebookFaults as error:
        faults += map(str, error.faults)
    try:
        items = load_items(keys)
    except ItemFaults as error:
        faults += map(str, error.faults)
    if notebook is None or items is None:
        return None, faults
    counted = [item.id for item in items if item.version != 1]
    faults += [f"{keys}, item {name}: found a version. Take it out: release counts it." for name in counted]
    return Solution(path, notebook, items), faults


def _same_ids(solutions: list[Solution]) -> Iterator[str]:
    homes: dict[str, list[str]] = {}
    for solution in solutions:
        for item in solution.items:
            homes.setdefault(item.id, []).append(solution.name)
    for name, at in homes.items():
        if len(at) > 1:
            yield f"{' and '.join(at)}: found the item id {name} in each. Give each item of the course an id of its own."


def check_solution(solution: Solution, course: Path) -> Iterator[str]:
    """What is wrong in a solution's kept cells and its items. `course` is where role-plays are looked for."""
    yield from _frame(solution)
    for number, cell in solution.cells(KEPT):
        for found, do in _kept(cell):
            yield str(NotebookFault(solution.path, number, cell["id"], found, do))
    yield from _called(solution)
    rubrics = solution.path.parent / "rubrics"
    for item in solution.items:
        place = f"{solution.path}, item {item.id}"
        if item.kind == "roleplay" and not (course / "roleplays" / f"{item.script}.md").is_file():
            yield f"{place}: found no script {item.script}. Write {course / 'roleplays' / item.script}.md."
        rubric = item.key.rubric if item.kind == "written" and item.key else None
        if rubric and not [path for path in rubrics.glob("*") if path.stem == rubric]:
            yield f"{place}: found no rubric {rubric}. Write it in {rubrics}."


def _frame(solution: Solution) -> Iterator[str]:
    verbs = [call for _, cell in solution.cells(KEPT) for call in calls(cell)]
    opened = [call for call in verbs if call.verb in ("lesson", "exercise")]
    if verbs[:1] != opened or opened != [Call("exercise", solution.name)]:
        found = ", ".join(f"{call.verb}({call.argument})" for call in opened) or "no opening"
        do = f'Write here = exercise("{solution.name}") once, in the first code cell, tagged shared'
        yield str(NotebookFault(solution.path, 0, "", found, do))
    if verbs.count(Call("submit")) != 1:
        do = "Call it once, in a cell tagged shared, so that the exercise can be handed in"
        yield str(NotebookFault(solution.path, 0, "", "no single here.submit()", do))


def _kept(cell: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What no cell may hold that trainees get."""
    found, tags = calls(cell), cell["metadata"]["tags"]
    asked = [call for call in found if call.verb in ("item", "roleplay")]
    if "<!--" in source(cell):
        yield "a comment, which readers do not see but the file shows", "Take it out"
    if cell["cell_type"] == "code":
        for text in foreign(cell):
            yield f"`{text}`", "Take it out: kept cells only call the course's own verbs"
    if "item" in tags and (len(asked) != 1 or len(found) != 1):
        yield "the tag item on a cell that does not call one item", 'Write here.item("…") in it, and nothing else'
    if "item" not in tags and asked:
        yield f"the item {asked[0].argument} in a shared cell", "Tag the cell item"


def _called(solution: Solution) -> Iterator[str]:
    """Every item that is called is defined, and every item that is defined is called, once."""
    ids = {Call("item", item.id): item.id for item in solution.items}
    ids |= {Call("roleplay", item.script): item.id for item in solution.items if item.kind == "roleplay"}
    seen: Counter[str] = Counter()
    for number, cell in solution.cells(KEPT):
        for call in calls(cell):
            if call.verb not in ("item", "roleplay"):
                continue
            if call not in ids:
                do = f"Define it in keys/{solution.name}.toml, or take the cell out"
                yield str(NotebookFault(solution.path, number, cell["id"], f"no definition of {call.argument}", do))
                continue
            seen[ids[call]] += 1
            if seen[ids[call]] == 2:
                again = f"the item {ids[call]} a second time"
                yield str(NotebookFault(solution.path, number, cell["id"], again, "Call it once"))
    for item in solution.items:
        if not seen[item.id]:
            yield f"{solution.path}: found no cell for the item {item.id}. Add one, or take the item out of the keys."
