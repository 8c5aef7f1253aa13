"""The instructor's keys: the items as they are now, and every version of them that was released."""

import json
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Literal

from coursekit import content
from coursekit.exercises.items import (
    Item,
    ItemFaults,
    RolePlayItem,
    Written,
    load_archive,
    load_items,
    same_page,
    structure,
)
from coursekit.roleplay.scenes import RolePlay
from coursekit.roleplay.script import ScriptFaults, read_script

Notebook = tuple[Literal["lesson", "exercise"], str]
"""Which part of the course, and the file name of the notebook without its ending."""


class KeysRefused(Exception):
    """Keys that cannot be used, with the reason and what to do, as a sentence for people."""


class Keys:
    """All keys of the exercises in `solutions`, and the open items and the scripts of `course`.

    `course` is by default the folder of that name beside `solutions`, or else the one that came with coursekit.
    Raises KeysRefused when there is no folder of keys, or when a file in it is faulty: half a key would grade wrongly.
    """

    def __init__(self, solutions: Path | str, course: Path | str | None = None):
        self.folder = Path(solutions) / "keys"
        beside = Path(solutions).absolute().parent / "course"
        self.course = Path(course) if course else beside if beside.is_dir() else content.course()
        if not self.folder.is_dir():
            raise KeysRefused(
                f"There are no keys in {solutions}: it has no folder `keys`. "
                "Say where the solutions are: --solutions DIR"
            )
        self.notebooks: dict[Notebook, dict[str, Item]] = {}
        self._released: dict[tuple[str, int], Item] = {}
        try:
            for path in sorted(self.folder.glob("*.toml")):
                self.notebooks["exercise", path.stem] = {item.id: item for item in load_items(path)}
                self._released |= load_archive(self.folder / "archive" / path.stem)
            for path in sorted((self.course / "items").glob("*.toml")):
                self.notebooks["lesson", path.stem] = {item.id: item for item in load_items(path)}
        except ItemFaults as faults:
            raise KeysRefused(f"The keys have faults. Mend them and grade again.\n{faults}") from None
        self._archived = {id for id, _ in self._released}
        self._rubrics: set[str] | None = None  # of keys that were sent to a worker: the names of those that there were
        self._scripts: dict[str, RolePlay | None] = {}
        self._played: dict[tuple[str, int], tuple[Item, Item]] = {}  # today's item, and the one that `version` made of it
        self._home = {item: notebook for notebook, items in self.notebooks.items() for item in items}

    def items(self, notebook: Notebook) -> dict[str, Item] | None:
        """The items of a notebook by id, in its order; None where the course has no such notebook."""
        return self.notebooks.get(notebook)

    def home(self, item: str) -> Notebook | None:
        """The notebook to which an item belongs."""
        return self._home.get(item)

    def version(self, item: Item, version: int) -> Item | None:
        """The item as it was on the page: that version of it, with its key; None if it was never released.

        Where only wording or key were corrected since, both are those of the last version with the same page.
        """
        if (item.id, version) not in self._released:
            return item if version == item.version and item.id not in self._archived else None
        known = self._played.get((item.id, version))
        if known is None or known[0] is not item:
            released = self._released[item.id, version]
            later = sorted(((n, one) for (id, n), one in self._released.items() if id == item.id and n > version), reverse=True)
            counts = next((one for one in (item, *(one for _, one in later)) if same_page(released, one)), released)
            known = (item, counts.model_copy(update={"version": version}))
            self._played[item.id, version] = known
        return known[1]

    @cached_property
    def digest(self) -> str:
        """Another one whenever anything has changed on which a score depends: an item's structure, its key or its points."""
        now = [(item.points, item.version, structure(item)) for items in self.notebooks.values() for item in items.values()]
        released = [(name, structure(item)) for name, item in sorted(self._released.items())]
        return sha256(json.dumps([now, released], sort_keys=True).encode()).hexdigest()[:16]

    def __getstate__(self) -> dict[str, object]:
        """All that is in the keys, scripts included: where they go, in a worker on another machine, these folders may not be."""
        for items in self.notebooks.values():
            for item in items.values():
                if isinstance(item, RolePlayItem):
                    self.script(item)
        return self.__dict__ | {"_rubrics": {path.name for path in (self.folder.parent / "rubrics").glob("*.md")}}

    def has_rubric(self, path: Path) -> bool:
        """Whether there is a rubric at this path."""
        return path.is_file() if self._rubrics is None else path.name in self._rubrics

    def rubric(self, item: Written) -> Path | None:
        """The file of the rubric by which a written reply is marked, whether it is there or not; None where none is named."""
        named = item.key.rubric if item.key else None
        return self.folder.parent / "rubrics" / f"{named}.md" if named else None

    def script(self, item: RolePlayItem) -> RolePlay | None:
        """The role-play of an item, or None where its script is missing or faulty."""
        if item.script not in self._scripts:
            self._scripts[item.script] = _script(self.course / "roleplays" / f"{item.script}.md")
        return self._scripts[item.script]


@lru_cache(maxsize=256)
def _script(path: Path) -> RolePlay | None:
    try:
        return read_script(path)
    except (ScriptFaults, OSError):
        return None
