"""The seven kinds of items, each with a part that trainees see and a key (docs/formats.md, section 3)."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, TypeAdapter

Text = Annotated[str, StringConstraints(pattern=r"\S")]
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


# What trainees see


class Option(_Part):
    """An option or a reason of a choice, or a step of an ordering."""

    id: Id
    text: Text


class Spoken(_Part):
    """A line that somebody speaks; `manner` is what a screenplay puts in parentheses."""

    who: Text
    text: Text
    manner: Text | None = None


class Line(Spoken):
    """A line of a transcript; `code` says whether a code is asked for."""

    id: Id
    code: bool = False


class End(_Part):
    """One end of a scale: its number and what it means."""

    value: int
    text: Text


class Scale(_Part):
    """A scale from `low.value` to `high.value`, in whole numbers."""

    id: Id
    label: Text
    low: End
    high: End


# What they do not


class Key(_Part):
    """What every key has: who settled it (`author`, or the panel)."""

    provenance: Text


class ChoiceKey(Key):
    """The option, the reason where reasons are offered, and why for each."""

    option: Id
    reason: Id | None = None
    why: dict[str, Text]


def _in_a_list(codes: Any) -> Any:
    return [codes] if isinstance(codes, str) else codes


Accepted = Annotated[list[str], Field(min_length=1), BeforeValidator(_in_a_list)]


class CodingKey(Key):
    """The accepted codes of each line to be judged, `["none"]` for a line that is no marker, and why."""

    codes: dict[str, Accepted]
    why: dict[str, Text]


class OrderingKey(Key):
    """The steps, first to last, and why each stands where it does."""

    order: list[Id]
    why: dict[str, Text]


class RatingKey(Key):
    """The value of each scale, how far an answer may be from it and still be full, and why."""

    values: dict[str, int]
    tolerance: int = Field(gt=0)
    why: dict[str, Text]


class Example(_Part):
    """A reply to compare with: its text, its codes (primary first, two at most), and the rule behind it."""

    text: Text
    codes: list[str] = Field(min_length=1, max_length=2)
    why: Text


class WrittenKey(Key):
    """Good and poor replies, and who marks: a person by a rubric, or the trainee by comparing."""

    models: list[Example] = Field(min_length=1)
    poor: list[Example] = Field(min_length=1)
    marked_by: Literal["person", "self"]
    rubric: Text | None = None


# Items


class _Item(_Part):
    id: Id
    title: Text
    prompt: Text
    points: int = Field(0, ge=0)
    version: int = Field(1, ge=1)

    # What `public` lets through beside the fields above. Listed, so that a new field stays in by default.
    shown: ClassVar[dict[str, Any]] = {}


_OPTION = {"__all__": {"id", "text"}}
_SPOKEN = {"who", "text", "manner"}


class Choice(_Item):
    """One option of several, with a reason where reasons are offered."""

    kind: Literal["choice"]
    options: list[Option] = Field(min_length=2)
    reasons: list[Option] = []
    key: ChoiceKey | None = None
    shown = {"options": _OPTION, "reasons": _OPTION}


class Coding(_Item):
    """A transcript some of whose lines are to be given a code of the vocabulary, or `none`."""

    kind: Literal["coding"]
    lines: list[Line] = Field(min_length=1)
    vocabulary: list[str] = Field(min_length=1)
    key: CodingKey | None = None
    shown = {"lines": {"__all__": {"id", "code"} | _SPOKEN}, "vocabulary": True}


class Ordering(_Item):
    """Steps to be put in order."""

    kind: Literal["ordering"]
    steps: list[Option] = Field(min_length=3)
    key: OrderingKey | None = None
    shown = {"steps": _OPTION}


class Rating(_Item):
    """A scene to be rated on scales."""

    kind: Literal["rating"]
    scene: list[Spoken] = []
    scales: list[Scale] = Field(min_length=1)
    key: RatingKey | None = None
    shown = {
        "scene": {"__all__": _SPOKEN},
        "scales": {"__all__": {"id": True, "label": True, "low": {"value", "text"}, "high": {"value", "text"}}},
    }


class Written(_Item):
    """A reply to a client's line, in the trainee's own words."""

    kind: Literal["written"]
    context: Text | None = None
    line: Spoken
    key: WrittenKey | None = None
    shown = {"context": True, "line": _SPOKEN}


class Reflection(_Item):
    """A box to think in. It has no key and no points."""

    kind: Literal["reflection"]
    points: Literal[0] = 0
    key: None = None


class RolePlayItem(_Item):
    """A role-play: the name of a script in course/roleplays."""

    kind: Literal["roleplay"]
    script: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    key: None = None
    shown = {"script": True}


KINDS: dict[str, type[_Item]] = {
    "choice": Choice,
    "coding": Coding,
    "ordering": Ordering,
    "rating": Rating,
    "written": Written,
    "reflection": Reflection,
    "roleplay": RolePlayItem,
}

Item = Choice | Coding | Ordering | Rating | Written | Reflection | RolePlayItem
ITEM: TypeAdapter[Item] = TypeAdapter(Annotated[Item, Field(discriminator="kind")])


def public(item: Item) -> dict[str, Any]:
    """The part of an item that trainees may see, for JSON; never anything of its key."""
    head = dict.fromkeys(("id", "kind", "version", "title", "prompt", "points"), True)
    return item.model_dump(mode="json", include=head | item.shown, exclude_none=True)


def open_definition(item: Item) -> dict[str, Any]:
    """An item of a lesson with its key, so that the page can answer at once."""
    key = item.key.model_dump(mode="json", exclude_none=True) if item.key else None
    return public(item) | {"open": True, "key": key}


def structure(item: Item) -> dict[str, Any]:
    """What an answer, and so an item's version, depends on: kind, ids, codes, numbers, key; no wording."""
    whole = item.model_dump(mode="json", exclude_none=True)
    parts: dict[str, Any] = {name: whole[name] for name in ("kind", "vocabulary", "script") if name in whole}
    for name in ("options", "reasons", "steps", "lines", "scales"):
        if name in whole:
            parts[name] = [_without_words(part) for part in whole[name]]
    key = whole.get("key") or {}
    settled = ("option", "reason", "codes", "order", "values", "tolerance")
    return parts | {"key": {name: key[name] for name in settled if name in key}}


def same_page(one: Item, other: Item) -> bool:
    """Whether two versions of an item put the same on the page: kind, ids, codes and numbers, whatever the wording and the key.

    A text that stands under another id now is not the same: whoever chose it meant something else by that id.
    """
    shapes = [{name: part for name, part in structure(each).items() if name != "key"} for each in (one, other)]
    before, after = _ids_by_text(one), _ids_by_text(other)
    return shapes[0] == shapes[1] and not any(before[text].isdisjoint(after[text]) for text in before.keys() & after.keys())


def _ids_by_text(item: Item) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name in ("options", "reasons", "steps", "lines"):
        for part in getattr(item, name, ()):
            found.setdefault(part.text, set()).add(part.id)
    return found


def _without_words(part: dict[str, Any]) -> dict[str, Any]:
    numbers = {end: part[end]["value"] for end in ("low", "high") if end in part}
    named: dict[str, Any] = {name: part[name] for name in ("id", "code") if name in part}
    return named | numbers
