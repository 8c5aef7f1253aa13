"""A released exercise as an assignment of nbgrader (docs/nbgrader.md): what goes into the folder of a course of nbgrader's.

Trainees get what nbgrader makes of `source/`, in which there is no word of a key. The keys go beside it, into a folder that
nbgrader neither releases nor copies to a submission.
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from coursekit.exercises.items import Item
from coursekit.exercises.notebooks import calls
from coursekit.exercises.release import Release
from coursekit.exercises.solutions import read_solutions
from coursekit.files import write_whole

KEYS = "coursekit-solutions"
"""The folder with a copy of keys and rubrics, in a course of nbgrader's; made anew with each release."""
CONFIG = "nbgrader_config.py"
_CONFIG = '''c = get_config()

# What a learning-management system hands on is thrown away unless its ending is named here; answers are in the second.
c.FileNameCollectorPlugin.valid_ext = [".ipynb", ".coursekit"]
'''
SHOWN, TASK = "answer", "mark"


def write_assignments(release: Release, solutions: Path, folder: Path) -> list[str]:
    """Write each exercise of the release to `folder` as an assignment, and the keys for the instructors' side beside them.

    The configuration of a course that has one is left as it is. Returns the names of the assignments. Raises OSError.
    """
    found, _ = read_solutions(solutions)
    for one in found:
        notebook = json.loads(release.exercises[f"{one.name}.ipynb"])
        notebook["cells"] = list(_with_points(notebook["cells"], one.name, one.items))
        text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        write_whole(folder / "source" / one.name / f"{one.name}.ipynb", text)
    shutil.rmtree(folder / KEYS, ignore_errors=True)
    for part in ("keys", "rubrics", "calibration"):
        if (solutions / part).is_dir():
            shutil.copytree(solutions / part, folder / KEYS / part)
    if not (folder / CONFIG).exists():
        write_whole(folder / CONFIG, _CONFIG)
    return [one.name for one in found]


def _with_points(cells: list[dict[str, Any]], name: str, items: list[Item]) -> Iterator[dict[str, Any]]:
    """The cells of an exercise, and after each item what nbgrader needs to have its points, or a person's mark."""
    worth = {item.id: item for item in items if item.points}
    by_hand = [item for item in worth.values() if marked_by_person(item)]
    for cell in cells:
        yield cell
        for call in calls(cell):
            if call.verb != "item" or call.argument not in worth:
                continue
            item = worth[call.argument]
            if not marked_by_person(item):
                yield _points(name, item)
                continue
            yield _shown(name, item, also=item is by_hand[-1])
            yield _task(item.id, item.points, "A person reads and marks this answer, which stands above.")
    if not by_hand:
        yield _shown(name, None, also=True)
        yield _task("else", 0, "What a person must look at, if there is anything, stands above.")


def marked_by_person(item: Item) -> bool:
    """Whether an item's points are a person's to give."""
    return item.kind == "written" and item.key is not None and item.key.marked_by == "person"


def _points(name: str, item: Item) -> dict[str, Any]:
    text = f'from coursekit.grading.nbgrader import points\n\npoints("{name}", "{item.id}")'
    return _cell(f"{item.id}-points", item.id, text, grade=True, points=item.points)


def _shown(name: str, item: Item | None, also: bool) -> dict[str, Any]:
    asked = [f'"{name}"', *([f'"{item.id}"'] if item else []), *(["also=True"] if also else [])]
    text = f"from coursekit.grading.nbgrader import answer\n\nanswer({', '.join(asked)})"
    id = f"{item.id if item else 'else'}-{SHOWN}"
    return _cell(id, id, text)


def _task(id: str, points: int, text: str) -> dict[str, Any]:
    return _cell(f"{id}-{TASK}", f"{id}-{TASK}", text, code=False, task=True, points=points)


def _cell(
    id: str, grade_id: str, text: str, code: bool = True, grade: bool = False, task: bool = False, points: int | None = None
) -> dict[str, Any]:
    about = {"schema_version": 3, "grade_id": grade_id, "grade": grade, "solution": False, "locked": True, "task": task}
    about |= {"points": points} if points is not None else {}
    cell = {"id": id, "source": text.splitlines(keepends=True), "metadata": {"nbgrader": about}}
    if not code:
        return cell | {"cell_type": "markdown"}
    hidden = {"metadata": {"nbgrader": about, "jupyter": {"source_hidden": True}}}
    return cell | hidden | {"cell_type": "code", "execution_count": None, "outputs": []}
