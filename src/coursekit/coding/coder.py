"""Reads a trainee's reply: what kind it is, how sure that is, and which words spoke for it. ``coder.js`` is the twin.

Whole numbers only, so that both come to the same to the digit. The weights are made by `train`, and how the coder was
measured stands in docs/the-coder.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from math import isqrt
from pathlib import Path
from typing import Any

import numpy as np

from coursekit.codebook import THERAPIST_CODES
from coursekit.coding import OUTSIDE, POSSIBLE
from coursekit.coding.copies import copied
from coursekit.coding.features import Place, features, key
from coursekit.coding.text import Sentence, Word, sentences

FILE = Path(__file__).parent / "model.json"
ONE = 4096
ZERO = 75
"""Weights are kept as letters; this is the code point of 0."""


@dataclass(frozen=True)
class Example:
    """A reply that the script of a role-play gives for a written turn, with its codes."""

    text: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Likelihood:
    """A label, how likely it is in percent, and the places (code points, from and to) of the words for and against it."""

    label: str
    percent: int
    for_: tuple[tuple[int, int], ...] = ()
    against: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Reading:
    """What the coder says of a reply.

    ``verdict`` is ``sure`` (then ``codes`` has the code, and perhaps a second), ``unsure``, ``outside`` (it is none of the
    codes) or ``copied`` (from the ``client`` or the ``course``). ``possibly``: sure, of a code in :data:`POSSIBLE`.
    ``likely``: all labels, the likeliest first. ``offer``: the five likeliest codes.
    """

    by: str
    verdict: str
    codes: tuple[str, ...]
    possibly: bool
    label: str
    likely: tuple[Likelihood, ...]
    offer: tuple[str, ...]
    copied: str

    def as_dict(self) -> dict[str, Any]:
        """As ``coder.js`` has it."""
        data = asdict(self)
        data["likely"] = [
            {"label": one.label, "percent": one.percent, "for": one.for_, "against": one.against} for one in self.likely
        ]
        return json.loads(json.dumps(data))


@cache
def model() -> dict[str, Any]:
    """The weights and tables, as the page gets them."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def by() -> str:
    """The name under which a trace keeps what this coder said: `coder 1`."""
    return f"coder {model()['version']}"


def read(text: str, client: str = "", examples: Iterable[Example] = (), known: Iterable[str] = ()) -> Reading:
    """Reads a reply to a client's line.

    The script's `examples` for this moment weigh in. `known` are texts of the course that she may have copied.
    """
    said, asked = sentences(text), sentences(client)
    known_features = _known(said, asked)
    scores = [score + more for score, more in zip(_scores(known_features), _alike(said, examples), strict=True)]
    labels = model()["labels"]
    order = sorted(range(len(labels)), key=lambda label: (-scores[label], label))
    percents = _percents([scores[label] for label in order])
    likely = [Likelihood(labels[label], percent) for label, percent in zip(order, percents, strict=True)]
    likely[:2] = [_reasons(likely[place], known_features, said, order, place) for place in (0, 1)]
    taken_from = copied(text, client, known)
    moves = [_alone(sentence, asked) for sentence in said] if len(said) > 1 else []
    verdict, code = _verdict(likely[0], taken_from, _is_pile(said, moves))
    return Reading(
        by=by(),
        verdict=verdict,
        codes=(code, *_second(moves, code)) if code else (),
        possibly=code in POSSIBLE,
        label=likely[0].label,
        likely=tuple(likely),
        offer=tuple([one.label for one in likely if one.label in THERAPIST_CODES][:5]),
        copied=taken_from,
    )


MANY = 4
"""Sentences of so many different codes are a pile, and so are as many pieces between commas, of two words or so each."""
LONG = 8
"""From so many words on, a reply that says most of them twice is a pile too. None of its moves is said to be the one."""

Move = tuple[str, int]


def _alone(sentence: Sentence, asked: list[Sentence]) -> Move:
    """The label of one sentence by itself, and how sure it is in percent."""
    scores = _scores(_known([sentence], asked))
    best = max(range(len(scores)), key=lambda label: (scores[label], -label))
    return model()["labels"][best], model()["right"][_share(scores)]


def _is_pile(said: list[Sentence], moves: list[Move]) -> bool:
    words = [word.text for sentence in said for word in sentence.words]
    kinds = {label for label, _ in moves if label in THERAPIST_CODES}
    listed = sum(len(one.words) for one in said if one.pieces >= MANY and len(one.words) < 3 * one.pieces)
    repeats = len(words) >= LONG and 2 * len(set(words)) < len(words)
    return len(kinds) >= MANY or 2 * listed > len(words) or repeats


def _verdict(best: Likelihood, taken_from: str, piled: bool) -> tuple[str, str]:
    """The verdict, and the code if it is sure. Rudeness is taken by a client as what it is: blame."""
    if taken_from:
        return "copied", ""
    if best.percent < model()["sure"]:
        return "unsure", ""
    if best.label == "rude":
        return "sure", "CONTROL"
    if best.label in OUTSIDE:
        return "outside", ""
    return ("unsure", "") if piled else ("sure", best.label)


