"""A page of the course before it is printed, and what can be wrong with the notebook it is made of."""

import re
from dataclasses import dataclass, field
from typing import Any

from coursekit.pages.assets import as_json, has_words_to_read
from coursekit.pages.course import FOLDERS
from coursekit.pages.prose import Heading


class PageFaults(Exception):
    """All faults of what was to become a page, or a site of pages."""

    def __init__(self, faults: list[Any]) -> None:
        self.faults = list(dict.fromkeys(map(str, faults)))
        super().__init__("\n".join(self.faults))


@dataclass
class Page:
    """A notebook ready to be printed: `body` is HTML, `data` what the script on the page needs."""

    place: str
    title: str = ""
    lead: str = ""
    minutes: int = 0
    play_minutes: int = 0  # of its role-plays, where `minutes` are without them
    headings: list[Heading] = field(default_factory=list)
    body: str = ""
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def part(self) -> str:
        """lesson, exercise or solution."""
        return FOLDERS[self.place.split("/")[0]]

    @property
    def name(self) -> str:
        """The notebook's file name without its ending."""
        return self.place.split("/")[1]

    @property
    def number(self) -> str:
        """The number of the module, such as 06, or nothing."""
        found = re.match(r"\d+", self.name)
        return found[0] if found else ""

    @property
    def roleplays(self) -> dict[str, dict[str, Any]]:
        """The role-plays on the page, by the names of their scripts."""
        items = self.data.get("items", {}).values()
        return {item["script"]: item["roleplay"] for item in items if "roleplay" in item}

    @property
    def has_words_to_read(self) -> bool:
        """Whether the page needs the coder of written replies."""
        return any(has_words_to_read(item) for item in self.data.get("items", {}).values())

    def json(self, with_roleplays: bool) -> str:
        """`data` written so that nothing in it can end the <script> that it stands in."""
        left_out = () if with_roleplays else ("roleplay",)
        items = {
            id: {name: value for name, value in item.items() if name not in left_out}
            for id, item in self.data["items"].items()
        }
        return as_json(self.data | {"items": items})
