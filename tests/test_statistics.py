"""Statistics of a class: against values that others published, and against scipy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from coursekit.grading import statistics

# Anscombe (1973), first set; the interval as R's cor.test prints it.
X = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]
Y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]

# The ten guests of a worked example for pingouin 0.5 (statology.org, "How to calculate Cronbach's alpha in Python"):
# pingouin.cronbach_alpha gives 0.7734375.
GUESTS = np.array(
    [[1, 2, 2, 3, 2, 2, 3, 3, 2, 3], [1, 1, 1, 2, 3, 3, 2, 3, 3, 3], [1, 1, 2, 1, 2, 3, 3, 3, 2, 3]], dtype=float
).T


def test_a_correlation_and_its_interval_are_those_of_the_literature():
    found = statistics.correlation(X, Y)
    assert found.value == pytest.approx(0.81642, abs=1e-5) and found.n == 11
    assert found.interval == pytest.approx((0.42439, 0.95069), abs=1e-5)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), min_size=5, max_size=40))
def test_a_correlation_is_that_of_scipy(pairs):
    one, other = zip(*pairs, strict=True)
    found = statistics.correlation(one, other)
    if found is None:
        assert len(set(one)) == 1 or len(set(other)) == 1
        return
    wanted = stats.pearsonr(one, other)
    assert found.value == pytest.approx(wanted.statistic, abs=1e-9)
    if found.interval:
        assert found.interval == pytest.approx(tuple(wanted.confidence_interval()), abs=1e-5)


def test_a_correlation_of_four_people_or_of_what_does_not_vary_is_not_given():
    assert statistics.correlation([1, 2, 3, 4], [1, 3, 2, 4]) is None
    assert statistics.correlation([1] * 9, range(9)) is None
    assert statistics.correlation(range(9), range(9)).interval is None


def test_an_average_has_the_interval_of_a_bootstrap_and_the_same_every_time():
    counts = {0.0: 8, 0.5: 10, 1.0: 22}
    values = [value for value, count in counts.items() for _ in range(count)]
    found = statistics.average(counts)
    wanted = stats.bootstrap((values,), np.mean, method="percentile", rng=1, n_resamples=4000).confidence_interval
    assert (found.value, found.n) == (pytest.approx(0.675), 40) and found == statistics.average(counts)
    assert found.interval == pytest.approx((wanted.low, wanted.high), abs=0.02)


def test_an_average_of_few_or_of_equals_has_no_interval():
    assert statistics.average({}) is None
    assert statistics.average({0.5: 4}).interval is statistics.average({1.0: 40}).interval is None
    assert statistics.average({0.0: 2, 1.0: 2}).interval is None


def test_alpha_is_that_of_the_worked_example():
    assert statistics.alpha(GUESTS) == pytest.approx(0.7734375, abs=1e-9)


def test_the_interval_of_alpha_is_near_feldts_exact_one():
    # Feldt (1965): (1 − alpha) / (1 − found) follows F; Bonett's is its normal approximation.
    for found, people, items in ((0.77, 60, 7), (0.4, 200, 12)):
        free = people - 1, (people - 1) * (items - 1)
        exact = [1 - (1 - found) * stats.f.ppf(share, *free) for share in (0.975, 0.025)]
        assert statistics.alpha_interval(found, people, items) == pytest.approx(exact, abs=0.02)


def test_omega_is_exact_where_one_factor_fits():
    loadings, spread = np.array([0.9, 0.8, 0.7, 0.5, 0.4]), np.array([1, 2, 1, 3, 0.5])
    shares = np.outer(loadings, loadings)
    np.fill_diagonal(shares, 1)
    shared = (loadings * spread).sum() ** 2
    wanted = shared / (shared + ((1 - loadings**2) * spread**2).sum())
    assert statistics.omega(shares * np.outer(spread, spread)) == pytest.approx(wanted, abs=1e-6)


def test_omega_is_alpha_where_all_items_measure_alike():
    covariance = np.full((4, 4), 0.3) + np.diag([0.7] * 4)
    alpha = 4 / 3 * (1 - np.trace(covariance) / covariance.sum())
    assert statistics.omega(covariance) == pytest.approx(alpha, abs=1e-6)


def test_reliability_is_refused_below_its_minimum_and_leaves_out_who_has_gaps():
    rng = np.random.default_rng(1)
    able = rng.normal(size=(40, 1))
    points = able + rng.normal(size=(40, 5))
    found = statistics.reliability(points)
    assert (found.people, found.items) == (40, 5)
    assert found.interval[0] < found.alpha < found.interval[1] and found.omega == pytest.approx(found.alpha, abs=0.1)
    points[:5, 2] = np.nan
    assert statistics.reliability(points).people == 35
    points[:11, 2] = np.nan
    assert statistics.reliability(points) is None
    assert statistics.reliability(points[:, :2]) is None
    assert statistics.reliability(np.full((40, 5), np.nan)) is None


def test_items_on_which_all_are_equal_are_left_out_of_reliability():
    rng = np.random.default_rng(2)
    points = rng.normal(size=(40, 1)) + rng.normal(size=(40, 4))
    points[:, 3] = 1
    assert statistics.reliability(points).items == 3


def test_the_rest_is_the_share_of_the_points_of_the_other_items():
    shares = np.array([[1, 0.5, 0, np.nan], [1, np.nan, np.nan, 1], [0, 1, 1, 1]])
    found = statistics.rest(shares, np.array([1, 2, 4, 1]), 0)
    assert found[0] == pytest.approx((0.5 * 2) / 6) and np.isnan(found[1]) and found[2] == 1


def test_discrimination_is_the_item_rest_correlation():
    # As scikit-learn and pandas users compute it: corr(item, total − item).
    points = GUESTS / 3
    wanted = np.corrcoef(points[:, 0], points[:, 1:].sum(axis=1))[0, 1]
    assert statistics.discrimination(points, np.ones(3), 0).value == pytest.approx(wanted, abs=1e-12)


def test_thirds_take_in_who_is_level_and_never_share_anybody():
    low, high = statistics.thirds(np.array([1, 2, 2, 3, 4, 5, 6, 7, 8, np.nan]))
    assert low.tolist() == [True] * 3 + [False] * 7
    assert high.tolist() == [False] * 6 + [True] * 3 + [False]
    assert statistics.thirds(np.array([1, 2, 2, 2, 3, 4]))[0].sum() == 4
    for alike in ([1.0] * 9, [1.0, 2.0]):
        low, high = statistics.thirds(np.array(alike))
        assert not low.any() and not high.any()


@given(st.lists(st.integers(0, 100), min_size=1, max_size=50), st.sampled_from([0.25, 0.5, 0.75]))
def test_a_quantile_of_counts_is_that_of_the_values(values, share):
    counts = {value: values.count(value) for value in values}
    assert statistics.quantile(counts, share) == np.quantile(values, share, method="inverted_cdf")
