"""How far two raters agree: percent, weighted kappa, and the intraclass correlation ICC(2,1) with its interval.

A few lines each, so that grading needs neither scikit-learn nor SciPy; the tests check them against both, and against the
worked example of Shrout and Fleiss (1979), whose ICC(2,1) this is. The interval is that of McGraw and Wong (1996).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Pair = tuple[float, float]
"""What the first and the second rater gave to one answer."""

FEWEST = 10
"""Fewer answers with two marks than this, and kappa and ICC are not computed: their intervals would span nearly all values."""

MEANING = (
    "Kappa and ICC: 1 is full agreement, 0 no more than chance would give; two levels apart count four times as much as one. "
    "The interval says how far off the ICC may be with so few answers."
)


@dataclass(frozen=True)
class Agreement:
    """Two raters on one item: `n` answers that both marked, percent of them alike, percent at most one level apart.

    `kappa`, `icc` and `interval` are None where they cannot be computed; `caution` says why, or what to mind.
    """

    n: int
    alike: float | None = None
    near: float | None = None
    kappa: float | None = None
    icc: float | None = None
    interval: tuple[float, float] | None = None
    caution: str = ""


def agreement(pairs: Sequence[Pair]) -> Agreement:
    """The agreement over all pairs of marks, with a sentence where there are too few or they say nothing."""
    n = len(pairs)
    if not n:
        return Agreement(0, caution="No answer has two marks yet.")
    alike = 100 * sum(one == other for one, other in pairs) / n
    near = 100 * sum(abs(one - other) <= 1 for one, other in pairs) / n
    if n < FEWEST:
        few = f"Only {n} {'answer has' if n == 1 else 'answers have'} two marks. Kappa and ICC are given from {FEWEST} on."
        return Agreement(n, alike, near, caution=few)
    if len({mark for pair in pairs for mark in pair}) == 1:
        same = "Every mark is the same, so kappa and ICC have nothing to go by."
        return Agreement(n, alike, near, caution=same)
    icc, interval = intraclass(pairs)
    low, high = interval
    wide = f"The interval is wide ({low:.2f} to {high:.2f}): too few answers to say how well two raters agree."
    return Agreement(n, alike, near, weighted_kappa(pairs), icc, interval, wide if high - low > 0.4 else "")


def weighted_kappa(pairs: Sequence[Pair]) -> float:
    """Cohen's kappa with quadratic weights; nan where every mark is the same."""
    one, other = np.array(pairs, float).T
    by_chance = float(np.mean((one[:, None] - other[None, :]) ** 2))
    return 1 - float(np.mean((one - other) ** 2)) / by_chance if by_chance else math.nan


def intraclass(scores: Sequence[Sequence[float]], level: float = 0.95) -> tuple[float, tuple[float, float]]:
    """ICC(2,1) of rows of scores, a column for each rater, and its interval.

    Two-way random effects, absolute agreement, one rater; nan where every score is the same.
    """
    table = np.array(scores, float)
    n, k = table.shape
    rows, columns, error = _mean_squares(table)
    below = rows + (k - 1) * error + k * (columns - error) / n
    if not below:
        return math.nan, (math.nan, math.nan)
    icc = float((rows - error) / below)
    if error < 1e-12 and columns < 1e-12:
        return 1.0, (1.0, 1.0)
    low, high = _interval(icc, n, k, (rows, columns, error), level)
    return icc, (max(-1.0, low), min(1.0, high))


def _mean_squares(table: np.ndarray) -> tuple[float, float, float]:
    """Of rows, columns and what is left of a two-way layout."""
    n, k = table.shape
    grand, by_row, by_column = table.mean(), table.mean(axis=1), table.mean(axis=0)
    left = table - by_row[:, None] - by_column[None, :] + grand
    rows, columns = k * ((by_row - grand) ** 2).sum() / (n - 1), n * ((by_column - grand) ** 2).sum() / (k - 1)
    return float(rows), float(columns), float((left**2).sum() / ((n - 1) * (k - 1)))


def _interval(icc: float, n: int, k: int, squares: tuple[float, float, float], level: float) -> tuple[float, float]:
    rows, columns, error = squares
    a, b = k * icc / (n * (1 - icc)), 1 + k * icc * (n - 1) / (n * (1 - icc))
    parts = (a * columns) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1))
    free = max((a * columns + b * error) ** 2 / parts, 0.01) if parts else 1.0
    p = 1 - (1 - level) / 2
    lower, upper = f_quantile(p, n - 1, free), f_quantile(p, free, n - 1)
    rest = k * columns + (k * n - k - n) * error
    return n * (rows - lower * error) / (lower * rest + n * rows), n * (upper * rows - error) / (rest + n * upper * rows)


# The F distribution


def f_quantile(p: float, one: float, other: float) -> float:
    """The value below which the share `p` of an F distribution with these degrees of freedom lies."""
    low, high = 0.0, 1.0
    for _ in range(200):  # the share is sought on the scale of the beta distribution, which ends at 1
        middle = (low + high) / 2
        low, high = (middle, high) if _beta(one / 2, other / 2, middle) < p else (low, middle)
    return other * low / (one * (1 - low)) if low < 1 else math.inf


def _beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function, by its continued fraction."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta(b, a, 1 - x)
    front = a * math.log(x) + b * math.log1p(-x) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    return math.exp(front) / a / _fraction(a, b, x)


def _fraction(a: float, b: float, x: float, tiny: float = 1e-300) -> float:
    """Lentz's evaluation of the continued fraction of the incomplete beta function (its reciprocal)."""
    value, c, d = 1.0, 1.0, 0.0
    for step in range(1, 1000):
        m = step // 2
        if step % 2:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / (1 + term * d or tiny)
        c = 1 + term / c or tiny
        value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value
