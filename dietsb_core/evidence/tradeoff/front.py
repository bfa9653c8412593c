"""What full training reaches at each cost, from controls: trainings on all data of other lengths and batch sizes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

import numpy as np

from dietsb_core.evidence.pooled import Spread, bounded, contrast, shared
from dietsb_core.evidence.row import Row
from dietsb_core.evidence.statistics import Interval

SLACK = math.log(1.05)  # a control that costs 5 % more or less is one of equal cost


class Priced(Protocol):
    """What has an accuracy and a total cost."""

    @property
    def accuracy(self) -> Interval: ...
    @property
    def total(self) -> float: ...


T = TypeVar("T", bound=Priced)
R = TypeVar("R")


def pareto(rows: Sequence[T]) -> list[T]:
    """The rows for which no other row is both as cheap and more accurate, by total cost."""
    return best(rows, lambda row: row.total)


def best(rows: Sequence[R], cost: Callable[[R], float]) -> list[R]:
    """The same by any `cost`."""
    out: list[R] = []
    for row in sorted(rows, key=lambda row: (cost(row), -row.accuracy.mean)):
        if not out or row.accuracy.mean > out[-1].accuracy.mean:
            out.append(row)
    return out


def beside(at: float, controls: Sequence[R], cost: Callable[[R], float]) -> list[tuple[float, R]]:
    """The control that costs `at`, as (weight, control) pairs whose weights sum to 1: the best control of equal cost
    where there is one. Else a point on the line between two of the best, over the logarithm of the cost, the dearer one
    last; or the best of all where dearer controls are no better. Empty beyond the controls."""
    equal = [control for control in controls if abs(math.log(cost(control) / at)) <= SLACK]
    if equal:
        return [(1.0, max(equal, key=lambda control: control.accuracy.mean))]
    if not any(cost(c) < at for c in controls) or not any(cost(c) > at for c in controls):
        return []
    known = line(controls, cost)
    after = next((i for i, control in enumerate(known) if cost(control) > at), None)
    if after is None:
        return [(1.0, known[-1])]
    low, high = (math.log(cost(control)) for control in known[after - 1:after + 1])
    share = (math.log(at) - low) / (high - low)
    return [(1 - share, known[after - 1]), (share, known[after])]


def line(controls: Sequence[R], cost: Callable[[R], float]) -> list[R]:
    """The controls between which there is a line: of those of equal cost the best, and none that is dearer than a
    better one."""
    out: list[R] = []
    for control in best(controls, cost):
        if out and math.log(cost(control) / cost(out[-1])) <= SLACK:
            out.pop()
        out.append(control)
    return out


class Front:
    """What full training reaches at each cost, which is their `total` where `rows` are Costed, or the field that `key`
    names, such as `steps`. Differences are known by the deviation `spread` that the rows of a page share.

    Where accuracy over the logarithm of cost bends downwards, full training is better than the line between two
    controls. The front is then too low, which favours the methods. `left_out` measures the error, in either direction.
    """

    def __init__(self, rows: Iterable[Row], key: str = "total"):
        rows, self.key = list(rows), key
        self.controls = sorted((row for row in rows if row.is_control), key=self.cost_of)
        self.spread = pool(rows)

    def cost_of(self, row: Row) -> float:
        """What `row` costs, as this front counts."""
        return getattr(row, self.key)

    def at(self, cost: float) -> Interval:
        """Full training's accuracy at a cost; of no value beyond the controls."""
        return bounded(compared(beside(cost, self.controls, self.cost_of), self.spread))

    def gain(self, row: Row) -> Interval:
        """Accuracy of `row` minus full training's at its cost; of no value beyond the controls."""
        theirs = beside(self.cost_of(row), self.controls, self.cost_of)
        return compared([(1.0, row), *minus(theirs)] if theirs else [], self.spread)

    def left_out(self) -> list[tuple[Row, Interval]]:
        """Each control between two others on the line, with its accuracy minus what these two predict. Above zero the
        front is too low where that control is missing; below zero it is too high."""
        known = line(self.controls, self.cost_of)
        three = zip(known, known[1:], known[2:], strict=False)
        return [(row, compared([(1.0, row), *minus(beside(self.cost_of(row), [before, after], self.cost_of))],
                               self.spread)) for before, row, after in three]

    def interpolation_error(self, cost: float) -> tuple[float, float] | None:
        """(too low, too high): by how much the front may be either at `cost`. Both are zero where a control has that
        cost. Otherwise they are the errors of the two controls next to the cost, each left out in turn. None where
        neither lies between two others, and beyond the controls."""
        theirs = beside(cost, self.controls, self.cost_of)
        if any(abs(math.log(self.cost_of(row) / cost)) <= SLACK for _, row in theirs):
            return 0.0, 0.0
        near = {row.setting for _, row in theirs}
        known = [gap.mean for row, gap in self.left_out() if row.setting in near]
        return (max(0.0, *known), max(0.0, *(-gap for gap in known))) if known else None

    def price(self, accuracy: float) -> float | None:
        """The least cost at which the controls' mean reaches `accuracy`. None where they never do, and where all
        controls are above it: it then costs less than the cheapest one, but the front does not say how much less."""
        known = line(self.controls, self.cost_of)
        means = [row.accuracy.mean for row in known]
        first = next((i for i, mean in enumerate(means) if mean >= accuracy), None)
        if first is None or (first == 0 and not math.isclose(means[0], accuracy)):
            return None
        ends = slice(max(0, first - 1), first + 1)
        return math.exp(np.interp(accuracy, means[ends], np.log([self.cost_of(row) for row in known[ends]])))


def pool(rows: Iterable[Row]) -> Spread | None:
    """The deviation over seeds that the configurations of a page share, each counted once."""
    return shared({row.setting: row.accuracies for row in rows if row.compared}.values())


def minus(parts: list[tuple[float, Row]]) -> list[tuple[float, Row]]:
    return [(-weight, row) for weight, row in parts]


def compared(parts: list[tuple[float, Row]], spread: Spread | None) -> Interval:
    """A weighted sum of the accuracies of rows, with its interval. A row that is in it twice counts by the sum of its
    weights; of no rows, an interval of no value."""
    if not parts:
        return Interval(float("nan"), -np.inf, np.inf, 0)
    weights: Counter[tuple[object, ...]] = Counter()
    for weight, row in parts:
        weights[row.setting] += weight
    rows = {row.setting: row for _, row in parts}
    return contrast([(weights[setting], row.accuracies) for setting, row in rows.items()], spread)
