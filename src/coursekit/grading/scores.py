"""What an answer is worth, and why: docs/formats.md, section 4, as pure functions.

An answer that cannot be read as what the item asked for is never worth nothing: it goes to a person.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

from coursekit.codebook import MARKERS, THERAPIST_CODES
from coursekit.exercises.answers import attempted
from coursekit.exercises.items import (
    Choice,
    Coding,
    Item,
    Ordering,
    Rating,
    Reflection,
    RolePlayItem,
    Written,
)
from coursekit.words import short, shown

Status = Literal["scored", "not attempted", "person", "recorded"]
Judgement = Literal["right", "near", "wrong", "missed", "false alarm", "open"]
"""`near`: a code of the same family, or a rating not far off; `open`: this part was not answered."""

NONE = "none"
WAITS = "This answer is read and marked by a person."


@dataclass(frozen=True)
class Part:
    """One part of an answer beside the key: what was asked, what was given and wanted (ids), how that is judged, and why.

    `share` is what this part is worth by itself, 0 to 1, or None where parts have no worth of their own.
    """

    id: str
    given: Any
    wanted: Any
    judgement: Judgement
    why: str = ""
    share: float | None = None


@dataclass(frozen=True)
class Verdict:
    """The one status in which an answer ends, why, and with `scored` the share of the points, 0 to 1."""

    status: Status
    share: float | None = None
    reasons: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()


class _Unreadable(Exception):
    """An answer that a person must look at, with the reason."""


def judge(item: Item, value: Any) -> Verdict:
    """What the answer `value` to `item` is worth; `item` is the version that was on the page, with its key.

    Never raises: what cannot be read goes to a person. Role-plays are judged by replay, not here.
    """
    try:
        if not _well_formed(item.kind, value):
            return Verdict("not attempted")
        if isinstance(item, Reflection | RolePlayItem):
            return Verdict("recorded")
        if item.key is None:
            return Verdict("person", reasons=("There is no key for this item.",))
        return _JUDGES[item.kind](item, value)
    except _Unreadable as found:
        return Verdict("person", reasons=(str(found),))


def points(item: Item, verdict: Verdict) -> float | None:
    """The score from 0 to the item's points, to hundredths; None unless the answer was scored."""
    return None if verdict.share is None else round(item.points * verdict.share, 2)


_SHAPES: dict[str, dict[str, tuple[type, ...]]] = {
    "choice": {"option": (str,), "reason": (str,)},
    "coding": {"codes": (dict,)},
    "ordering": {"order": (list,)},
    "rating": {"ratings": (dict,)},
    "written": {"text": (str,), "codes": (list,)},
    "reflection": {"text": (str,)},
}


def _well_formed(kind: str, value: Any) -> bool:
    """Whether the answer says anything.

    Raises _Unreadable if it is not of the form that this kind of item has.
    """
    if value is None or value == {}:
        return False
    shape = _SHAPES.get(kind, {})
    if not isinstance(value, dict) or shape and not set(shape) & set(value):
        raise _Unreadable("What was handed in is no answer to a question of this kind.")
    for name, types in shape.items():
        if value.get(name) is not None and not isinstance(value[name], types):
            raise _Unreadable(f"Where the {name} should stand, there is something else.")
    inside = value.get("codes") if kind == "coding" else value.get("ratings")
    if isinstance(inside, dict):
        _check_inside(kind, inside)
    return attempted(kind, value)


def _check_inside(kind: str, inside: dict[str, Any]) -> None:
    for name, given in inside.items():
        whole = isinstance(given, int | float) and not isinstance(given, bool) and given == int(given)
        if given is not None and not (isinstance(given, str) if kind == "coding" else whole):
            raise _Unreadable(f"The answer for “{_short(name)}” is {_short(json.dumps(given))}, which cannot be read.")


def _short(text: str) -> str:
    """A piece of foreign text for a sentence."""
    return short(shown(text), 80)


def _choice(item: Choice, value: dict[str, Any]) -> Verdict:
    key = item.key
    assert key is not None
    wanted = {"option": key.option} | ({"reason": key.reason} if item.reasons and key.reason else {})
    offered = {
        "option": {option.id for option in item.options},
        "reason": {reason.id for reason in item.reasons},
    }
    parts = []
    for name in wanted:
        given = value.get(name) or None
        if given is not None and given not in offered[name]:
            raise _Unreadable(f"The {name} “{_short(given)}” is not among those on offer.")
        right = given == wanted[name]
        judgement: Judgement = "right" if right else "wrong" if given else "open"
        why = key.why.get(given or wanted[name] or "", "")
        parts.append(Part(name, given, wanted[name], judgement, why, float(right)))
    said = {"right": "right", "wrong": "another would have served better", "open": "not given"}
    reasons = tuple(f"The {part.id}: {said[part.judgement]}." for part in parts)
    return Verdict("scored", sum(part.share or 0 for part in parts) / len(parts), reasons, tuple(parts))


