"""A trainee's working copy: the folder that `coursekit start` lays out, known by its file `.coursekit.json`."""

import secrets
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coursekit import content

MARKER = ".coursekit.json"


class WorkingCopyError(Exception):
    """The working copy cannot be read or laid out; the text says why and what to do."""


class Marker(BaseModel):
    """What `.coursekit.json` holds: whose copy this is, and what was laid out in it."""

    model_config = ConfigDict(extra="forbid")

    format: Literal[1] = 1
    course: Literal["therapeutic-relationship"] = content.COURSE_ID
    trainee: str = Field(default_factory=lambda: secrets.token_hex(8), pattern="^[0-9a-f]{16}$")
    notebooks: dict[str, str] = Field(default_factory=dict)
    """For each notebook (its path in the working copy), the digest of its cells as laid out."""


def find(place: Path) -> Path | None:
    """The working copy that `place` is in, or None: a notebook runs in `course/` or `exercises/` of its copy."""
    place = place.resolve()
    return next((folder for folder in (place, *place.parents) if (folder / MARKER).is_file()), None)


def read_marker(folder: Path) -> Marker:
    """The marker of a working copy, or a new one, with a new random trainee id, where there is none.

    Raises WorkingCopyError when it is there and cannot be read.
    """
    path = folder / MARKER
    if not path.exists():
        return Marker()
    try:
        return Marker.model_validate_json(path.read_bytes())
    except ValidationError as fault:
        first = fault.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise WorkingCopyError(
            f"{path} is damaged ({where}: {first['msg']}). It holds no answers, only your number in the course "
            "and what was laid out. Put back an older copy of it, or delete it and start again: you then get a new "
            "number, and your answers stay."
        ) from fault
