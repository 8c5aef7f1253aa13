"""Release: the instructors' notebooks and keys become the trainees' exercises, and nothing of a key comes along.

`solutions/` is the source. `exercises/` is replaced only when every notebook passed. What was released is archived
with its keys, so that an answer can be graded against the version that was on the page.
"""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coursekit.exercises.items import Fault, Item, ItemFaults, load_archive, load_public, public, structure
from coursekit.exercises.leaks import leaks
from coursekit.exercises.notebooks import HINT_TAG, source
from coursekit.exercises.solutions import DROPPED, KEPT, NAME, Solution, check_solution, read_solutions
from coursekit.files import write_whole


class ReleaseRefused(Exception):
    """Everything that stands against a release, as sentences for people; nothing was written."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


@dataclass
class Release:
    """What a release writes: path → text, below `exercises/` and below `solutions/keys/archive/`."""

    exercises: dict[str, str] = field(default_factory=dict)
    archive: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    """The number of the release of each notebook."""


def prepare(solutions: Path | str, exercises: Path | str, course: Path | str) -> Release:
    """What a release would write now.

    `exercises` is held against the archive, `course` is where role-plays are looked for. Writes nothing. Raises
    ReleaseRefused with every fault of every notebook.
    """
    solutions, exercises = Path(solutions), Path(exercises)
    found, faults = read_solutions(solutions)
    release = Release()
    for solution in found:
        archive = solutions / "keys" / "archive" / solution.name
        faults += check_solution(solution, Path(course))
        try:
            faults += _unknown_to(archive, exercises / "items" / f"{solution.name}.json")
            _add(release, solution, archive)
        except ItemFaults as error:
            faults += map(str, error.faults)
    faults += _strangers(exercises)
    faults += leaks(release.exercises, [item for one in found for item in one.items], _dropped(found, solutions))
    if faults:
        raise ReleaseRefused(faults)
    return release


def _dropped(found: list[Solution], solutions: Path) -> list[tuple[str, str]]:
    cells = [(f"{one.path}, cell {number}", source(cell)) for one in found for number, cell in one.cells(DROPPED)]
    folders = (solutions / part for part in ("rubrics", "calibration"))
    kept = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    return cells + [(str(path), path.read_text("utf-8", "replace")) for path in kept]


def _strangers(exercises: Path) -> Iterator[str]:
    for path in sorted(exercises.rglob("*")):
        inside = path.relative_to(exercises).as_posix()
        ours = inside == "items" or re.fullmatch(rf"{NAME}\.ipynb|items/{NAME}\.json", inside)
        if not ours and not re.search(r"(^|/)\.", inside):
            yield f"{path}: found what release did not write. Move it: {exercises} is replaced as a whole."


# Versions


def _unknown_to(archive: Path, published: Path) -> Iterator[str]:
    """Without the archive versions would begin at 1 again, and answers be graded against another key."""
    known = load_archive(archive)
    for item in load_public(published) if published.exists() else []:
        if (item.id, item.version) not in known:
            yield (
                f"{published}: found {item.id} in version {item.version}, of which {archive} knows nothing. Restore "
                f"the archive; or, if the keys are your own and nobody has worked with them yet, delete {published}."
            )


def _add(release: Release, solution: Solution, archive: Path) -> None:
    """Put the files of one notebook into the release. Raises ItemFaults for a damaged archive."""
    items = _versioned(solution.items, archive)
    form = {
        "items": [[item.id, item.version, item.points] for item in items],
        "cells": [cell["id"] for _, cell in solution.cells(KEPT)],
    }
    number = _number(form, archive / "release.json")
    shown = {"notebook": solution.name, "release": number, "items": [public(item) for item in items]}
    release.numbers[solution.name] = number
    release.exercises[f"{solution.name}.ipynb"] = _json(_exercise(solution, number), sort_keys=True)
    release.exercises[f"items/{solution.name}.json"] = _json(shown)
    for item in items:
        whole = item.model_dump(mode="json", exclude_none=True)
        release.archive[f"{solution.name}/{item.id}@{item.version}.json"] = _json(whole)
    release.archive[f"{solution.name}/release.json"] = _json({"release": number} | form)


def _versioned(items: list[Item], archive: Path) -> list[Item]:
    """Each item with its version: as archived last; one more where its structure has changed since; else 1."""
    latest: dict[str, Item] = {}
    for (name, version), item in load_archive(archive).items():
        if name not in latest or version > latest[name].version:
            latest[name] = item
    versions = [
        latest[item.id].version + (structure(latest[item.id]) != structure(item)) if item.id in latest else 1
        for item in items
    ]
    return [item.model_copy(update={"version": version}) for item, version in zip(items, versions, strict=True)]


def _number(form: dict[str, Any], path: Path) -> int:
    """The release's number: as last time, or one more where items, versions, points or cells have changed."""
    if not path.exists():
        return 1
    try:
        last = json.loads(path.read_text(encoding="utf-8"))
        number = int(last.pop("release"))
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        found = f"what release did not write ({error})"
        raise ItemFaults([Fault(path, 1, "", found, "nothing by hand: restore it from the repository")]) from None
    return number if last == form else number + 1


