"""A small course to export: a lesson, its exercise as release makes it, and the solution."""

import json
from pathlib import Path
from typing import Any

from cohort import SCRIPT
from coursekit.exercises.release import prepare, write
from coursekit.pages.course import Course
from sample_exercise import ITEMS, NOTEBOOK, cell, sample_notebook, write_sample

LESSON = """
# Half a minute

Maya looks at the clock, and nobody says anything. This lesson is about *that* half minute.
---
from coursekit import lesson
here = lesson("06_sample")
---
Going on, after it ([Eubanks et al., 2018](#A039)):

> **Maya:** It's fine. *(She looks at the clock.)*
> **You:** "Fine"?
>
> *(Neither says anything.)*

A plain quotation is set as one:

> It doesn't matter.
---
here.item("06-l1")
---
## What was counted

A correlation of $r = .29$, and

$$ z = \\frac{x - \\bar{x}}{s} $$

| what | how many |
|------|---------:|
| [studies](https://doi.org/10.1037/pst0000172) | 11 |

Go on to [the exercise](../exercises/06_sample.ipynb), or back to [what was counted](#What-was-counted).
---
here.figure("how-common")
here.roleplay("the-clock")
---
here.references()
"""


def notebook(text: str) -> dict[str, Any]:
    """A notebook as it stands in its file; cells apart by `---`, those that begin with `here.` or `from` are code."""
    cells = []
    for number, source in enumerate(text.strip().split("\n---\n"), 1):
        code = source.startswith(("here.", "from ", "import ")) or source.startswith("%code ")
        made = cell(f"cell-{number}", "", source.removeprefix("%code ").strip(), code=code)
        made["metadata"] = {}
        cells.append(made)
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"language_info": {"name": "python"}}, "cells": cells}


def write_notebook(path: Path, made: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def write_course(folder: Path, items: str = ITEMS, lesson: str = LESSON) -> Course:
    """Lays out course/, solutions/ and exercises/ in `folder`; the course comes with its solutions."""
    solution = sample_notebook()
    solution["cells"] = [one for one in solution["cells"] if one["id"] != "count"]
    write_sample(folder, items, solution)
    (folder / "course/roleplays/the-clock.md").write_text(SCRIPT, encoding="utf-8")
    (folder / "course/items").mkdir()
    (folder / f"course/items/{NOTEBOOK}.toml").write_text(items.replace('"06-e', '"06-l'), encoding="utf-8")
    write_notebook(folder / f"course/{NOTEBOOK}.ipynb", notebook(lesson))
    places = folder / "solutions", folder / "exercises"
    write(prepare(*places, folder / "course"), *places)
    return Course(folder, folder / "solutions")
