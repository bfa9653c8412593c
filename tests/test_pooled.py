"""Comparisons with a pooled deviation: against SciPy, by hand, and by simulation of what each word is wrong about."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from dietsb_core.evidence import pooled
from dietsb_core.evidence.pooled import ABOVE, BELOW, EQUAL, UNDECIDED, Spread
from dietsb_core.evidence.statistics import Interval

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
    assert pooled.t_tail(x, df) == pytest.approx(2 * stats.t.sf(x, df), abs=1e-4)


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
    assert pooled.p_value(parts, spread) == pytest.approx(0.05, abs=1e-4)
    assert pooled.standard_error(parts, spread) == pytest.approx(0.39 * (1 / 3 + 0.25**2 / 2 + 0.75**2 / 3) ** 0.5)


def test_holm_by_hand():
    """.01 · 4, .02 · 3, then .03 · 2 which may not be less than the one before, and .5 once."""
    assert pooled.holm([0.5, 0.01, 0.03, 0.02]) == pytest.approx([0.5, 0.04, 0.06, 0.06])
    assert pooled.holm([0.6, 0.7]) == [1.0, 1.0] and pooled.holm([]) == []


@pytest.mark.parametrize(("low", "high", "said"), [
    (0.001, 0.02, ABOVE), (-0.02, -0.001, BELOW), (-0.004, 0.009, EQUAL), (-0.011, 0.009, UNDECIDED),
    (-0.004, 0.011, UNDECIDED)])
def test_words_by_hand(low, high, said):
    assert pooled.word(Interval((low + high) / 2, low, high, 3), 0.01) == said


@pytest.mark.parametrize(("gain", "right", "least"), [(0.0, EQUAL, 0.7), (0.01, ABOVE, 0.8)])
def test_how_often_each_word_is_right_and_wrong(gain, right, least):
    """Three seeds against three, σ = .39 points, pooled over 30 configurations; the margin is a point. Under no
    difference "above" or "below" comes out in 5 % together, and "equal" in three cases of four; under a true gain of a
    point "above" comes out in more than four of five."""
    rng, words, covered = np.random.default_rng(7), [], []
    for _ in range(400):
        spread = pooled.pooled(list(rng.normal(0, 0.0039, (30, 3))))
        found = pooled.difference(rng.normal(gain, 0.0039, 3), rng.normal(0, 0.0039, 3), spread)
        words.append(pooled.word(found, 0.01))
        covered.append(found.low <= gain <= found.high)
    assert 0.92 < np.mean(covered) < 0.98
    assert words.count(right) / 400 > least
    assert words.count(BELOW) / 400 < 0.05 and (gain or words.count(ABOVE) / 400 < 0.05)


def test_an_accuracy_stays_between_0_and_1():
    found = pooled.logit_interval([0.98, 0.99, 0.999])
    assert 0 < found.low < found.mean < found.high < 1
    middle, usual = pooled.logit_interval([0.49, 0.50, 0.51]), stats.t.ppf(0.975, 2) * 0.01 / 3**0.5
    assert middle.high - 0.5 == pytest.approx(usual, abs=1e-4) == 0.5 - middle.low
    assert (pooled.logit_interval([0.4]).low, pooled.logit_interval([0.4]).high) == (0.0, 1.0)
