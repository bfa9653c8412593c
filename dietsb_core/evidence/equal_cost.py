"""A setting beside the controls of its total cost: how much more accurate it is, and how sure that is."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from dietsb_core.evidence.pooled import Parts, Spread, contrast, p_value
from dietsb_core.evidence.settings import Setting
from dietsb_core.evidence.statistics import Interval
from dietsb_core.evidence.tradeoff import pareto
from dietsb_core.evidence.tradeoff.front import SLACK


@dataclass(frozen=True)
class Gain:
    """`value`: the accuracy of a setting minus the front's at its cost. Its interval reaches lower by `allowed`, by
    which full training may be above the line between two controls; 0 where a control has that very cost. `control` is
    the setting that was compared with, or the dearer of the two. `p`: two-sided, of no gain; None of one seed alone."""

    control: Setting
    value: Interval
    allowed: float
    p: float | None


def gain(one: Setting, controls: list[Setting], spread: Spread | None) -> Gain | None:
    """A setting beside `controls`, of which those count for which no cheaper one is as accurate. The best control of
    equal cost counts where there is one. Else it is a point on the line between the two neighbours, over the logarithm
    of the cost, or the best cheaper control where a dearer one gains nothing. Beyond the controls it is None, but for a
    setting that a cheaper control beats."""
    front = pareto(controls)
    at, costs = math.log(one.total), [math.log(control.total) for control in front]
    equal = [control for control, cost in zip(front, costs, strict=True) if abs(cost - at) <= SLACK]
    if equal:
        return beside(one, max(equal, key=lambda control: control.accuracy.mean), spread)
    if not costs or at < costs[0]:
        return None
    if at > costs[-1]:
        within = at <= math.log(max(control.total for control in controls)) + SLACK
        return beside(one, front[-1], spread) if within or one.accuracy.mean < front[-1].accuracy.mean else None
    after = int(np.searchsorted(costs, at))
    share = (at - costs[after - 1]) / (costs[after] - costs[after - 1])
    line = [(share - 1, front[after - 1].accuracies), (-share, front[after].accuracies)]
    return judged(front[after], [(1, one.accuracies), *line], above_line(front, costs, at, after), spread)


def beside(one: Setting, control: Setting, spread: Spread | None) -> Gain:
    """A setting minus one control, for which nothing need be allowed."""
    return judged(control, [(1, one.accuracies), (-1, control.accuracies)], 0.0, spread)


def above_line(front: list[Setting], costs: list[float], at: float, after: int) -> float:
    """By how much full training of log cost `at` may be above the line from control `after` − 1 to `after`. What longer
    training gains shrinks with every doubling, so it is not above the dearer control, nor above the line through the
    two cheaper ones. (Left-out controls bear this out, see the page on cost.)"""
    known = [control.accuracy.mean for control in front]
    line, bound = float(np.interp(at, costs, known)), known[after]
    if after > 1:
        slope = (known[after - 1] - known[after - 2]) / (costs[after - 1] - costs[after - 2])
        bound = min(bound, known[after - 1] + slope * (at - costs[after - 1]))
    return max(0.0, bound - line)


def judged(control: Setting, parts: Parts, allowed: float, spread: Spread | None) -> Gain:
    """The contrast `parts`, with `allowed` for the line. Its p is of the nearest gain that the line allows."""
    value = contrast(parts, spread)
    nearest = max(0.0, value.mean - allowed) if value.mean > 0 else value.mean
    p = None if spread is None or value.n < 2 else p_value(parts, spread, nearest)
    return Gain(control, replace(value, low=value.low - allowed), allowed, p)
