"""A setting beside the controls of its total cost: how much more accurate it is, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dietsb_core.evidence.pooled import Spread, contrast
from dietsb_core.evidence.settings import Setting
from dietsb_core.evidence.statistics import Interval
from dietsb_core.evidence.tradeoff import pareto
from dietsb_core.evidence.tradeoff.front import SLACK, beside, line


@dataclass(frozen=True)
class Gain:
    """`value`: the accuracy of a setting minus the controls' at its cost. Its interval reaches lower by `allowed`, by
    which full training may be above the line between two controls; 0 where a control has that very cost. `control` is
    the setting that was compared with, or the dearer of the two."""

    control: Setting
    value: Interval
    allowed: float

    @property
    def p(self) -> float | None:
        """Two-sided, of no gain; None where a mean is of one seed, or no deviation is known."""
        return self.value.p() if self.value.n > 1 and self.value.df else None


def gain(one: Setting, controls: Sequence[Setting], spread: Spread | None) -> Gain | None:
    """A setting beside `controls`, of which those count for which no cheaper one is as accurate: the best of equal cost
    where there is one, else a point on the line between two. None beyond the controls, but for a setting that a cheaper
    control beats."""
    front = pareto(controls)
    theirs = beside(one.total, front, total) or past(one, front, controls)
    if not theirs:
        return None
    parts = [(1.0, one.accuracies), *((-weight, control.accuracies) for weight, control in theirs)]
    value, allowed = contrast(parts, spread), above_line(one.total, front) if len(theirs) > 1 else 0.0
    return Gain(theirs[-1][1], replace(value, low=value.low - allowed), allowed)


def total(one: Setting) -> float:
    return one.total


def past(one: Setting, front: Sequence[Setting], controls: Sequence[Setting]) -> list[tuple[float, Setting]]:
    """The best control, for a setting that costs more: where dearer ones gain nothing, or where it is better anyway."""
    if not front or one.total < front[-1].total:
        return []
    known = one.total <= max(map(total, controls)) * math.exp(SLACK)
    return [(1.0, front[-1])] if known or one.accuracy.mean < front[-1].accuracy.mean else []


def above_line(at: float, front: Sequence[Setting]) -> float:
    """By how much full training of cost `at` may be above the line between the two controls next to it. What longer
    training gains shrinks with every doubling, so it is not above the dearer control, nor above the line through the
    two cheaper ones. (Left-out controls bear this out, see the page on cost.)"""
    known = line(front, total)
    costs, means = np.log([total(one) for one in known]), [one.accuracy.mean for one in known]
    after, at = int(np.searchsorted(costs, math.log(at))), math.log(at)
    bound = means[after]
    if after > 1:
        slope = (means[after - 1] - means[after - 2]) / (costs[after - 1] - costs[after - 2])
        bound = min(bound, means[after - 1] + slope * (at - costs[after - 1]))
    return max(0.0, float(bound - np.interp(at, costs, means)))
