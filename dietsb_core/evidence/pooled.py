"""Comparisons of a few seeds each with a standard deviation that many configurations share, and what they say.

Three seeds know their own deviation badly: an interval from them alone is wide, or narrow by luck. Configurations of
one preset scatter alike, so their deviations are pooled, which `bartlett` checks.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dietsb_core.evidence.statistics import STEPS, Interval, cumulative, t_mass, t_quantile

ABOVE, BELOW, EQUAL, UNDECIDED = "above", "below", "equal", "undecided"
Parts = list[tuple[float, list[float]]]  # of a contrast: weights, and the values whose mean each weight is of


@dataclass(frozen=True)
class Spread:
    """A standard deviation over seeds with its degrees of freedom."""

    deviation: float
    df: int


def pooled(groups: list[list[float]]) -> Spread | None:
    """The deviation that `groups` of values share; None where no group has two values."""
    squares = sum(float(np.sum((np.asarray(g) - np.mean(g)) ** 2)) for g in groups if len(g) > 1)
    df = sum(len(g) - 1 for g in groups if len(g) > 1)
    return Spread(math.sqrt(squares / df), df) if df else None


def bartlett(groups: list[list[float]]) -> float:
    """p of Bartlett's test that `groups` have one variance (Snedecor and Cochran 1989): 1 for fewer than two
    groups, and 0 where one group does not vary at all while others do."""
    groups = [g for g in groups if len(g) > 1]
    if len(groups) < 2:
        return 1.0
    dfs, variances = np.array([len(g) - 1 for g in groups]), np.array([np.var(g, ddof=1) for g in groups])
    if not variances.all():
        return float(not variances.any())
    whole, k = dfs.sum(), len(groups)
    statistic = whole * math.log(dfs @ variances / whole) - dfs @ np.log(variances)
    correction = 1 + ((1 / dfs).sum() - 1 / whole) / (3 * (k - 1))
    return chi2_tail(statistic / correction, k - 1)


def chi2_tail(x: float, df: int) -> float:
    """P(χ² > x) for `df` degrees of freedom: with χ² = y², the density of y is ∝ y^(df−1) exp(−y²/2)."""
    y = np.linspace(0, math.sqrt(df) + 40, STEPS)
    log_density = (df - 1) * np.log(np.maximum(y, 1e-300)) - y**2 / 2
    return float(1 - np.interp(math.sqrt(max(0.0, x)), y, cumulative(np.exp(log_density - log_density.max()))))


def t_tail(t: float, df: int) -> float:
    """P(|T| > t), two-sided."""
    return float(1 - np.interp(math.atan(abs(t) / math.sqrt(df)), *t_mass(df)))


def contrast(parts: Parts, spread: Spread | None) -> Interval:
    """The weighted sum of the means of `parts` with its 95 % interval by the shared `spread`; infinite without one."""
    mean, n = float(sum(weight * np.mean(values) for weight, values in parts)), min(len(values) for _, values in parts)
    if spread is None:
        return Interval(mean, -np.inf, np.inf, n)
    half = t_quantile(spread.df) * standard_error(parts, spread)
    return Interval(mean, mean - half, mean + half, n)


def standard_error(parts: Parts, spread: Spread) -> float:
    return spread.deviation * math.sqrt(sum(weight**2 / len(values) for weight, values in parts))


def difference(a: list[float], b: list[float], spread: Spread | None) -> Interval:
    """Mean of `a` minus that of `b`, see `contrast`."""
    return contrast([(1, a), (-1, b)], spread)


def p_value(parts: Parts, spread: Spread, found: float | None = None) -> float:
    """Two-sided p of a contrast of zero: of the value that `parts` have, or that was `found`."""
    value = contrast(parts, None).mean if found is None else found
    return t_tail(value / standard_error(parts, spread), spread.df)


def holm(ps: list[float]) -> list[float]:
    """p-values corrected for all of them being looked at (Holm 1979), in their order."""
    out, worst = [0.0] * len(ps), 0.0
    for done, at in enumerate(np.argsort(ps)):
        worst = max(worst, min(1.0, ps[at] * (len(ps) - done)))
        out[at] = worst
    return out


def word(value: Interval, margin: float) -> str:
    """above or below: the whole interval is on one side of zero. equal: it lies within ±`margin`. Else undecided."""
    if value.low > 0:
        return ABOVE
    if value.high < 0:
        return BELOW
    return EQUAL if -margin < value.low and value.high < margin else UNDECIDED


def logit_interval(values: list[float]) -> Interval:
    """Mean and 95 % interval of accuracies (fractions), on the logit scale so that it stays between 0 and 1."""
    mean, n = float(np.mean(values)), len(values)
    if n < 2 or not 0 < mean < 1:
        return Interval(mean, 0.0, 1.0, n)
    half = t_quantile(n - 1) * float(np.std(values, ddof=1)) / math.sqrt(n) / (mean * (1 - mean))
    low, high = (1 / (1 + math.exp(-(math.log(mean / (1 - mean)) + way * half))) for way in (-1, 1))
    return Interval(mean, low, high, n)
