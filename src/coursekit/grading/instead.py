"""A notebook that was handed in instead of the answers file: what can be saved of it. It is read as data and never run."""

import base64
import binascii
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from coursekit.words import shown

LONGEST = 4000
"""Characters of somebody's own words that are quoted."""
_LINE = re.compile(r'\s*\{\s*"(coursekit|seq)"\s*:')


def pasted(data: bytes) -> bytes:
    """The lines of an answers file that stand in the cells of a notebook, or are attached to one; nothing where there are none."""
    lines = (line for cell in _cells(data) for text in _texts(cell) for line in text.splitlines() if _LINE.match(line))
    return "".join(f"{line.strip()}\n" for line in lines).encode("utf-8", "replace")


def own_words(data: bytes, solutions: Path) -> str:
    """What stands in a notebook that is not in the exercise it is of: an answer that was typed into a cell.

    `solutions` is the folder of the notebook's source. Nothing where that has no such notebook.
    """
    name = _named(_json(data).get("metadata"))
    source = solutions / f"{name}.ipynb"
    if not name or not source.is_file():
        return ""
    known = {_plain(cell.get("source")) for cell in _cells(source.read_bytes())}
    cells = [cell for cell in _cells(data) if not _is_nbgraders(cell.get("metadata"))]
    own = dict.fromkeys(text for cell in cells if (text := _plain(cell.get("source"))) and text not in known)
    return shown(" / ".join(own))[:LONGEST]


def _named(metadata: Any) -> str:
    about = metadata.get("coursekit") if isinstance(metadata, dict) else None
    name = about.get("notebook") if isinstance(about, dict) else None
    return name if isinstance(name, str) and re.fullmatch(r"\w+", name) else ""


def _is_nbgraders(metadata: Any) -> bool:
    """Whether a cell is one that release has added for nbgrader."""
    about = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return isinstance(about, dict) and about.get("locked") is True


def _json(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _cells(data: bytes) -> list[dict[str, Any]]:
    cells = _json(data).get("cells")
    return [cell for cell in cells if isinstance(cell, dict)] if isinstance(cells, list) else []


def _texts(cell: dict[str, Any]) -> Iterator[str]:
    """What a cell says, and what is attached to it."""
    yield _joined(cell.get("source"))
    attachments = cell.get("attachments")
    for kinds in attachments.values() if isinstance(attachments, dict) else ():
        for text in kinds.values() if isinstance(kinds, dict) else ():
            try:
                yield base64.b64decode(_joined(text)).decode("utf-8", "replace")
            except (binascii.Error, ValueError):
                continue


def _joined(source: Any) -> str:
    """The text of a cell, which a file may hold in pieces."""
    if isinstance(source, list):
        return "".join(part for part in source if isinstance(part, str))
    return source if isinstance(source, str) else ""


def _plain(source: Any) -> str:
    return " ".join(_joined(source).split())
