"""Which words of a reply spoke for a label, and which against it."""

from collections.abc import Sequence

import numpy as np

from coursekit.coding.features import BUT, FUNCTION_WORDS
from coursekit.coding.model import Known, weights
from coursekit.coding.text import Sentence, Word

RIVALS = 4
"""A word speaks for a label when it sets it apart from its so many nearest rivals."""
PARTS = 12
"""A feature's weight is shared out among its one, two or three words."""
MOST_FOR, MOST_AGAINST = 6, 4
LEAST = 2
"""Shown are words of at least half the weight of the heaviest."""

Whole = tuple[int, int, int, bool]
Spans = tuple[tuple[int, int], ...]


def reasons(found: Known, said: list[Sentence], order: list[int], place: int) -> tuple[Spans, Spans]:
    """Places in the text (code points, from and to) of the words for and against the label at `place` of `order`."""
    _, matrix, _ = weights()
    rivals = [label for label in order[: RIVALS + 1] if label != order[place]][:RIVALS]
    words = [word for sentence in said for word in sentence.words]
    spoke = [0] * len(words)
    sets_apart = np.zeros(len(order), dtype=np.int64)
    sets_apart[rivals], sets_apart[order[place]] = -1, RIVALS
    apart = (matrix[[row for row, _ in found]] @ sets_apart).tolist()
    for (_, where), weight in zip(found, apart, strict=True):
        if weight and where:
            part = weight * PARTS // len(where)
            for word in where:
                spoke[word] += part
    wholes = _wholes(words, spoke)
    least = max(1, max((abs(weight) for _, _, weight, _ in wholes), default=0) // LEAST)
    speak_for = [number for number, whole in enumerate(wholes) if whole[2] >= least]
    against = [number for number, whole in enumerate(wholes) if whole[2] <= -least]
    return _spans(wholes, speak_for, MOST_FOR), _spans(wholes, against, MOST_AGAINST)


def _wholes(words: Sequence[Word], spoke: Sequence[int]) -> list[Whole]:
    """Start, end and weight of the words as they stand in the text, and whether they are but small ones.

    What was divided at an apostrophe is one again.
    """
    wholes: list[Whole] = []
    for word, weight in zip(words, spoke, strict=True):
        small = word.text in FUNCTION_WORDS and word.text not in BUT
        if wholes and word.start <= wholes[-1][1]:
            start, _, before, both = wholes.pop()
            wholes.append((start, word.end, before + weight, both and small))
        else:
            wholes.append((word.start, word.end, weight, small))
    return wholes


def _spans(wholes: list[Whole], chosen: list[int], most: int) -> Spans:
    """The heaviest of those chosen; neighbours become one. A small word by itself persuades nobody, if there are others."""
    heaviest = sorted(chosen, key=lambda number: (-abs(wholes[number][2]), number))[:most]
    spans: list[tuple[int, int, bool]] = []
    last = -2
    for number in sorted(heaviest):
        start, end, _, small = wholes[number]
        if number == last + 1:
            before = spans.pop()
            spans.append((before[0], end, before[2] and small))
        else:
            spans.append((start, end, small))
        last = number
    telling = [span for span in spans if not span[2]] or spans
    return tuple((start, end) for start, end, _ in telling)
