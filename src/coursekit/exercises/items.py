"""Reading items: authors' TOML files, what release makes of them for trainees, the archive of their versions.

All faults of a file are reported in one pass, each with line, item, what was found and what to write.
"""

import difflib
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from coursekit.exercises.checks import Found, check_item
from coursekit.exercises.kinds import (
    ITEM,
    KINDS,
    Choice,
    Coding,
    Item,
    Ordering,
    Rating,
    Reflection,
    RolePlayItem,
    Written,
    open_definition,
    public,
    same_page,
    structure,
)
from coursekit.exercises.records import RESERVED
from coursekit.words import short

__all__ = [
    "KINDS", "Choice", "Coding", "Fault", "Item", "ItemFaults", "Ordering", "Rating", "Reflection",
    "RolePlayItem", "Written", "load_archive", "load_items", "load_public", "open_definition", "public",
    "release_of", "same_page", "structure",
]  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """One fault of an items file: where, what was found, and what to write."""

    path: Path
    line: int
    item: str
    found: str
    write: str

    def __str__(self) -> str:
        item = f", item {self.item}" if self.item else ""
        return f"{self.path}, line {self.line}{item}: found {self.found}. Write {self.write}."


class ItemFaults(Exception):
    """All faults of an items file."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = sorted(faults, key=lambda fault: fault.line)
        super().__init__("\n".join(map(str, self.faults)))


def load_items(path: Path | str) -> list[Item]:
    """The items of a TOML file, keys and all, in order. Raises ItemFaults with all that is wrong in it."""
    path = Path(path)
    text = _read(path)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+)", str(error))
        line = int(at[1]) if at else text.count("\n") + 1
        raise ItemFaults([Fault(path, line, "", f"what is not TOML ({error})", "TOML")]) from None
    raw = data.pop("item", None)
    tables = [table for table in raw if isinstance(table, dict)] if isinstance(raw, list) else []
    top = _Where(path, text.splitlines())
    outside = "it below an `[[item]]`, or nothing"
    faults = [top.fault((name, f"`{name}` outside the items", outside)) for name in data]
    if not tables or not isinstance(raw, list) or len(tables) != len(raw):
        faults.append(top.fault(("", "what is no list of items", "`[[item]]`, and the item's fields below it")))
    for table, block in zip(tables, _blocks(text, len(tables)), strict=True):
        where = _Where(path, text.splitlines(), *block, str(table.get("id", "")))
        faults += [where.fault(found) for found in (*_misshapen(table), *check_item(table))]
    faults += [top.fault((name, found, write)) for name, found, write in _repeated(tables)]
    if faults:
        raise ItemFaults(faults)
    return [ITEM.validate_python(table) for table in tables]


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        found = f"no file that can be read ({error.strerror})"
        raise ItemFaults([Fault(path, 1, "", found, "one there")]) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        found = "a character that is not UTF-8"
        raise ItemFaults([Fault(path, line, "", found, "the file in UTF-8")]) from None


def _repeated(tables: list[dict[str, Any]]) -> Iterator[Found]:
    for name, count in Counter(str(table["id"]) for table in tables if "id" in table).items():
        if count > 1:
            yield name, f"the id {name} {count} times", "one of its own for each item"


# The shape of an item


def _misshapen(table: dict[str, Any]) -> Iterator[Found]:
    kind = table.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        found = "no `kind`" if kind is None else f"`kind = {_shown(kind)}`"
        yield "kind", found, f"one of {', '.join(KINDS)}"
        return
    if table.get("id") in RESERVED:
        yield "id", f"the id {table['id']}, which the answers file uses itself", "another id"
    if KINDS[kind].model_fields["key"].annotation is not type(None) and "key" not in table:
        yield "", "no key", "`[item.key]` and what it needs below it"
    try:
        KINDS[kind].model_validate(table)
    except ValidationError as error:
        for fault in error.errors():
            yield _in_words(kind, fault)


def _in_words(kind: str, fault: Any) -> Found:
    path = ".".join(str(part + 1) if isinstance(part, int) else part for part in fault["loc"])
    name, given = fault["loc"][-1], _shown(fault["input"])
    if fault["type"] == "missing":
        return path, f"no `{path}`", f"`{name} = …`"
    if fault["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(name), _FIELDS, 1)
        write = f"`{near[0]}`" if near and near[0] != name else "nothing there"
        return path, f"`{path}`, which a {kind} does not have there", write
    if path == "key" and kind in ("reflection", "roleplay"):
        return path, f"a key, which a {kind} does not have", "nothing there"
    if (fault.get("ctx") or {}).get("pattern") in _PATTERNS:
        return path, f"`{path} = {given}`", _PATTERNS[fault["ctx"]["pattern"]]
    wanted = _TYPES.get(fault["type"], f"what fits: {fault['msg'].lower()}")
    return path, f"`{path} = {given}`", wanted.format_map(fault.get("ctx") or {})


_FIELDS = (
    *(
        "id",
        "kind",
        "title",
        "prompt",
        "points",
        "version",
        "key",
        "options",
        "reasons",
        "lines",
        "vocabulary",
    ),
    *(
        "steps",
        "scene",
        "scales",
        "context",
        "line",
        "script",
        "text",
        "who",
        "manner",
        "code",
        "label",
        "low",
    ),
    *("high", "value", "provenance", "option", "reason", "why", "codes", "order", "values", "tolerance"),
    *("models", "poor", "marked_by", "rubric"),
)
_PATTERNS = {
    r"\S": "some text",
    r"^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$": "letters, digits and hyphens",
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "the script's file name without its ending: small letters, digits, hyphens",
}
_TYPES = {
    "string_type": "text in quotation marks",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "list_type": "a list, in square brackets",
    "dict_type": "a table",
    "model_type": "a table",
    "literal_error": "one of {expected}",
    "greater_than": "a whole number above {gt}",
    "greater_than_equal": "a whole number, {ge} or more",
    "too_short": "{min_length} or more of them",
    "too_long": "{max_length} of them at most",
}


def _shown(value: Any) -> str:
    return short(json.dumps(value, ensure_ascii=False, default=str))


# Where in the file


def _blocks(text: str, items: int) -> list[tuple[int, int]]:
    """For each item its first line and the line after its last, counted from 0."""
    lines = text.splitlines()
    starts = [n for n, line in enumerate(lines) if re.match(r"\s*\[\[\s*item\s*\]\]", line)]
    if not starts or len(starts) != items:  # `[[item]]` stands in some text, too, or the items are written another way
        return [(0, len(lines))] * items
    return list(zip(starts, [*starts[1:], len(lines)], strict=True))


@dataclass
class _Where:
    path: Path
    lines: list[str]
    first: int = 0
    after: int | None = None
    item: str = ""

    def fault(self, found: Found) -> Fault:
        return Fault(self.path, self._line(found), self.item, found[1], found[2])

    def _line(self, found: Found) -> int:
        """The line of what is named in backquotes, or of the field; else of the item's id; else its first."""
        fields = [part for part in reversed(found[0].split(".")) if not part.isdigit()]
        numbered = list(enumerate(self.lines, 1))[self.first : self.after]
        in_key = [(n, line) for n, line in numbered if re.match(r"\s*(\[item\.key|key\s*=)", line)]
        if found[0].startswith("key") and in_key:
            numbered = [(n, line) for n, line in numbered if n >= in_key[0][0]]
        for name in [*re.findall(r"`([\w-]+)", found[1]), *fields, "id"]:
            word = re.escape(name)
            place = rf'(^|[\s{{,.])"?{word}"?\s*=|\[[\w.]*\b{word}\]|"{word}"'
            for number, line in numbered:
                if name and re.search(place, line):
                    return number
        return self.first + 1


