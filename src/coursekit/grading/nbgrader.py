"""What the cells of an nbgrader assignment call when it is graded: the points of an item, and the answer that a person marks.

Both come from the answers file that was handed in beside the notebook, as `coursekit grade` would have them. Where trainees
work there are no keys: there a cell is worth nothing and says so. nbgrader takes a cell that fails for 0 points, and one that
says nothing for all of them; so whatever would be neither an answer nor its absence ends the kernel, and nbgrader says that
the submission could not be graded.
"""

import html
import os
import sys
from functools import cache, partial
from pathlib import Path
from typing import IO, NoReturn

from coursekit.exercises.answers import ENDING, AnswersRefused
from coursekit.exercises.nbgrader import KEYS, marked_by_person
from coursekit.grading.assessment import Assessment, Result, as_text, assess
from coursekit.grading.keys import Keys, KeysRefused
from coursekit.grading.submissions import Entry, Refused

SOLUTIONS = "COURSEKIT_SOLUTIONS"
"""The environment's name for the folder with the keys; without it, `coursekit-solutions` in a folder above the notebook's."""


class Said:
    """A number, as nbgrader reads it, and the words beside it."""

    def __init__(self, points: float, words: str) -> None:
        self.points, self.words = points, words

    def __repr__(self) -> str:
        return str(float(self.points))

    def _repr_html_(self) -> str:
        return "".join(f"<p>{html.escape(line)}</p>" for line in self.words.split("\n"))


def points(notebook: str, item: str) -> Said:
    """The points of an item of the exercise, for nbgrader."""
    found = _assessed(notebook)
    if found is None:
        return Said(0, "This is scored when your work is graded. There is nothing to do here.")
    result = _result(found, item)
    said = [*result.verdict.reasons, *([result.note] if result.note else [])]
    if result.score is not None:
        return Said(result.score, f"{result.score:g} of {result.item.points}. {' '.join(said)}")
    if result.verdict.status == "not attempted":
        return Said(0, "Not attempted.")
    return Said(0, f"A person must look at this: {' '.join(said)}\n{as_text(result.answer)}")


def answer(notebook: str, item: str = "", also: bool = False) -> Said:
    """The answer to an item that a person marks; and, if asked for, what `also` a person must look at in the file."""
    found = _assessed(notebook)
    if found is None:
        return Said(0, "")
    lines = []
    if item:
        result = _result(found, item)
        lines.append("Not attempted." if result.verdict.status == "not attempted" else as_text(result.answer))
        lines += [f"Note: {result.note}"] if result.note else []
    if also:
        others = [one for one in found.results if one.verdict.status == "person" and not marked_by_person(one.item)]
        lines += [f"{one.item.id} has no points yet, and a person must look: {' '.join(one.verdict.reasons)}" for one in others]
        lines += [f"A person must look at the file: {one.item} {one.reason} {one.text}" for one in found.problems]
    return Said(0, "\n".join(lines) or "There is nothing that a person must look at.")


def _result(found: Assessment, item: str) -> Result:
    for result in found.results:
        if result.item.id == item:
            return result
    _end(f"The answers are to {found.notebook[1]}, in which there is no item {item}")


@cache
def _assessed(notebook: str) -> Assessment | None:
    """What was handed in for an exercise, judged; None where there are no keys because trainees work here."""
    grading = os.environ.get("NBGRADER_EXECUTION") == "autograde"
    folder = _solutions()
    if folder is None:
        if grading:
            _end(f"There are no keys: no folder {KEYS} above {Path.cwd()}, and no {SOLUTIONS} in the environment")
        return None
    try:
        keys = Keys(folder)
        found = [assess(content, keys) for content in _handed_in(Path.cwd())]
    except (KeysRefused, AnswersRefused, Refused) as refused:
        _end(str(refused))
    mine = [one for one in found if one.notebook == ("exercise", notebook)]
    if not mine:
        _end(f"There is no answers file ({ENDING}) of {notebook} beside the notebook. Ask for it")
    return max(mine, key=lambda one: (one.acts, -one.damaged))


def _solutions() -> Path | None:
    if named := os.environ.get(SOLUTIONS):
        return Path(named)
    here = Path.cwd()
    return next((up / KEYS for up in (here, *here.parents) if (up / KEYS / "keys").is_dir()), None)


def _handed_in(folder: Path) -> list[bytes]:
    paths = sorted(path for path in folder.rglob(f"*{ENDING}") if path.is_file() and not path.is_symlink())
    return [Entry(path.name, path.name, path.stat().st_size, partial(_opened, path)).content() for path in paths]


def _opened(path: Path) -> IO[bytes]:
    return path.open("rb")


def _end(why: str) -> NoReturn:
    print(f"coursekit: {why}. This submission was not graded.", file=sys.__stderr__, flush=True)
    os._exit(1)
