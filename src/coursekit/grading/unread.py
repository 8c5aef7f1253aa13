"""An answer that no rule can read, as a person can: what was handed in beside the item and its key, piece by piece.

What finds no place in the item is left as it stands, in JSON.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from coursekit.codebook import MARKERS, THERAPIST_CODES
from coursekit.exercises.items import Choice, Coding, Item, Ordering, Rating
from coursekit.grading.scores import NONE
from coursekit.words import short, shown

LONGEST = 600
"""Characters of what finds no place in the item."""
NO_PLACE = "Has no place in the item"
NOBODY = "No rule could score this answer."


@dataclass(frozen=True)
class Piece:
    """A piece of the item: its words, what was handed in for it, what the key has, and why; each but the first may be empty."""

    asked: str
    given: str = ""
    wanted: str = ""
    why: str = ""


@dataclass(frozen=True)
class Unread:
    """What was asked (of a rating with its scene), the pieces of the item in their order, and what of the answer finds no place
    in any of them."""

    prompt: str
    pieces: tuple[Piece, ...]
    rest: str

    @property
    def given(self) -> str:
        """What was handed in, as text: a line for each piece that it says something of, and the rest."""
        told = [f"{one.asked} → {one.given}" for one in self.pieces if one.given]
        return "\n".join([*told, *([f"{NO_PLACE}: {self.rest}"] if self.rest else [])])

    @property
    def wanted(self) -> str:
        """The key, as text: each piece that it says something of, and why."""
        told = (
            (f"{one.asked} → {one.wanted}" if one.wanted else one.asked, one.why)
            for one in self.pieces if one.wanted or one.why
        )  # fmt: skip
        return "\n\n".join("\n".join(filter(None, lines)) for lines in told)


def beside_the_key(item: Item, answer: Any) -> Unread:
    """The answer beside `item`, a choice, coding sheet, ordering or rating with its key. Any answer at all can be shown."""
    left = dict(answer) if isinstance(answer, dict) else answer
    pieces = tuple(_PIECES[item.kind](item, left if isinstance(left, dict) else {})) if item.key else ()
    scene = [f"{line.who}: {line.text}" for line in item.scene] if isinstance(item, Rating) else []
    return Unread("\n\n".join([item.prompt.strip(), *scene]), pieces, "" if left == {} else _raw(left))


def _raw(value: Any) -> str:
    return short(shown(json.dumps(value, ensure_ascii=False)), LONGEST)


def _choice(item: Choice, left: dict[str, Any]) -> Iterator[Piece]:
    key = item.key
    assert key is not None
    for what, offered, right in (("option", item.options, key.option), ("reason", item.reasons, key.reason)):
        given = left.pop(what) if left.get(what) in [each.id for each in offered] else None
        for each in offered:
            said, wanted = "chosen" * (each.id == given), "right" * (each.id == right)
            yield Piece(f"{what.capitalize()} {each.id}: {each.text}", said, wanted, key.why.get(each.id, ""))


def _coding(item: Coding, left: dict[str, Any]) -> Iterator[Piece]:
    key = item.key
    assert key is not None
    codes, off = _taken(left, "codes", dict), " (not on the list of this sheet)"
    for line in item.lines:
        given = codes.pop(line.id, None)
        wanted = " or ".join(map(_code, key.codes.get(line.id, [])))
        said = "" if given is None else _code(given) + off * (given not in (*item.vocabulary, NONE))
        yield Piece(f"{line.who}: {line.text}", said, wanted, key.why.get(line.id, ""))
    _put_back(left, "codes", codes)


def _code(code: Any) -> str:
    """A code by its name; what is no code as it stands."""
    if code == NONE:
        return "nothing to mark"
    known = (MARKERS.get(code) or THERAPIST_CODES.get(code)) if isinstance(code, str) else None
    return known.name if known else _raw(code)


def _ordering(item: Ordering, left: dict[str, Any]) -> Iterator[Piece]:
    key = item.key
    assert key is not None
    order, texts = _taken(left, "order", list), {step.id: step.text for step in item.steps}
    for place, step in enumerate(key.order, 1):
        given = ", ".join(str(n) for n, each in enumerate(order, 1) if each == step)
        yield Piece(texts[step], given and f"place {given}", f"place {place}", key.why.get(step, ""))
    _put_back(left, "order", [each for each in order if each not in key.order])


def _rating(item: Rating, left: dict[str, Any]) -> Iterator[Piece]:
    key = item.key
    assert key is not None
    ratings = _taken(left, "ratings", dict)
    for scale in item.scales:
        given = ratings.pop(scale.id, None)
        asked = f"{scale.label} ({scale.low.value}: {scale.low.text}; {scale.high.value}: {scale.high.text})"
        wanted = f"{key.values[scale.id]}, give or take {key.tolerance}"
        yield Piece(asked, "" if given is None else _raw(given), wanted, key.why.get(scale.id, ""))
    _put_back(left, "ratings", ratings)


def _taken(left: dict[str, Any], name: str, kind: type) -> Any:
    """A copy of a part of the answer, taken out of it where it is of its kind; an empty one where it is not."""
    return kind(left.pop(name)) if isinstance(left.get(name), kind) else kind()


def _put_back(left: dict[str, Any], name: str, strays: Any) -> None:
    if strays:
        left[name] = strays


_PIECES: dict[str, Callable[[Any, dict[str, Any]], Iterator[Piece]]] = {
    "choice": _choice,
    "coding": _coding,
    "ordering": _ordering,
    "rating": _rating,
}
BY_RULE = frozenset(_PIECES)
"""The kinds of items that a rule scores."""