# What release made


def load_public(path: Path | str) -> list[Item]:
    """The items of exercises/items/NN_topic.json, without keys. Raises ItemFaults."""
    items = [_item(Path(path), raw) for raw in _released(path)["items"]]
    if keyed := [item.id for item in items if item.key]:
        raise ItemFaults([Fault(Path(path), 1, keyed[0], "a key", "nothing by hand: run `coursekit release` again")])
    return items


def release_of(path: Path | str) -> int:
    """The number of the release that wrote exercises/items/NN_topic.json. Raises ItemFaults."""
    return int(_released(path)["release"])


def load_archive(folder: Path | str) -> dict[tuple[str, int], Item]:
    """All versions of all items of solutions/keys/archive/NN_topic, by id and version. Raises ItemFaults."""
    found = {}
    for path in sorted(Path(folder).glob("*@*.json")):
        item = _item(path, _json(path))
        found[item.id, item.version] = item
    return found


def _released(path: Path | str) -> dict[str, Any]:
    data = _json(path)
    if not isinstance(data.get("items"), list) or not isinstance(data.get("release"), int):
        raise ItemFaults([Fault(Path(path), 1, "", "JSON, but not what release writes", _AGAIN)])
    return data


def _item(path: Path, raw: Any) -> Item:
    try:
        return ITEM.validate_python(raw)
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        raise ItemFaults(
            [Fault(path, 1, "", f"what is not an item ({where}: {error.errors()[0]['msg']})", _AGAIN)]
        ) from None


def _json(path: Path | str) -> dict[str, Any]:
    try:
        data = json.loads(_read(Path(path)))
    except ValueError as error:
        raise ItemFaults([Fault(Path(path), 1, "", f"what is not JSON ({error})", _AGAIN)]) from None
    return data if isinstance(data, dict) else {}


_AGAIN = "nothing by hand: take the file from the repository again, or run `coursekit release`"
