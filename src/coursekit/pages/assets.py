"""The script and the style of all views, joined from plain parts: an ES module for notebooks, a classic script for pages.

Parts have no import or export and share one scope; a part uses only what stands before it, or what runs later.
"""

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

from coursekit.codebook import MARKERS, THERAPIST_CODES
from coursekit.coding import HINDERING, POSSIBLE
from coursekit.coding.features import WORDS
from coursekit.coding.text import CONTRACTIONS
from coursekit.pages import shrink

PARTS = (
    "dom", "codes", "store", "rules", "coder", "shell", "items", "readings",
    "choice", "coding", "ordering", "rating", "written", "reasons", "curves", "replies", "debrief", "roleplay", "submit",
)  # fmt: skip
SHEETS = ("base", "items", "roleplay")
INSTRUCTOR_PARTS = ("dom", "instructor/desk", "instructor/came_in", "instructor/scored", "instructor/mark", "instructor/settle",
    "instructor/take_away", "instructor/panel")  # fmt: skip
INSTRUCTOR_SHEETS = ("base", "instructor")

_STATIC = files("coursekit.pages").joinpath("static")


@cache
def module() -> str:
    """The ES module that anywidget loads: `export default { render }`."""
    return safe(f"{_script()}\nexport default {{ render }};\n")


@cache
def classic() -> str:
    """The script of exported pages: runs from `file://`, may stand in a page, and boots what it finds there."""
    return safe(shrink.script(f'(() => {{\n"use strict";\n{_script()}\n{_source("js/page.js")}\n}})();\n'))


@cache
def style() -> str:
    """The style sheet of all views; it touches nothing outside `.ck`."""
    return safe(shrink.style("\n".join(_source(f"css/{name}.css") for name in SHEETS)))


@cache
def instructor_module() -> str:
    """The ES module of the instructor's panel, which no page of the course loads."""
    script = "\n".join(_source(f"js/{name}.js") for name in INSTRUCTOR_PARTS)
    return safe(f"{script}\nexport default {{ render }};\n")


@cache
def instructor_style() -> str:
    """The style sheet of the instructor's panel."""
    return safe("\n".join(_source(f"css/{name}.css") for name in INSTRUCTOR_SHEETS))


@cache
def vocabulary() -> dict[str, dict[str, str]]:
    """The codebook's public part by code: `code`, `name`, `definition`, `group`, and `of`: `therapist` or `client`."""
    codes = [(entry.code, entry.name, entry.definition, entry.group, "therapist") for entry in THERAPIST_CODES.values()]
    markers = [(entry.code, entry.name, entry.definition, entry.family, "client") for entry in MARKERS.values()]
    fields = ("code", "name", "definition", "group", "of")
    return {entry[0]: dict(zip(fields, entry, strict=True)) for entry in [*codes, *markers]}


def has_words_to_read(item: dict[str, Any]) -> bool:
    """Whether the coder has something to read in an item, given as the page gets it: a written turn, or an open written reply."""
    if item["kind"] != "roleplay":
        return item["kind"] == "written" and bool(item.get("open"))
    scenes = item["roleplay"]["scenes"].values()
    return any(passage["write"] is not None for scene in scenes for passage in scene["passages"])


def _script() -> str:
    told = json.loads(_part("debrief.json"))
    tables = f"const RULES = {as_json(_rules())};\nconst DEBRIEF = {as_json(told)};\n"
    return tables + "\n".join(_source(f"js/{name}.js") for name in PARTS)


def _rules() -> dict[str, Any]:
    """What rules.js works by: the table that roleplay/client.py reads, and of the codebook what decides."""
    table = files("coursekit.roleplay").joinpath("client_model.json").read_text(encoding="utf-8")
    return {
        "model": json.loads(table),
        "codes": list(THERAPIST_CODES),
        "possible": POSSIBLE,
        "hindering": HINDERING,
        "words": {**WORDS, "contractions": CONTRACTIONS},
        "kinds": {code: marker.kind for code, marker in MARKERS.items()},
    }


_COMMENTS = re.compile(r"^[ \t]*(?://.*|/\*(?:[^*]|\*(?!/))*\*/[ \t]*)\n", re.MULTILINE)


def _source(name: str) -> str:
    """A part without the comments on lines of their own: these are for whoever edits it, and an eighth of what would be sent."""
    return _COMMENTS.sub("", _part(name))


def _part(name: str) -> str:
    return _STATIC.joinpath(name).read_text(encoding="utf-8").strip() + "\n"


def as_json(value: Any) -> str:
    """JSON in which nothing can end the <script> that it stands in."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def safe(text: str) -> str:
    """The text, if it can stand in a <script> or <style> of a page. Raises ValueError with the line that cannot."""
    if found := re.search(r"</(script|style)|<!--", text, re.IGNORECASE):
        line = text[text.rfind("\n", 0, found.start()) + 1 :].split("\n", 1)[0]
        raise ValueError(
            f"{found[0]!r} cannot stand in a page's script or style: write it in two pieces. Line: {line.strip()}"
        )
    return text
