"""Comparisons of a few seeds each with a standard deviation that many configurations share, and what they say.

Three seeds know their own deviation badly: an interval from them alone is wide, or narrow by luck. Configurations of
one preset mostly scatter alike, so `shared` pools their deviations. `bartlett` checks that they may be pooled, and what
differs keeps a deviation of its own.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from dietsb_core.evidence.statistics import LEVEL, STEPS, Interval, cumulative, interval, t_quantile

ABOVE, BELOW, EQUAL, UNDECIDED = "above", "below", "equal", "undecided"
Values = Sequence[float]
Parts = list[tuple[float, Values]]  # of a contrast: weights, and the values whose mean each weight is of


@dataclass(frozen=True)
class Spread:
    """A standard deviation over seeds with its degrees of freedom, and the groups that do not share it."""

    deviation: float
    df: float
    apart: frozenset[tuple[float, ...]] = frozenset()

    def of(self, values: Values) -> Spread:
        """The deviation that holds for a group of values: this one, or its own where it does not share this one."""
        return pooled([values]) if tuple(values) in self.apart else self


def shared(groups: Iterable[Values]) -> Spread | None:
    """The deviation that those of `groups` share that may be pooled. While Bartlett's test says that they differ, the
    group that scatters most is left out. A group without any scatter, as of few test images, has no part in the test:
    its logarithm is not finite."""
    rest = sorted((tuple(group) for group in groups if len(group) > 1), key=np.var)
    apart: list[tuple[float, ...]] = []
    while bartlett([group for group in rest if np.ptp(group)]) < LEVEL:
        apart.append(rest.pop())
    return replace(pooled(rest), apart=frozenset(apart)) if rest else None


def pooled(groups: Sequence[Values]) -> Spread | None:
    """The deviation that `groups` of values share; None where no group has two values."""
    squares = sum(float(np.sum((np.asarray(g) - np.mean(g)) ** 2)) for g in groups if len(g) > 1)
    df = sum(len(g) - 1 for g in groups if len(g) > 1)
    return Spread(math.sqrt(squares / df), df) if df else None


def bartlett(groups: Sequence[Values]) -> float:
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
    y = np.linspace(0, math.sqrt(df) + 40, STEPS // 10)
    log_density = (df - 1) * np.log(np.maximum(y, 1e-300)) - y**2 / 2
    return float(1 - np.interp(math.sqrt(max(0.0, x)), y, cumulative(np.exp(log_density - log_density.max()))))


def contrast(parts: Parts, spread: Spread | None) -> Interval:
    """The weighted sum of the means of `parts` with its 95 % interval by the shared `spread`; infinite without one."""
    mean, n = float(sum(weight * np.mean(values) for weight, values in parts)), min(len(values) for _, values in parts)
    if spread is None:
        return Interval(mean, -np.inf, np.inf, n)
    error = standard_error(parts, spread)
    half = t_quantile(error.df) * error.deviation
    return Interval(mean, mean - half, mean + half, n, error.deviation, error.df)


def standard_error(parts: Parts, spread: Spread) -> Spread:
    """The deviation of a contrast. Where parts have deviations of their own, its degrees of freedom are Welch and
    Satterthwaite's (1946)."""
    variances: Counter[Spread] = Counter()
    for weight, values in parts:
        own = spread.of(values)
        variances[own] += weight**2 * own.deviation**2 / len(values)
    whole = sum(variances.values())
    df = whole**2 / sum(part**2 / own.df for own, part in variances.items()) if whole else spread.df
    return Spread(math.sqrt(whole), df)


def difference(a: Values, b: Values, spread: Spread | None) -> Interval:
    """Mean of `a` minus that of `b`, see `contrast`."""
    return contrast([(1, a), (-1, b)], spread)


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


def logit_interval(values: Values) -> Interval:
    """Mean and 95 % interval of accuracies (fractions), on the logit scale so that it stays between 0 and 1."""
    return bounded(interval(values))


def bounded(value: Interval) -> Interval:
    """The interval of an accuracy (a fraction) on the logit scale: its ends stay between 0 and 1."""
    if value.n < 2 or not 0 < value.mean < 1:
        return replace(value, low=0.0, high=1.0)
    half = t_quantile(value.df) * value.error / (value.mean * (1 - value.mean))
    low, high = (1 / (1 + math.exp(-(math.log(value.mean / (1 - value.mean)) + way * half))) for way in (-1, 1))
    return replace(value, low=min(low, value.mean), high=max(high, value.mean))  # of no width, rounding moves them