# What trainees get


def _exercise(solution: Solution, number: int) -> dict[str, Any]:
    """The trainees' notebook, made anew from what is kept: no metadata of the solution comes along."""
    about = {"part": "exercise", "notebook": solution.name, "release": number, "run_on_open": True}
    return {
        "cells": [_cell(cell) for _, cell in solution.cells(KEPT)],
        "metadata": {
            "coursekit": about,
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _cell(cell: dict[str, Any]) -> dict[str, Any]:
    kept = {"id": cell["id"], "cell_type": cell["cell_type"], "source": source(cell).splitlines(keepends=True)}
    if cell["cell_type"] == "code":
        return kept | {"metadata": {"jupyter": {"source_hidden": True}}, "execution_count": None, "outputs": []}
    return kept | {"metadata": {"tags": [HINT_TAG]} if HINT_TAG in cell["metadata"]["tags"] else {}}


def _json(data: Any, sort_keys: bool = False) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=sort_keys) + "\n"


# Writing, or only comparing


def write(release: Release, solutions: Path | str, exercises: Path | str) -> None:
    """Archive the release and replace `exercises` as a whole. Raises OSError, with `exercises` as it was."""
    archive = Path(solutions) / "keys" / "archive"
    for inside, text in release.archive.items():
        write_whole(archive / inside, text)
    folder = Path(exercises).resolve()
    new, old = folder.with_name(f".{folder.name}.new"), folder.with_name(f".{folder.name}.old")
    for leftover in (new, old):
        shutil.rmtree(leftover, ignore_errors=True)
    for inside, text in release.exercises.items():
        write_whole(new / inside, text)
    if folder.exists():
        folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def differences(release: Release, solutions: Path | str, exercises: Path | str) -> list[str]:
    """In what the files differ from what release would write, a line for each; an empty list when in nothing."""
    archive = Path(solutions) / "keys" / "archive"
    lines = [line for inside, text in release.archive.items() if (line := _difference(archive / inside, text))]
    folder = Path(exercises)
    lines += [line for inside, text in release.exercises.items() if (line := _difference(folder / inside, text))]
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*.*") if path.is_file()}
    gone = sorted(inside for inside in there - release.exercises.keys() if not re.search(r"(^|/)\.", inside))
    return lines + [f"{folder / inside}: has no solution any more" for inside in gone]


def _difference(path: Path, text: str) -> str:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return f"{path}: is missing"
    except (OSError, ValueError):
        return f"{path}: cannot be read"
    wanted = text.splitlines()
    if lines == wanted:
        return ""
    same = next(
        (n for n, (a, b) in enumerate(zip(lines, wanted, strict=False)) if a != b), min(len(lines), len(wanted))
    )
    return f"{path}: differs from line {same + 1} on"
