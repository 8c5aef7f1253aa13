"""The codebook as frozen objects, read from `codebook.json` once, and as a page to read.

The entries are the course's own words. `source` names the literature behind an entry, never a published
instrument, or says that it is a design of this course.
"""

import json
import re
from collections.abc import Sequence
from importlib.resources import files
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Exchange(_Frozen):
    """A client's line and the reply to it. A part in (brackets) is seen, not said."""

    client: str
    therapist: str


class NearMiss(Exchange):
    """A reply that looks like a code and is not: why, and the `code` that it is."""

    why: str
    code: str


class Group(_Frozen):
    """A handful of therapist codes that belong together, as a trainee looks for them in a menu."""

    name: str
    about: str


class TherapistCode(_Frozen):
    """One thing a therapist's reply can do. `code` is the identifier, `name` what a trainee sees."""

    code: str
    name: str
    group: str
    definition: str
    helps: str
    hurts: str
    examples: tuple[Exchange, Exchange]
    near_miss: NearMiss
    source: str


class ClientLine(_Frozen):
    """What a client says, what can be seen of it (`manner`) and what came just before, where that matters."""

    before: str | None
    manner: str | None
    client: str


class LookAlike(ClientLine):
    """A line that looks like a marker and is not: why, and the marker that it is (None: no marker at all)."""

    why: str
    code: str | None


class Family(_Frozen):
    """Markers of one kind. `kind` is the rupture that they announce; None where they announce none."""

    name: str
    kind: Literal["withdrawal", "confrontation"] | None
    about: str


class Marker(_Frozen):
    """One thing a client can do that calls for an answer.

    `kind` is that of the family. `answer` says what kind of reply it calls for, `answered_by` with which
    therapist codes to begin, the likeliest first, and `worse` what makes it worse.
    """

    code: str
    name: str
    family: str
    kind: Literal["withdrawal", "confrontation"] | None
    definition: str
    answer: str
    worse: str
    answered_by: tuple[str, ...]
    examples: tuple[ClientLine, ClientLine]
    look_alike: LookAlike
    source: str


class _Codebook(_Frozen):
    groups: tuple[Group, ...]
    therapist_codes: tuple[TherapistCode, ...]
    families: tuple[Family, ...]
    markers: tuple[Marker, ...]

    @model_validator(mode="before")
    @classmethod
    def _give_each_marker_its_kind(cls, data: dict[str, Any]) -> dict[str, Any]:
        kinds = {family["name"]: family["kind"] for family in data["families"]}
        return data | {"markers": [marker | {"kind": kinds[marker["family"]]} for marker in data["markers"]]}


def _read() -> _Codebook:
    text = files("coursekit.codebook").joinpath("codebook.json").read_text(encoding="utf-8")
    return _Codebook.model_validate(json.loads(text))


_BOOK = _read()

GROUPS: dict[str, Group] = {group.name: group for group in _BOOK.groups}
"""The groups of therapist codes by name, in the order of a menu."""

THERAPIST_CODES: dict[str, TherapistCode] = {entry.code: entry for entry in _BOOK.therapist_codes}
"""The therapist codes by identifier, group by group."""

FAMILIES: dict[str, Family] = {family.name: family for family in _BOOK.families}
"""The families of client markers by name."""

MARKERS: dict[str, Marker] = {marker.code: marker for marker in _BOOK.markers}
"""The client markers by identifier, family by family."""


_OPENING = """\
# The codebook

Two short vocabularies. The first says what a reply of the therapist *does*; the second, what a line of
the client *shows* that calls for an answer. Scripts use them, the simulated client moves by them, and you
will use them to name your own replies.

A code is a name, not a mark. The same reply can help in one minute and hurt in the next, so each entry
says when. A reply can do two things at once, and experienced raters differ more often than one would like;
where two codes seem right, take the one that the client would have noticed first. A marker is never the
words alone: the same words can be a step back or a step nearer, which is why each marker has its
look-alike.

Nobody here is a real client, and nothing here is taken from a published instrument. *Source* names the
literature an entry leans on, or says that we made it up for this course.
"""


def as_markdown() -> str:
    """The whole codebook as one page of Markdown, committed as `docs/codebook.md`."""
    parts = [_OPENING, "## What a reply does\n"]
    for group in GROUPS.values():
        entries = [entry for entry in THERAPIST_CODES.values() if entry.group == group.name]
        parts += [_heading(group.name, group.about, entries), *map(_code_entry, entries)]
    parts.append("## What a client shows\n")
    for family in FAMILIES.values():
        markers = [marker for marker in MARKERS.values() if marker.family == family.name]
        name = f"{family.name} ({family.kind})" if family.kind else family.name
        parts += [_heading(name, family.about, markers), *map(_marker_entry, markers)]
    return "\n".join(parts)


def _heading(name: str, about: str, entries: Sequence[TherapistCode | Marker]) -> str:
    names = " · ".join(f"*{entry.name}*" for entry in entries)
    return f"### {_capital(name)}\n\n{about}\n\nIn it: {names}\n"


def _code_entry(entry: TherapistCode) -> str:
    miss = entry.near_miss
    return "\n\n".join([
        f"#### {_capital(entry.name)} · `{entry.code}`",
        entry.definition,
        f"**Helps.** {entry.helps}",
        f"**Hurts.** {entry.hurts}",
        *(_exchange(example) for example in entry.examples),
        "**Looks like it, and is not:**",
        _exchange(miss),
        f"{miss.why} Here the therapist *{THERAPIST_CODES[miss.code].name}* (`{miss.code}`).",
        _source(entry.source),
    ])


def _marker_entry(marker: Marker) -> str:
    alike = marker.look_alike
    really = f"Here the client *{MARKERS[alike.code].name}* (`{alike.code}`)." if alike.code else "No marker."
    answers = ", ".join(f"*{THERAPIST_CODES[code].name}*" for code in marker.answered_by)
    return "\n\n".join([
        f"#### {_capital(marker.name)} · `{marker.code}`",
        marker.definition,
        *(_line(example) for example in marker.examples),
        f"**What it calls for.** {marker.answer} Begin with: {answers}.",
        f"**What makes it worse.** {marker.worse}",
        "**Looks like it, and is not:**",
        _line(alike),
        f"{alike.why} {really}",
        _source(marker.source),
    ])


def _exchange(exchange: Exchange) -> str:
    return f"> **Client:** {exchange.client}\\\n> **Therapist:** {exchange.therapist}"


def _line(line: ClientLine) -> str:
    before = f"> *{line.before}*\\\n" if line.before else ""
    manner = f"*({line.manner})* " if line.manner else ""
    return f"{before}> **Client:** {manner}{line.client}"


def _source(source: str) -> str:
    linked = re.sub(r"doi:(10\.\S+?)(?=[.;,]?(?: |$))", r"[doi:\1](https://doi.org/\1)", source)
    return f"Source: {linked}.\n"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
