"""Whether an answer that a page sends can be kept: it must be an answer to this item. A refusal says why, in words.

Half an answer is an answer; what is missing is for `exercises.answers.missing` to say.
"""

from collections.abc import Callable
from typing import Any

LONGEST_TEXT = 20_000  # characters; about ten pages

_CANNOT = "this answer does not belong to the item ({}). Load this page again and answer once more."


def refusal(item: dict[str, Any], value: Any) -> str:
    """Why `value` is no answer to `item` (its public definition), or "". Role-plays: see `refused_turn`."""
    if not isinstance(value, dict):
        return _CANNOT.format("it is not an answer at all")
    known = {"checked", *_FIELDS[item["kind"]]}
    if unknown := set(value) - known:
        return _CANNOT.format(f"it says “{sorted(map(str, unknown))[0]}”")
    wrong = _WRONG[item["kind"]](item, value)
    return _CANNOT.format(wrong) if wrong and not wrong.endswith(".") else wrong


def refused_turn(roleplay: Any, trace: list[Any]) -> str:
    """Why the last act of `trace` is not allowed by the script (a `RolePlay`), or ""."""
    from coursekit.roleplay.session import TraceRefused, replay

    try:
        replay(roleplay, trace)
    except TraceRefused as refused:
        begin = "Begin the role-play anew; this one is kept up to there."
        return f"turn {refused.turn} does not fit the play ({refused.reason}). {begin}"
    return ""


def _choice(item: dict[str, Any], value: dict[str, Any]) -> str:
    for part, offered in (("option", "options"), ("reason", "reasons")):
        if part in value and value[part] not in _ids(item.get(offered, [])):
            return f"{part} {value[part]!r} is not on offer"
    return ""


def _coding(item: dict[str, Any], value: dict[str, Any]) -> str:
    codes = value.get("codes")
    if not isinstance(codes, dict):
        return "it holds no codes"
    asked = {line["id"] for line in item["lines"] if line.get("code")}
    for line, code in codes.items():
        if line not in asked or code not in [*item["vocabulary"], "none"]:
            return f"{code!r} for the line {line!r}"
    return ""


def _ordering(item: dict[str, Any], value: dict[str, Any]) -> str:
    order = value.get("order")
    steps = sorted(_ids(item["steps"]))
    return "" if isinstance(order, list) and sorted(map(str, order)) == steps else "it is not an order of all steps"


def _rating(item: dict[str, Any], value: dict[str, Any]) -> str:
    ratings = value.get("ratings")
    if not isinstance(ratings, dict):
        return "it holds no ratings"
    ends = {scale["id"]: sorted((scale["low"]["value"], scale["high"]["value"])) for scale in item["scales"]}
    for scale, number in ratings.items():
        if scale not in ends or type(number) is not int or not ends[scale][0] <= number <= ends[scale][1]:
            return f"{number!r} on the scale {scale!r}"
    return ""


def _written(item: dict[str, Any], value: dict[str, Any]) -> str:
    from coursekit.codebook import THERAPIST_CODES

    codes = value.get("codes", [])
    if not isinstance(codes, list) or len(codes) > 2 or any(code not in THERAPIST_CODES for code in codes):
        return f"the codes {codes!r}"
    return _reflection(item, value)


def _reflection(item: dict[str, Any], value: dict[str, Any]) -> str:
    text = value.get("text")
    if not isinstance(text, str):
        return "it holds no text"
    return f"the text is longer than {LONGEST_TEXT:,} characters. Shorten it." if len(text) > LONGEST_TEXT else ""


def _ids(parts: list[dict[str, Any]]) -> list[str]:
    return [part["id"] for part in parts]


_FIELDS = {
    "choice": {"option", "reason"},
    "coding": {"codes"},
    "ordering": {"order"},
    "rating": {"ratings"},
    "written": {"text", "codes"},
    "reflection": {"text"},
}
_WRONG: dict[str, Callable[[dict[str, Any], dict[str, Any]], str]] = {
    "choice": _choice,
    "coding": _coding,
    "ordering": _ordering,
    "rating": _rating,
    "written": _written,
    "reflection": _reflection,
}
