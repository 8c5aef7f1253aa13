"""Where the notebooks of the course are, and the items that belong to each."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from coursekit.exercises.items import Item, RolePlayItem, load_items, load_public, open_definition, public, release_of
from coursekit.roleplay.script import read_script

FOLDERS = {"course": "lesson", "exercises": "exercise", "solutions": "solution"}
"""The folders that hold notebooks, and what a notebook in each of them is.

A notebook's *place* is `course/06_rupture_and_repair`."""


_PASSAGE: dict[str, Any] = {"line": True, "replies": {"__all__": {"line"}}}
_LINES = {"scenes": {"__all__": {"passages": {"__all__": _PASSAGE}}}}
"""Where the parts of a scene stand in its script: that is for its author, and nearly a kilobyte of a page, compressed."""


class NoPlace(Exception):
    """A notebook that is in none of the course's folders."""


@dataclass(frozen=True)
class Course:
    """`root` holds course/ and exercises/; `solutions` the instructors' notebooks, if they are wanted."""

    root: Path
    solutions: Path | None = None

    @cached_property
    def notebooks(self) -> dict[str, Path]:
        """The notebooks by place, lessons first, in the order of the modules."""
        found = {"course": self.root.glob("course/*.ipynb"), "exercises": self.root.glob("exercises/*.ipynb")}
        if self.solutions:
            found["solutions"] = self.solutions.glob("[0-9]*.ipynb")  # not the instructor's own notebook
        return {f"{folder}/{path.stem}": path for folder, paths in found.items() for path in sorted(paths)}

    def place(self, notebook: Path) -> str:
        """The place of a notebook file. Raises NoPlace."""
        notebook = notebook.resolve()
        if self.solutions and notebook.parent == self.solutions.resolve():
            return f"solutions/{notebook.stem}"
        if notebook.parent.name not in FOLDERS:
            raise NoPlace(f"{notebook} is not in {', '.join(FOLDERS)}, where the notebooks of the course are.")
        return f"{notebook.parent.name}/{notebook.stem}"

    def items(self, place: str) -> list[Item]:
        """The items of a notebook in order, with their keys except for exercises. Raises ItemFaults."""
        folder, name = place.split("/")
        if folder == "exercises":
            return load_public(self._released(name))
        beside = (
            self.root / "course" / "items"
            if folder == "course"
            else (self.solutions or self.root / "solutions") / "keys"
        )
        return load_items(beside / f"{name}.toml")

    def release(self, place: str) -> int:
        """The number of the release that a notebook came from; 0 for what is never released. Raises ItemFaults."""
        folder, name = place.split("/")
        return release_of(self._released(name)) if folder == "exercises" else 0

    def definition(self, place: str, item: Item) -> dict[str, Any]:
        """What a page is given of an item: with its key except in exercises, with the whole script for a role-play.

        Raises ScriptFaults, or OSError where the script is missing.
        """
        known = public(item) if place.startswith("exercises/") else open_definition(item)
        if isinstance(item, RolePlayItem):
            script = read_script(self.root / "course" / "roleplays" / f"{item.script}.md")
            known["roleplay"] = script.model_dump(mode="json", exclude=_LINES)
        return known

    def _released(self, name: str) -> Path:
        return self.root / "exercises" / "items" / f"{name}.json"
