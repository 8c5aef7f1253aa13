"""What numbers of a class can be trusted with: averages, correlations and reliability, each with its interval and its n.

Pure functions of numbers. Intervals are of 95 %: of averages by a bootstrap with a fixed seed, of correlations by Fisher's z,
of alpha after Bonett (2002). Where there is too little to say, the answer is None.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import atanh, exp, isfinite, log, sqrt, tanh

import numpy as np

FEWEST = 5
"""From fewer people nothing is drawn or counted out."""
FEWEST_FOR_RELIABILITY = 30
"""With so few, and seven items, an alpha of .60 has an interval from .30 to .77; with fewer it is wider still."""
FEWEST_ITEMS = 3
"""With fewer items, omega has no answer, and alpha is hardly more than one correlation."""
NORMAL = 1.959964
RESAMPLES, SEED = 4000, 5

Interval = tuple[float, float]


@dataclass(frozen=True)
class Estimate:
    """A number, its interval where it has one, and of how many."""

    value: float
    interval: Interval | None
    n: int


def average(counts: Mapping[float, int]) -> Estimate | None:
    """The mean of values of which it is only known how often each occurs.

    The interval is the middle 95 % of the means of samples drawn from the values; where all are equal it has none.
    """
    n = sum(counts.values())
    if not n:
        return None
    values = np.array(sorted(counts), dtype=float)
    shares = np.array([counts[value] for value in sorted(counts)], dtype=float) / n
    mean = float(values @ shares)
    if n < FEWEST or len(values) == 1:
        return Estimate(mean, None, n)
    means = np.random.default_rng(SEED).multinomial(n, shares / shares.sum(), RESAMPLES) @ values / n
    low, high = np.quantile(means, (0.025, 0.975))
    return Estimate(mean, (float(low), float(high)), n)


def correlation(one: Sequence[float], other: Sequence[float]) -> Estimate | None:
    """Pearson's r of pairs, with the interval of Fisher's z; None where one of the two does not vary."""
    x, y = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    n = len(x)
    if n < FEWEST or np.ptp(x) < 1e-9 or np.ptp(y) < 1e-9:
        return None
    r = float(np.clip(np.corrcoef(x, y)[0, 1], -1, 1))
    if abs(r) > 1 - 1e-12:
        return Estimate(r, None, n)
    reach = NORMAL / sqrt(n - 3)
    return Estimate(r, (tanh(atanh(r) - reach), tanh(atanh(r) + reach)), n)


def together(shares: np.ndarray, weights: np.ndarray, fewest: int = 1) -> np.ndarray:
    """What each person (row) has of the points of the items (columns) that were scored (not NaN), 0 to 1.

    NaN where fewer than `fewest` items were scored.
    """
    there = ~np.isnan(shares)
    possible = there @ weights
    gained = np.where(there, shares, 0) @ weights
    enough = (there.sum(axis=1) >= fewest) & (possible > 0)
    return np.divide(gained, possible, out=np.full(len(shares), np.nan), where=enough)


def rest(shares: np.ndarray, weights: np.ndarray, item: int) -> np.ndarray:
    """The same of all items but one, where at least two others were scored."""
    return together(np.delete(shares, item, axis=1), np.delete(weights, item), fewest=2)


def tally(values: np.ndarray) -> dict[float, int]:
    """How often each value occurs, to four places; NaN is left out."""
    found, counts = np.unique(np.round(values[~np.isnan(values)], 4), return_counts=True)
    return dict(zip(found.tolist(), counts.tolist(), strict=True))


def discrimination(shares: np.ndarray, weights: np.ndarray, item: int) -> Estimate | None:
    """The item-rest correlation: how having an item goes with having the others."""
    own, others = shares[:, item], rest(shares, weights, item)
    both = ~np.isnan(own) & ~np.isnan(others)
    return correlation(own[both].tolist(), others[both].tolist())


def thirds(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Who is in the bottom and who in the top third, as masks; who is level with a border is in.

    Neither has anybody where the two would share somebody.
    """
    known = values[~np.isnan(values)]
    nobody = np.zeros(len(values), dtype=bool)
    if len(known) < 3:
        return nobody, nobody
    low, high = (sign * np.quantile(sign * known, 1 / 3, method="inverted_cdf") for sign in (1, -1))
    if low >= high:
        return nobody, nobody
    return values <= low, values >= high


@dataclass(frozen=True)
class Reliability:
    """Alpha with its interval, omega (None where one factor does not fit), of how many people and items."""

    alpha: float
    interval: Interval
    omega: float | None
    people: int
    items: int


def reliability(points: np.ndarray) -> Reliability | None:
    """Of the people (rows) who were scored on every item (column) that varies; None where that is too little."""
    whole = points[~np.isnan(points).any(axis=1)]
    if not len(whole):
        return None
    whole = whole[:, np.ptp(whole, axis=0) > 1e-9]
    people, items = whole.shape
    if people < FEWEST_FOR_RELIABILITY or items < FEWEST_ITEMS:
        return None
    found = alpha(whole)
    if found is None:
        return None
    return Reliability(found, alpha_interval(found, people, items), omega(np.cov(whole, rowvar=False)), people, items)


def alpha(points: np.ndarray) -> float | None:
    """Cronbach's alpha of people (rows) and items (columns)."""
    items, total = points.shape[1], points.sum(axis=1).var(ddof=1)
    if items < 2 or total < 1e-12:
        return None
    return float(items / (items - 1) * (1 - points.var(axis=0, ddof=1).sum() / total))


def alpha_interval(found: float, people: int, items: int) -> Interval:
    """The interval of alpha after Bonett (2002): ln(1 − alpha) is nearly normal."""
    if found >= 1:
        return found, found
    reach = NORMAL * sqrt(2 * items / ((items - 1) * (people - 2)))
    return 1 - exp(log(1 - found) + reach), 1 - exp(log(1 - found) - reach)


def omega(covariance: np.ndarray) -> float | None:
    """McDonald's omega for one factor, by principal axes; None where one factor does not fit (a loading of more than one)."""
    spread = np.sqrt(np.diag(covariance))
    matrix = covariance / np.outer(spread, spread)
    try:
        common = 1 - 1 / np.diag(np.linalg.inv(matrix))
    except np.linalg.LinAlgError:
        return None
    loadings = np.zeros(len(spread))
    for _ in range(2000):
        values, vectors = np.linalg.eigh(matrix - np.diag(1 - common))
        new = vectors[:, -1] * sqrt(max(0.0, values[-1]))
        common = new**2
        if common.max() >= 1:
            return None
        if np.abs(np.abs(new) - np.abs(loadings)).max() < 1e-9:
            break
        loadings = new
    shared = float((new * spread).sum() ** 2)
    unique = float(((1 - common) * spread**2).sum())
    return shared / (shared + unique) if isfinite(shared) and shared + unique > 0 else None


def quantile(counts: Mapping[int, int], share: float) -> float:
    """The smallest value up to which at least `share` of all lie, of values of which it is known how often each occurs."""
    wanted, so_far = share * sum(counts.values()), 0
    for value in sorted(counts):
        so_far += counts[value]
        if so_far >= wanted - 1e-9:
            return value
    raise ValueError("of nothing there is no quantile")