def _second(moves: list[Move], first: str) -> list[str]:
    """Of several sentences, the code of the one that is most surely something else."""
    surest, found = model()["sure_of_second"], []
    for label, percent in moves:
        if percent >= surest and label in THERAPIST_CODES and label != first:
            surest, found = percent + 1, [label]
    return found


# Scores, in hundredths of the distance that the training tried to put between right and wrong


def shares(text: str, client: str = "") -> dict[str, int]:
    """How much speaks for each label, the best with 10,000: before calibration, and before a script's examples weigh in."""
    scores, table = _scores(_known(sentences(text), sentences(client))), model()["shares"]
    best = max(scores)
    each = (table[min(best - score, len(table) - 1)] for score in scores)
    return dict(zip(model()["labels"], each, strict=True))


@cache
def _weights() -> tuple[dict[int, int], np.ndarray, np.ndarray]:
    """Row of each known feature; weights, a row a feature and a column a label; what each label begins with."""
    data = model()
    letters = "".join(data["weights"]).encode("latin-1")
    weights = np.frombuffer(letters, dtype=np.uint8).astype(np.int64).reshape(len(data["labels"]), -1).T - ZERO
    rows = {int(one): row for row, one in enumerate(np.cumsum(data["keys"]))}
    return rows, np.ascontiguousarray(weights), np.array(data["base"], dtype=np.int64)


Known = list[tuple[int, Place]]


def _known(said: list[Sentence], asked: list[Sentence]) -> Known:
    """The rows of the features that the model knows, each once, with the words they stand in."""
    rows, _, _ = _weights()
    found: dict[int, Place] = {}
    for feature, place in features(said, asked).items():
        row = rows.get(key(feature))
        if row is not None:
            found.setdefault(row, place)
    return list(found.items())


def _scores(known: Known) -> list[int]:
    _, weights, base = _weights()
    total = weights[[row for row, _ in known]].sum(axis=0)
    return ((total * inverse_root(len(known)) + base) // model()["step"]).tolist()


def inverse_root(number: int) -> int:
    """ONE / √number, rounded down."""
    return isqrt(ONE * ONE // max(1, number))


def share_of(scores: Sequence[int], shares: Sequence[int]) -> int:
    """The best score's share among all, in whole percent. `shares` has what a label gets that is so far behind."""
    best = max(scores)
    return 100 * shares[0] // sum(shares[min(best - score, len(shares) - 1)] for score in scores)


def _share(scores: Sequence[int]) -> int:
    return share_of(scores, model()["shares"])


def _percents(scores: Sequence[int]) -> list[int]:
    """Of scores from the best down: how likely each is. The best by the table, the others by their shares of the rest."""
    shares = model()["shares"]
    first = model()["right"][_share(scores)]
    each = [shares[min(scores[0] - score, len(shares) - 1)] for score in scores[1:]]
    return [first, *((100 - first) * one // max(1, sum(each)) for one in each)]


def _alike(said: list[Sentence], examples: Iterable[Example]) -> list[int]:
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


# Reasons

_RIVALS = 4
_PARTS = 12  # a feature's weight is shared out among its one, two or three words
_MOST_FOR, _MOST_AGAINST, _LEAST = 6, 4, 3


def _reasons(one: Likelihood, known: Known, said: list[Sentence], order: list[int], place: int) -> Likelihood:
    """The words that set this label apart from its four nearest rivals, and those that speak against it."""
    _, weights, _ = _weights()
    rivals = [label for label in order[: _RIVALS + 1] if label != order[place]][:_RIVALS]
    words = [word for sentence in said for word in sentence.words]
    spoke = [0] * len(words)
    rows = weights[[row for row, _ in known]]
    apart = (_RIVALS * rows[:, order[place]] - rows[:, rivals].sum(axis=1)).tolist()
    for (_, where), weight in zip(known, apart, strict=True):
        for word in where:
            spoke[word] += weight * _PARTS // len(where)
    wholes = _wholes(words, spoke)
    least = max(1, max((abs(weight) for _, _, weight in wholes), default=0) // _LEAST)
    ranked = sorted(wholes, key=lambda whole: (-whole[2], whole[0]))
    speak_for = [whole for whole in ranked if whole[2] >= least][:_MOST_FOR]
    against = [whole for whole in reversed(ranked) if whole[2] <= -least][:_MOST_AGAINST]
    return Likelihood(one.label, one.percent, _spans(speak_for), _spans(against))


Whole = tuple[int, int, int]


def _wholes(words: Sequence[Word], spoke: Sequence[int]) -> list[Whole]:
    """Start, end and weight of the words as they stand in the text: what was divided at an apostrophe is one again."""
    wholes: list[Whole] = []
    for word, weight in zip(words, spoke, strict=True):
        if wholes and word.start <= wholes[-1][1]:
            start, _, before = wholes.pop()
            wholes.append((start, word.end, before + weight))
        else:
            wholes.append((word.start, word.end, weight))
    return wholes


def _spans(wholes: Iterable[Whole]) -> tuple[tuple[int, int], ...]:
    """Their places in the text; neighbours become one."""
    spans: list[tuple[int, int]] = []
    for start, end, _ in sorted(wholes):
        if spans and start <= spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return tuple(spans)
