"""Reads a trainee's reply: what kind it is, how sure that is, and which words spoke for it. ``coder.js`` is the twin.

Whole numbers only, so that both come to the same to the digit. The weights are made by `train`, and how the coder was
measured stands in docs/the-coder.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from coursekit.codebook import THERAPIST_CODES
from coursekit.coding import POSSIBLE
from coursekit.coding.copies import copied
from coursekit.coding.features import particulars
from coursekit.coding.model import FILE, by, model, percents, scores
from coursekit.coding.model import known as known_features
from coursekit.coding.reasons import Spans, reasons
from coursekit.coding.text import Sentence, sentences
from coursekit.coding.verdict import moves, second, verdict

__all__ = ["FILE", "Likelihood", "Reading", "ScriptExample", "by", "model", "read", "shares"]

PARTICULAR = ("VALID", "AFFIRM")
"""What these name is a reason or a deed: a reply without one word that is not said to any client is neither of them."""


@dataclass(frozen=True)
class ScriptExample:
    """A reply that the script of a role-play gives for a written turn, with its codes."""

    text: str
    codes: tuple[str, ...]


class Likelihood(NamedTuple):
    """A label, how likely it is in percent, and the places (code points, from and to) of the words for and against it."""

    label: str
    percent: int
    for_: Spans = ()
    against: Spans = ()


@dataclass(frozen=True)
class Reading:
    """What the coder says of a reply.

    ``verdict`` is ``sure`` (then ``codes`` has the code, and perhaps a second), ``unsure``, ``outside`` (it is none of the
    codes) or ``copied`` (from the ``client`` or the ``course``). ``possibly``: sure, of a code in :data:`POSSIBLE`.
    ``likely``: all labels, the likeliest first. ``offer``: the five likeliest codes. ``why``: unsure although a code is
    likely, because of a ``pile``, an ``edge``, or as ``short`` (`verdict`), else "".
    """

    by: str
    verdict: str
    codes: tuple[str, ...]
    possibly: bool
    label: str
    likely: tuple[Likelihood, ...]
    offer: tuple[str, ...]
    copied: str
    why: str = ""

    def as_dict(self) -> dict[str, Any]:
        """As ``coder.js`` has it."""
        data = asdict(self)
        data["likely"] = [
            {"label": one.label, "percent": one.percent, "for": one.for_, "against": one.against} for one in self.likely
        ]
        return json.loads(json.dumps(data))


def read(text: str, client: str = "", examples: Iterable[ScriptExample] = (), known: Iterable[str] = ()) -> Reading:
    """Reads a reply to a client's line.

    The script's `examples` for this moment weigh in. `known` are texts of the course that she may have copied.
    """
    said, asked = sentences(text), sentences(client)
    found = known_features(said, asked)
    each = [score + more for score, more in zip(scores(found), _alike(said, examples), strict=True)]
    labels = model()["labels"]
    if not particulars(said):
        for code in PARTICULAR:
            each[labels.index(code)] = min(each)
    order = sorted(range(len(labels)), key=lambda label: (-each[label], label))
    likely = [Likelihood(labels[one], percent) for one, percent in zip(order, percents([each[o] for o in order]), strict=True)]
    for place in (0, 1):
        likely[place] = Likelihood(likely[place].label, likely[place].percent, *reasons(found, said, order, place))
    best, alone, source = likely[0], moves(said, asked), copied(text, client, known)
    judged, why = ("copied", "") if source else verdict(best.label, best.percent, said, asked, alone)
    code = ("CONTROL" if best.label == "rude" else best.label) if judged == "sure" else ""  # to a client an insult is blame
    return Reading(
        by=by(),
        verdict=judged,
        codes=(code, *second(alone, code)) if code else (),
        possibly=code in POSSIBLE,
        label=best.label,
        likely=tuple(likely),
        offer=tuple([one.label for one in likely if one.label in THERAPIST_CODES][:5]),
        copied=source,
        why=why,
    )


def shares(text: str, client: str = "") -> dict[str, int]:
    """How much speaks for each label, the best with 10,000: before calibration, and before a script's examples weigh in."""
    each, table = scores(known_features(sentences(text), sentences(client))), model()["shares"]
    best = max(each)
    parts = (table[min(best - score, len(table) - 1)] for score in each)
    return dict(zip(model()["labels"], parts, strict=True))


def _alike(said: list[Sentence], examples: Iterable[ScriptExample]) -> list[int]:
    """For each label, what the likest of its examples adds."""
    added = [0] * len(model()["labels"])
    mine = _words_and_pairs(said)
    for example in examples:
        other = _words_and_pairs(sentences(example.text))
        alike = 100 * len(mine & other) // max(1, len(mine | other))
        label = model()["labels"].index(example.codes[0])
        added[label] = max(added[label], model()["example"] * max(0, alike - model()["unlike"]) // 100)
    return added


def _words_and_pairs(said: list[Sentence]) -> set[str]:
    words = [word.text for sentence in said for word in sentence.words]
    return {*words, *(f"{one} {two}" for one, two in zip(words, words[1:], strict=False))}
