"""The course as a site that works from a folder: a page for each notebook, a first page, one style and script."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursekit.pages import press
from coursekit.pages.course import Course
from coursekit.pages.document import Page, PageFaults
from coursekit.pages.setting import read_page

LISTING = "assets/site.json"
"""In a site: the list of its files. A folder without it is not an exported site and is never overwritten."""


class SiteRefused(Exception):
    """A site that cannot be written; the text says why and what to do."""


@dataclass(frozen=True)
class Site:
    """What was written: the folder, and the places of its pages."""

    folder: Path
    pages: tuple[str, ...]


def export(course: Course, out: Path, places: Iterable[str] | None = None) -> Site:
    """Writes the site of `course` to the folder `out`, all or nothing; an older site there is replaced.

    `places` are the notebooks to read, by default all of the course: whoever shows progress watches them go by. Raises
    PageFaults with the faults of all notebooks, CallsOut, and SiteRefused where `out` is something else or cannot be
    written.
    """
    out = out.expanduser().resolve()
    _refuse_to_overwrite(out)
    if not course.notebooks:
        raise SiteRefused(f"There are no notebooks in {course.root}: no course/*.ipynb and no exercises/*.ipynb.")
    pages = _read(course, course.notebooks if places is None else places)
    files = {"index.html": press.index(_modules(pages), press.shared(""))}
    for place, page in pages.items():
        files[f"{place}.html"] = press.page(page, press.shared("../", page), site=True, **_around(page, pages))
    files |= press.shared_files(pages.values())
    files[LISTING] = json.dumps({"made by": press.GENERATOR, "files": sorted(files)}, indent=1) + "\n"
    try:
        _put(files, out)
    except OSError as error:
        where = error.filename or out
        raise SiteRefused(f"{where} cannot be written ({error.strerror}). Name another folder: --out FOLDER") from error
    return Site(out, tuple(pages))


# Pages


def _read(course: Course, places: Iterable[str]) -> dict[str, Page]:
    pages: dict[str, Page] = {}
    faults: list[str] = []
    for place in places:
        try:
            pages[place] = read_page(course.notebooks[place], course)
        except PageFaults as found:
            faults += found.faults
    if faults:
        raise PageFaults(faults)
    return pages


def _modules(pages: dict[str, Page]) -> list[dict[str, Page | None]]:
    """What the first page lists: for each module its lesson, or what there is without one, and what goes with that."""
    modules = []
    for name in sorted({page.name for page in pages.values()}):
        lesson, exercise, solution = (pages.get(f"{folder}/{name}") for folder in ("course", "exercises", "solutions"))
        modules.append({"page": lesson or exercise or solution, "exercise": exercise, "solution": solution})
    return modules


def _link(page: Page) -> dict[str, str]:
    return {"href": f"../{page.place}.html", "title": page.title}


_PARTNERS = {
    "lesson": ("exercises", "Exercise"),
    "exercise": ("course", "Lesson"),
    "solution": ("exercises", "Exercise"),
}


def _around(page: Page, pages: dict[str, Page]) -> dict[str, Any]:
    """The pages before and after of the same part, and the exercise of a lesson or the lesson of an exercise."""
    row = [one for one in pages.values() if one.part == page.part]
    here = row.index(page)
    folder, what = _PARTNERS[page.part]
    partner = pages.get(f"{folder}/{page.name}")
    return {
        "previous": _link(row[here - 1]) if here else None,
        "next": _link(row[here + 1]) if here + 1 < len(row) else None,
        "partner": {**_link(partner), "what": what} if partner else None,
    }


# The folder


def _refuse_to_overwrite(out: Path) -> None:
    """Raises SiteRefused unless `out` is new, empty, or holds an exported site and nothing else."""
    if not out.exists():
        return
    if not out.is_dir():
        raise SiteRefused(f"{out} is a file. Name a folder for the site: --out FOLDER")
    there = {path.relative_to(out).as_posix() for path in out.rglob("*") if not path.is_dir()}
    try:
        ours = set(json.loads((out / LISTING).read_bytes())["files"]) | {LISTING}
    except (OSError, ValueError, LookupError, TypeError):
        ours = set()
    if there and not ours:
        raise SiteRefused(f"{out} is not an exported site, and is left as it is. Name another folder: --out FOLDER")
    if others := sorted(there - ours):
        shown = ", ".join(others[:5]) + (", …" if len(others) > 5 else "")
        raise SiteRefused(
            f"{out} holds files that the export did not write: {shown}. Move them, or name another folder: --out FOLDER"
        )


def _put(files: dict[str, str], out: Path) -> None:
    """Builds the folder beside `out`, then puts it in its place."""
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        new, old = beside / "new", beside / "old"
        for name, text in files.items():
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            (new / name).write_text(text, encoding="utf-8", newline="\n")
        if out.exists():
            os.replace(out, old)
        try:
            os.replace(new, out)
        except OSError:
            if old.exists():
                os.replace(old, out)
            raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)
