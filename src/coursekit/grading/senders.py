"""Who sent a file, as the learning-management system says it in the names of its download."""

import re
import unicodedata
from dataclasses import dataclass

CANVAS, MOODLE = "canvas", "moodle"

_MOODLE = re.compile(r"(?P<folder>(?P<name>.+?)_(?P<id>\d{1,40})_assignsubmission_[a-z]+_?)(?P<copy> \(\d+\))?(?P<rest>.*)", re.S)
_CANVAS = re.compile(r"(?P<stem>(?P<name>[^\W\d].*?)_(?P<late>LATE_)?(?P<id>\d{1,40})_\d+)_(?P<rest>.+)", re.S)
_ANON = re.compile(r"(?P<stem>anon_(?P<late>LATE_)?(?P<id>[0-9A-Za-z]{1,40})(?:_\d+)?)_(?P<rest>.+)", re.S)
_NUMBER_AND_ENDING = re.compile(r"\d+(\.\w+)?")


@dataclass(frozen=True)
class Sender:
    """Who sent a file: the system, its id of the sender, and the name as the system writes it.

    `back` is the name under which the system takes a page for this sender.
    """

    system: str
    id: str
    name: str
    late: bool = False
    back: str = ""

    @property
    def lasting(self) -> bool:
        """Whether the id is the sender's in every assignment: Canvas's is, Moodle's and an anonymous one are not."""
        return self.system == CANVAS and not self.id.startswith("anon_")


def sender(path: str) -> Sender | None:
    """Whose file it is by its path (folders, zips and the name; `class.zip: Mia Kern_12_assignsubmission_file/a.coursekit`).

    None where the path does not say it.
    """
    parts = [part for part in re.split(r"[/\\]|: ", path) if part]
    for last, read in ((len(parts) - 1, _moodle), (-1, _canvas)):
        for place in range(len(parts) - 1, -1, -1):
            if found := read(parts[place], place == last):
                return found
    return None


def _moodle(part: str, is_file: bool) -> Sender | None:
    if not (found := _MOODLE.fullmatch(part)):
        return None
    alone = is_file or found["rest"]  # a download without folders, or a zip that was handed in
    end = "_feedback.html" if alone else "/feedback.html"
    folder = found["folder"].rstrip("_") if alone else found["folder"]
    return Sender(MOODLE, found["id"], _plain(found["name"]), back=folder + end)


def _canvas(part: str, _: bool) -> Sender | None:
    if "." not in part:  # Canvas gives files, and no folders
        return None
    if found := _ANON.fullmatch(part):
        return Sender(CANVAS, f"anon_{found['id']}", "", bool(found["late"]), f"{found['stem']}_feedback.html")
    found = _CANVAS.fullmatch(part)
    if not found or _NUMBER_AND_ENDING.fullmatch(found["rest"]):  # rather a date, or a numbered copy
        return None
    return Sender(CANVAS, found["id"], _plain(found["name"]), bool(found["late"]), f"{found['stem']}_feedback.html")


def _plain(name: str) -> str:
    return " ".join(name.split())[:200]


def canonical(name: str) -> str:
    """The letters and digits of a name, in order of the alphabet: the same for Mia Kern, “Kern, Mia” and Canvas's kernmia."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(sorted(sign for sign in plain if sign.isalnum()))
