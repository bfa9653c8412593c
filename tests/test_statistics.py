"""Intervals against SciPy, and verdicts against hand-made cases."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from dietsb_core.evidence.statistics import Interval, Verdict, interval, t_quantile


@pytest.mark.parametrize("df", [1, 2, 4, 9, 30])
def test_t_quantile_is_scipys(df: int) -> None:
    assert t_quantile(df) == pytest.approx(stats.t.ppf(0.975, df), rel=1e-5)


def test_interval_is_scipys() -> None:
    values = [0.61, 0.63, 0.60]
    low, high = stats.t.interval(0.95, 2, loc=np.mean(values), scale=stats.sem(values))
    found = interval(values)
    assert (found.mean, found.low, found.high, found.n) == pytest.approx((np.mean(values), low, high, 3))


def test_one_value_has_no_interval_and_decides_nothing() -> None:
    found = interval([5.0])
    assert (found.low, found.high) == (-math.inf, math.inf)
    verdict = Verdict("claim", "quantity", found, 0.0)
    assert verdict.word == "undecided" and "one seed" in verdict.row()["measured"]
    assert Verdict("claim", "quantity", interval([]), 0.0).row()["measured"] == "quantity not on record at this preset"


def test_two_values_that_agree_decide_nothing() -> None:
    assert [Verdict("claim", "quantity", interval([0.5] * n), 0.0).word for n in (2, 3)] == ["undecided", "confirmed"]


@pytest.mark.parametrize(("low", "high", "word"), [
    (0.1, 0.2, "confirmed"), (-0.2, -0.1, "refuted"), (-0.1, 0.1, "undecided"), (0.0, 0.1, "undecided")])
def test_a_verdict_needs_the_whole_interval(low: float, high: float, word: str) -> None:
    assert Verdict("claim", "quantity", Interval((low + high) / 2, low, high, 3), 0.0).word == word


def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(0)
    found = [interval(rng.normal(3.0, 2.0, 3)) for _ in range(2000)]
    covered = np.mean([one.low < 3.0 < one.high for one in found])
    assert covered == pytest.approx(0.95, abs=0.02)
