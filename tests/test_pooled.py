"""Comparisons with a pooled deviation: against SciPy, and by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from dietsb_core.evidence import pooled
from dietsb_core.evidence.pooled import ABOVE, BELOW, EQUAL, UNDECIDED, Spread
from dietsb_core.evidence.statistics import Interval, interval, t_tail

RNG = np.random.default_rng(4)
GROUPS = [RNG.normal(0.6, 0.004, 3).tolist() for _ in range(12)]


def test_the_pooled_deviation_by_hand():
    """Squares about their means: 2 of the first, 8 of the second, over 1 + 2 degrees of freedom."""
    assert pooled.pooled([[1.0, 3.0], [0.0, 2.0, 4.0], [9.0]]) == Spread(pytest.approx((10 / 3) ** 0.5), 3)
    assert pooled.pooled([[0.5], []]) is None


@pytest.mark.parametrize("groups", [GROUPS, [*GROUPS, [0.5, 0.6, 0.7]], GROUPS[:2]])
def test_bartletts_test_is_scipys(groups):
    assert pooled.bartlett(groups) == pytest.approx(stats.bartlett(*groups).pvalue, abs=1e-4)


def test_bartlett_at_its_ends():
    assert pooled.bartlett([[1.0, 2.0]]) == 1.0 and pooled.bartlett([[1.0, 1.0], [2.0, 2.0]]) == 1.0
    assert pooled.bartlett([[1.0, 1.0], [2.0, 3.0]]) == 0.0


@pytest.mark.parametrize(("x", "df"), [(0.1, 1), (3.84, 1), (11.0, 11), (30.0, 11), (70.0, 60)])
def test_tails_are_scipys(x, df):
    assert pooled.chi2_tail(x, df) == pytest.approx(stats.chi2.sf(x, df), abs=1e-4)
    assert t_tail(x, df) == pytest.approx(2 * stats.t.sf(x, df), abs=1e-4)


def test_a_difference_is_known_as_well_as_the_pool_knows_the_deviation():
    """Three against three with σ = .39 points and 60 degrees of freedom: ± 2.0003 · .39 · √(2/3) = .637 points."""
    found = pooled.difference([61.0, 61.5, 62.0], [60.0, 60.5, 61.0], Spread(0.39, 60))
    assert found.mean == pytest.approx(1.0) and found.high - found.mean == pytest.approx(0.637, abs=1e-3)
    assert pooled.difference([1.0], [0.5], None).high == np.inf


def test_a_p_of_5_percent_is_where_the_interval_ends():
    """The same contrast of three groups, shifted so that its interval begins at zero."""
    parts = [(1.0, [61.0, 61.5, 62.0]), (-0.25, [60.0, 60.5]), (-0.75, [59.0, 60.0, 61.0])]
    low, spread = pooled.contrast(parts, Spread(0.39, 12)).low, Spread(0.39, 12)
    parts[0] = 1.0, [value - low for value in parts[0][1]]
    found = pooled.contrast(parts, spread)
    assert found.p() == pytest.approx(0.05, abs=1e-4) and found.p(2 * found.mean) == pytest.approx(0.05, abs=1e-4)
    assert found.error == pytest.approx(0.39 * (1 / 3 + 0.25**2 / 2 + 0.75**2 / 3) ** 0.5) and found.df == 12


def test_a_p_is_scipys_and_allows_for_what_the_ends_allow_for():
    """Shifted by what is allowed for, the other way: the p of a difference that is smaller by as much."""
    values = [0.52, 0.55, 0.53]
    found = interval(values)
    assert found.p(0.5) == pytest.approx(stats.ttest_1samp(values, 0.5).pvalue, abs=1e-5)
    wider = replace(found, low=found.low - 0.01)
    assert wider.p(0.5) == pytest.approx(found.p(0.51), abs=1e-5) and wider.p(0.6) == found.p(0.6)
    assert replace(found, low=-np.inf, high=np.inf).p(0.5) == 1.0 and interval([0.5]).p(0.9) == 1.0
    assert (Interval(1.0, 1.0, 1.0, 3).p(0.5), Interval(1.0, 1.0, 1.0, 3).p(1.0)) == (0.0, 1.0)


# What differs keeps a deviation of its own

WIDE = [0.10, 0.14, 0.19]


def test_what_scatters_more_than_the_rest_is_left_out_of_the_pool():
    found = pooled.shared([*GROUPS, WIDE, [0.7]])
    assert found.apart == {tuple(WIDE)}
    assert (found.deviation, found.df) == (pooled.pooled(GROUPS).deviation, 24)
    assert found.of(GROUPS[0]) is found and found.of([0.7]) is found
    assert found.of(WIDE) == Spread(pytest.approx(np.std(WIDE, ddof=1)), 2)


def test_groups_without_scatter_are_of_the_pool_and_not_of_its_test():
    """Three accuracies of few test images may be the same, and .1 three times has a mean of .10000000000000002."""
    found = pooled.shared([*GROUPS, [0.1] * 3])
    assert not found.apart and found.df == 26
    assert pooled.shared([[0.5] * 3] * 2) == Spread(0.0, 4) and pooled.shared([[0.5], []]) is None


def test_a_difference_from_what_is_left_out_is_welchs():
    """Its own variance of two degrees of freedom, and the pool's of 24: Satterthwaite's are between them."""
    spread = pooled.shared([*GROUPS, WIDE])
    found = pooled.difference(WIDE, GROUPS[0], spread)
    own, other = np.var(WIDE, ddof=1) / 3, spread.deviation**2 / 3
    assert found.error == pytest.approx((own + other) ** 0.5)
    assert found.df == pytest.approx((own + other) ** 2 / (own**2 / 2 + other**2 / 24)) and 2 < found.df < 24
    alone = pooled.shared([WIDE, WIDE[:2], GROUPS[0], GROUPS[1]])
    assert pooled.difference(WIDE, GROUPS[0], replace(alone, df=2, apart=frozenset({tuple(WIDE), tuple(GROUPS[0])}))
                             ).df == pytest.approx(stats.ttest_ind(WIDE, GROUPS[0], equal_var=False).df)


def test_holm_by_hand():
    """.01 · 4, .02 · 3, then .03 · 2 which may not be less than the one before, and .5 once."""
    assert pooled.holm([0.5, 0.01, 0.03, 0.02]) == pytest.approx([0.5, 0.04, 0.06, 0.06])
    assert pooled.holm([0.6, 0.7]) == [1.0, 1.0] and pooled.holm([]) == []


@pytest.mark.parametrize(("low", "high", "said"), [
    (0.001, 0.02, ABOVE), (-0.02, -0.001, BELOW), (-0.004, 0.009, EQUAL), (-0.011, 0.009, UNDECIDED),
    (-0.004, 0.011, UNDECIDED)])
def test_words_by_hand(low, high, said):
    assert pooled.word(Interval((low + high) / 2, low, high, 3), 0.01) == said


def test_an_accuracy_stays_between_0_and_1():
    found = pooled.logit_interval([0.98, 0.99, 0.999])
    assert 0 < found.low < found.mean < found.high < 1
    middle, usual = pooled.logit_interval([0.49, 0.50, 0.51]), stats.t.ppf(0.975, 2) * 0.01 / 3**0.5
    assert middle.high - 0.5 == pytest.approx(usual, abs=1e-4) == 0.5 - middle.low
    for value in np.linspace(0.01, 0.99, 50).tolist():  # no figure takes a bar that ends before its point
        none = pooled.logit_interval([value] * 3)
        assert none.low <= none.mean <= none.high and none.high - none.low < 1e-9
    assert (pooled.logit_interval([0.4]).low, pooled.logit_interval([0.4]).high) == (0.0, 1.0)
