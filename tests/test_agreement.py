"""Agreement of raters: against the published example, scikit-learn and SciPy, and plain words where there is too little."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import f
from sklearn.metrics import cohen_kappa_score

from coursekit.grading.agreement import FEWEST, agreement, f_quantile, intraclass, weighted_kappa

# Shrout and Fleiss (1979), Psychological Bulletin 86, 420-428, table 2: four judges on six targets. Their ICC(2,1) is .29
# (table 4); the interval is that which R's psych::ICC prints for these data, 0.019 to 0.761.
SHROUT_AND_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def test_the_published_example_of_the_icc():
    icc, (low, high) = intraclass(SHROUT_AND_FLEISS)
    assert round(icc, 2) == 0.29
    assert (round(low, 3), round(high, 3)) == (0.019, 0.761)


MARKS = st.integers(0, 4)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(MARKS, MARKS), min_size=2, max_size=40))
def test_kappa_is_that_of_scikit_learn(pairs):
    one, other = zip(*pairs, strict=True)
    mine = weighted_kappa(pairs)
    if len({*one, *other}) == 1:
        assert math.isnan(mine)
    else:
        assert mine == pytest.approx(cohen_kappa_score(one, other, labels=range(5), weights="quadratic"), abs=1e-9)


@pytest.mark.parametrize("p", [0.025, 0.5, 0.975, 0.995])
@pytest.mark.parametrize("free", [(1, 1), (5, 15), (9, 8.37), (0.8, 59), (300, 4.2)])
def test_quantiles_are_those_of_scipy(p, free):
    assert f_quantile(p, *free) == pytest.approx(f.ppf(p, *free), rel=1e-7)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(MARKS, MARKS), min_size=FEWEST, max_size=40))
def test_the_interval_holds_the_icc_or_there_is_none(pairs):
    icc, (low, high) = intraclass(pairs)
    assert math.isnan(icc) or low <= icc + 1e-9 and icc - 1e-9 <= high and -1 <= low <= high <= 1


def test_perfect_agreement_is_one():
    found = agreement([(n % 5, n % 5) for n in range(20)])
    assert (found.alike, found.near, found.kappa, found.icc, found.interval) == (100, 100, 1, 1, (1, 1))
    assert not found.caution


def test_a_rater_who_is_always_one_level_stricter_agrees_less_than_he_ranks():
    found = agreement([(n % 4 + 1, n % 4) for n in range(40)])
    assert (found.alike, found.near) == (0, 100)
    assert found.icc == pytest.approx(found.kappa, abs=0.02) and 0.6 < found.icc < 0.8


def test_where_numbers_are_too_small_it_says_so():
    assert agreement([]).caution == "No answer has two marks yet."
    few = agreement([(1, 1), (2, 4)])
    assert (few.n, few.alike, few.kappa, few.icc) == (2, 50, None, None)
    assert few.caution == f"Only 2 answers have two marks. Kappa and ICC are given from {FEWEST} on."
    same = agreement([(3, 3)] * 30)
    assert same.kappa is None and "Every mark is the same" in same.caution
    assert "interval is wide" in agreement([(0, 1), (1, 0), (2, 3), (3, 2), (4, 2)] * 2).caution
