"""What stands beside a written answer that waits for a person: its rubric, her own naming, and what the coder proposes.

A proposal counts for nothing until a person marks. It is read anew for each table and kept nowhere; where the coder is
not sure, or the words are not hers, there is none, and why.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from coursekit.codebook import THERAPIST_CODES
from coursekit.coding import OUTSIDE, POSSIBLE
from coursekit.exercises.items import Written
from coursekit.grading.assessment import LONGEST
from coursekit.grading.keys import Keys
from coursekit.words import short, shown

if TYPE_CHECKING:
    from coursekit.coding.coder import Reading

HEADS = [
    "Rubric", "Rubric file", "Trainee named", "Proposal (counts for nothing until a person marks)",
    "Proposal: how sure, %", "Proposal: words for it", "Proposal: words against it", "Proposal: why none", "Proposal: by",
]  # fmt: skip
"""The heads of the columns that `cells` fills."""

NOT_WRITTEN = [""] * len(HEADS)
"""The cells beside whatever is no written answer."""

COPIED = {"client": "copied from the client's line", "course": "copied from a reply in the key"}
WHY = {
    "": "unsure",
    "pile": "unsure: several replies in one, or one over and over",
    "edge": "unsure: something in it could hurt, and the rest is of another kind",
    "short": "unsure: too few words to tell",
}
TRAINED = "trained on replies written for this course"


def taken_as(codes: Sequence[str]) -> str:
    """Codes as a coder says them: `says it makes sense, and possibly owns their part`. "Possibly": nothing bears it out."""
    return ", and ".join(f"{'possibly ' * (code in POSSIBLE)}{THERAPIST_CODES[code].name}" for code in codes)


def cells(score: dict[str, Any], keys: Keys) -> list[Any]:
    """The cells below HEADS for an answer that waits for a person, a row of the gradebook's scores."""
    if score["kind"] != "written":
        return NOT_WRITTEN
    home = keys.home(score["item"])
    today = (keys.items(home) or {}).get(score["item"]) if home else None
    played = keys.version(today, score["version"]) if today else None
    item = played or today
    answer = score["answer"] if isinstance(score["answer"], dict) else {}
    return [*_rubric(item, keys), _named(answer.get("codes")), *_proposed(played, answer.get("text"))]


def _rubric(item: Any, keys: Keys) -> list[str]:
    path = keys.rubric(item) if isinstance(item, Written) else None
    return [path.stem, str(path) if keys.has_rubric(path) else f"{path} is missing"] if path else ["", ""]


def _named(codes: Any) -> str:
    """What she called her reply herself, as it stands in the file if it is no code."""
    given = [code for code in codes if isinstance(code, str)][:2] if isinstance(codes, list) else []
    return ", ".join(THERAPIST_CODES[code].name if code in THERAPIST_CODES else short(shown(code)) for code in given)


def _proposed(item: Any, text: Any) -> list[Any]:
    """What is proposed, how sure, the words for and against it; or why nothing is; and which coder says so, and what it is."""
    if not isinstance(text, str) or not text.strip():
        return [*[""] * 4, "there are no words to read", ""]
    if not isinstance(item, Written) or item.key is None:
        return [*[""] * 4, "its version of the item is not in the keys", ""]
    reading = _reading(text[:LONGEST], item)
    by = f"{reading.by}, {TRAINED}"
    if why := COPIED.get(reading.copied, WHY[reading.why] if reading.verdict == "unsure" else ""):
        return [*[""] * 4, why, by]
    best = reading.likely[0]
    return [_said(reading), best.percent, _quoted(text, best.for_), _quoted(text, best.against), "", by]


def _reading(text: str, item: Written) -> "Reading":
    from coursekit.coding import coder  # loads the model, so only where there is something to read

    assert item.key is not None
    known = [reply.text for reply in (*item.key.models, *item.key.poor)]
    return coder.read(text, item.line.text, (), known)


def _said(reading: "Reading") -> str:
    """`possibly owns their part`, `none of the codes: asks for a fact`."""
    if reading.verdict == "outside":
        return f"none of the codes: {OUTSIDE[reading.label]}"
    return taken_as(reading.codes) + (f" ({OUTSIDE[reading.label]})" if reading.label in OUTSIDE else "")


def _quoted(text: str, places: Iterable[tuple[int, int]]) -> str:
    """The words at these places: `“lost you”, “my part”`."""
    return ", ".join(f"“{shown(' '.join(text[start:end].split()))}”" for start, end in places)