def _coding(item: Coding, value: dict[str, Any]) -> Verdict:
    key = item.key
    assert key is not None
    to_code = [line.id for line in item.lines if line.code]
    given = {name: code for name, code in value["codes"].items() if code}
    for name, code in given.items():
        if name not in to_code:
            raise _Unreadable(f"A code is given for “{_short(name)}”, a line that was not to be coded.")
        if code != NONE and code not in item.vocabulary:
            raise _Unreadable(f"The code “{_short(code)}” is not on the list of this sheet.")
    parts = tuple(_coded(name, given.get(name), key.codes[name], key.why.get(name, "")) for name in to_code)
    marked = [part for part in parts if part.wanted != [NONE]]
    plain = [part for part in parts if part.wanted == [NONE]]
    alarms = sum(part.judgement == "false alarm" for part in plain)
    # A sheet in which nothing is marked is scored on its plain lines; otherwise it would be full as it came.
    hits = sum(part.share or 0 for part in marked or plain) / len(marked or plain)
    share = max(0.0, hits - (alarms / len(plain) if plain else 0))
    return Verdict("scored", share, _counted(marked, plain), parts)


def _coded(name: str, given: str | None, wanted: list[str], why: str) -> Part:
    if given is None:
        return Part(name, None, wanted, "open", why, 0.0)
    if given in wanted:
        return Part(name, given, wanted, "right", why, 1.0)
    if given == NONE:
        return Part(name, given, wanted, "missed", why, 0.0)
    if wanted == [NONE]:
        return Part(name, given, wanted, "false alarm", why, 0.0)
    near = family(given) in {family(code) for code in wanted} - {None}
    return Part(name, given, wanted, "near" if near else "wrong", why, 0.5 if near else 0.0)


def family(code: str) -> str | None:
    """The family of a marker, or the group of a therapist code; None for what is neither."""
    if code in MARKERS:
        return MARKERS[code].family
    return THERAPIST_CODES[code].group if code in THERAPIST_CODES else None


def _counted(marked: list[Part], plain: list[Part]) -> tuple[str, ...]:
    def count(parts: list[Part], judgement: Judgement) -> int:
        return sum(part.judgement == judgement for part in parts)

    reasons = [f"{count(marked, 'right')} of {len(marked)} marked lines named as in the key."] if marked else []
    if near := count(marked, "near"):
        reasons.append(f"{near} given another code of the same family, which counts half.")
    if alarms := count(plain, "false alarm"):
        reasons.append(f"{alarms} of {len(plain)} plain lines given a code.")
    if blank := count([*marked, *plain], "open"):
        reasons.append(f"{blank} {'line' if blank == 1 else 'lines'} not judged.")
    return tuple(reasons)


def _ordering(item: Ordering, value: dict[str, Any]) -> Verdict:
    key = item.key
    assert key is not None
    order = value["order"]
    if not all(isinstance(step, str) for step in order) or sorted(order) != sorted(key.order):
        raise _Unreadable(f"The order {_short(json.dumps(order))} does not have each step once.")
    place = {step: number for number, step in enumerate(order)}
    pairs = list(combinations(key.order, 2))
    right = sum(place[first] < place[second] for first, second in pairs)
    share = max(0.0, (right - (len(pairs) - right)) / len(pairs)) if pairs else 1.0
    parts = tuple(
        Part(
            step,
            place[step] + 1,
            number + 1,
            "right" if place[step] == number else "wrong",
            key.why.get(step, ""),
        )
        for number, step in enumerate(key.order)
    )
    return Verdict("scored", share, (f"Taken two by two, {right} of {len(pairs)} pairs of steps stand in the right order.",), parts)


def _rating(item: Rating, value: dict[str, Any]) -> Verdict:
    key = item.key
    assert key is not None
    ratings = {name: int(given) for name, given in value["ratings"].items() if given is not None}
    scales = {scale.id: scale for scale in item.scales}
    for name, given in ratings.items():
        if name not in scales:
            raise _Unreadable(f"A rating is given for “{_short(name)}”, which is not a scale of this item.")
        low, high = scales[name].low.value, scales[name].high.value
        if not low <= given <= high:
            raise _Unreadable(f"The rating {given} does not lie from {low} to {high}: {scales[name].label}.")
    parts = tuple(
        _rated(name, ratings.get(name), key.values[name], key.tolerance, key.why.get(name, "")) for name in scales
    )
    said = [
        f"{scales[part.id].label}: {'not rated' if part.given is None else _how_far(part, key.tolerance)}."
        for part in parts
    ]
    return Verdict("scored", sum(part.share or 0 for part in parts) / len(parts), tuple(said), parts)


def _rated(name: str, given: int | None, wanted: int, tolerance: int, why: str) -> Part:
    if given is None:
        return Part(name, None, wanted, "open", why, 0.0)
    share = min(1.0, max(0.0, (3 * tolerance - abs(given - wanted)) / (2 * tolerance)))
    return Part(name, given, wanted, "right" if share == 1 else "near" if share else "wrong", why, share)


def _how_far(part: Part, tolerance: int) -> str:
    away = abs(part.given - part.wanted)
    return f"within {tolerance} of the key" if away <= tolerance else f"{away} from the key"


def _written(item: Written, value: dict[str, Any]) -> Verdict:
    assert item.key is not None
    return Verdict("person", reasons=(WAITS,)) if item.key.marked_by == "person" else Verdict("recorded")


_JUDGES: dict[str, Callable[[Any, dict[str, Any]], Verdict]] = {
    "choice": _choice,
    "coding": _coding,
    "ordering": _ordering,
    "rating": _rating,
    "written": _written,
}
