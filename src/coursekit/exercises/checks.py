"""What can be wrong between the parts of an item: sought in raw tables, so that no fault hides another."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from coursekit.codebook import MARKERS, THERAPIST_CODES

NONE = "none"

# A fault: the field where it is, what was found, what to write.
Found = tuple[str, str, str]


def check_item(item: dict[str, Any]) -> Iterator[Found]:
    """The faults between the parts of a raw item. What is malformed is passed over: the models report it."""
    key = _table(item.get("key"))
    yield from _repeated(item)
    if item.get("kind") == "choice":
        yield from _choice(item, key)
    elif item.get("kind") == "coding":
        yield from _coding(item, key)
    elif item.get("kind") == "ordering":
        yield from _ordering(item, key)
    elif item.get("kind") == "rating":
        yield from _rating(item, key)
    elif item.get("kind") == "written":
        yield from _written(item, key)


def _choice(item: dict[str, Any], key: dict[str, Any]) -> Iterator[Found]:
    options, reasons = _ids(item, "options"), _ids(item, "reasons")
    yield from _among("key.option", key.get("option"), options, "options")
    if reasons and "reason" not in key:
        yield "key", "reasons are offered, but the key names none", f"`reason = …`, one of {_list(reasons)}"
    yield from _among("key.reason", key.get("reason"), reasons, "reasons")
    yield from _why(key, options + reasons, "option" if not reasons else "option and reason")


def _coding(item: dict[str, Any], key: dict[str, Any]) -> Iterator[Found]:
    vocabulary = _names(item.get("vocabulary"))
    for code in vocabulary:
        if code not in MARKERS and code not in THERAPIST_CODES and code != NONE:
            yield "vocabulary", f"`{code}`, which is not in the codebook", "a code of the codebook"
    asked = _names([line.get("id") for line in _tables(item.get("lines")) if line.get("code")])
    if not asked and item.get("lines"):
        yield "lines", "no line for which a code is asked", "`code = true` at each line that is to be judged"
    codes = _table(key.get("codes"))
    if key:
        for line in asked:
            if line not in codes:
                yield "key.codes", f"no code for the line {line}", f"`{line} = …`, a code or `none`"
    for line, given in codes.items():
        if line not in asked:
            yield "key.codes", f"`{line}`, a line for which no code is asked", f"one of {_list(asked)}"
        accepted = _names([given] if isinstance(given, str) else given)
        for code in accepted:
            if code != NONE and code not in vocabulary:
                offer = f"one of {_list(vocabulary)}, or none"
                yield "key.codes", f"`{line} = {code}`, which is not on offer", offer
        if NONE in accepted and len(accepted) > 1:
            yield "key.codes", f"`none` beside codes at {line}", "either `none` or the accepted codes"
    yield from _why(key, asked, "line to be judged")


def _ordering(item: dict[str, Any], key: dict[str, Any]) -> Iterator[Found]:
    steps, order = _ids(item, "steps"), _names(key.get("order"))
    if order and sorted(order) != sorted(steps):
        yield "key.order", _list(order), f"each step once: {_list(steps)}"
    elif order and order == steps:
        yield "steps", "the steps stand in the right order already", "them shuffled: so they are shown"
    yield from _why(key, steps, "step")


def _rating(item: dict[str, Any], key: dict[str, Any]) -> Iterator[Found]:
    scales, values = _ids(item, "scales"), _table(key.get("values"))
    if key:
        for scale in scales:
            if scale not in values:
                yield "key.values", f"no value for the scale {scale}", f"`{scale} = …`"
    for table in _tables(item.get("scales")):
        low, high = (_table(table.get(end)).get("value") for end in ("low", "high"))
        if not isinstance(low, int) or not isinstance(high, int):
            continue
        name = table.get("id")
        if low >= high:
            yield "scales", f"the scale {name} goes from {low} to {high}", "a higher number at `high`"
        value = values.get(str(name))
        if isinstance(value, int) and not low <= value <= high:
            yield "key.values", f"`{name} = {value}`", f"a number from {low} to {high}"
    for name in values:
        yield from _among("key.values", name, scales, "scales")
    yield from _why(key, scales, "scale")


def _written(item: dict[str, Any], key: dict[str, Any]) -> Iterator[Found]:
    for part in ("models", "poor"):
        for example in _tables(key.get(part)):
            for code in _names(example.get("codes")):
                if code not in THERAPIST_CODES:
                    found = f"`{code}`, which is not a therapist code"
                    yield f"key.{part}", found, "a therapist code of the codebook"
    by, points = key.get("marked_by"), item.get("points", 0)
    if by == "person" and not key.get("rubric"):
        yield "key", "marked by a person, but without a rubric", "`rubric = …`, its name in solutions/rubrics"
    if by == "person" and points == 0:
        yield "points", "marked by a person, but worth no points", "`points = …`, 1 or more"
    if by == "self" and points != 0:
        yield "points", "compared with models by the trainee, and so worth no points", "`points = 0`"


def _repeated(item: dict[str, Any]) -> Iterator[Found]:
    parts = ["options", "reasons", "lines", "steps", "scales"]
    together = Counter(_ids(item, "options") + _ids(item, "reasons"))
    for name, count in together.items():
        if count > 1:
            yield (
                "options",
                f"the id {name} {count} times among options and reasons",
                "one of its own for each",
            )
    for part in parts[2:]:
        for name, count in Counter(_ids(item, part)).items():
            if count > 1:
                yield part, f"the id {name} {count} times", "one of its own for each"


def _why(key: dict[str, Any], wanted: list[str], what: str) -> Iterator[Found]:
    if not key:
        return
    why = _table(key.get("why"))
    for name in wanted:
        if not str(why.get(name, "")).strip():
            yield "key.why", f"no reason for {name}", f'`{name} = "…"`: a reason for each {what}'
    for name in why:
        yield from _among("key.why", name, wanted, f"{what}s")


def _among(field: str, name: Any, wanted: list[str], what: str) -> Iterator[Found]:
    if isinstance(name, str) and name not in wanted:
        write = f"one of {_list(wanted)}" if wanted else "nothing"
        yield field, f"`{name}`, which is not one of the {what}", write


# Raw tables, as far as they are well formed


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _tables(value: Any) -> list[dict[str, Any]]:
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def _names(value: Any) -> list[str]:
    return [part for part in value if isinstance(part, str)] if isinstance(value, list) else []


def _ids(item: dict[str, Any], part: str) -> list[str]:
    return _names([table.get("id") for table in _tables(item.get(part))])


def _list(names: list[str]) -> str:
    return ", ".join(names)
