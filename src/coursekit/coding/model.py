"""The coder's weights and tables, and what they make of a reply's features: scores and how sure they are.

Whole numbers only. Scores are in hundredths of the distance that the training tried to put between right and wrong.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from math import isqrt
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from coursekit.coding.features import KEY_MASK, Place, together
from coursekit.coding.text import Sentence

FILE = Path(__file__).parent / "model.json"
ONE = 4096
ZERO = 75
"""Weights are kept as letters; this is the code point of 0."""


@cache
def model() -> dict[str, Any]:
    """The weights and tables, as the page gets them."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def by() -> str:
    """The name under which a trace keeps what this coder said: `coder 1`."""
    return f"coder {model()['version']}"


@cache
def weights() -> tuple[dict[int, int], np.ndarray, np.ndarray]:
    """Row of each known feature; weights, a row a feature and a column a label; what each label begins with."""
    data = model()
    letters = "".join(data["weights"]).encode("latin-1")
    matrix = np.frombuffer(letters, dtype=np.uint8).astype(np.int64).reshape(len(data["labels"]), -1).T - ZERO
    rows = {int(one): row for row, one in enumerate(np.cumsum(data["keys"]))}
    return rows, np.ascontiguousarray(matrix), np.array(data["base"], dtype=np.int64)


Known = list[tuple[int, Place]]


def known(said: list[Sentence], asked: list[Sentence]) -> Known:
    """The rows of the features that the model knows, each once, with the words they stand in."""
    rows, _, _ = weights()
    found: dict[int, Place] = {}
    for several, place in together(said, asked):
        for feature in several:
            row = rows.get(crc32(feature.encode("ascii")) & KEY_MASK)  # its `key`, without a call for each
            if row is not None and row not in found:
                found[row] = place
    return list(found.items())


def scores(found: Known) -> list[int]:
    """For each label."""
    _, matrix, base = weights()
    total = matrix[[row for row, _ in found]].sum(axis=0)
    return ((total * inverse_root(len(found)) + base) // model()["step"]).tolist()


def inverse_root(number: int) -> int:
    """ONE / √number, rounded down."""
    return isqrt(ONE * ONE // max(1, number))


def share_of(scores: Sequence[int], shares: Sequence[int]) -> int:
    """The best score's share among all, in whole percent. `shares` has what a label gets that is so far behind."""
    return 100 * shares[0] // sum(_shared_out(scores, max(scores), shares))


def surest(scores: Sequence[int]) -> tuple[str, int]:
    """The best label, and how likely it is right, in percent."""
    best = scores.index(max(scores))
    return model()["labels"][best], model()["right"][share_of(scores, model()["shares"])]


def percents(scores: Sequence[int]) -> list[int]:
    """Of scores from the best down: how likely each is. The best by the table, the others by their shares of the rest."""
    shares = model()["shares"]
    first = model()["right"][share_of(scores, shares)]
    each = _shared_out(scores[1:], scores[0], shares)
    total = max(1, sum(each))
    return [first, *[min(first, (100 - first) * one // total) for one in each]]


def _shared_out(scores: Sequence[int], best: int, shares: Sequence[int]) -> list[int]:
    """What each of these scores gets, beside the best."""
    farthest = len(shares) - 1
    return [shares[behind] if (behind := best - score) < farthest else shares[farthest] for score in scores]
