"""What full training reaches at each cost, from controls: trainings on all data with shorter or longer schedules."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable

import numpy as np

from dietsb_core.evidence.row import Row
from dietsb_core.evidence.statistics import Interval, interval

SLACK = math.log(1.05)  # a control that costs 5 % more or less is one of equal cost


class Front:
    """What full training reaches at each cost: between two controls, linear in the logarithm of the cost. The cost of
    `rows` is their `total`, where they are Costed, or the field that `key` names, such as `steps`.

    Where accuracy over the logarithm of cost bends downwards, full training is better than this line. The front is
    then too low, which favours the methods. `left_out` measures the error, in either direction.
    """

    def __init__(self, rows: Iterable[Row], key: str = "total"):
        self.key = key
        self.controls = sorted((row for row in rows if row.is_control), key=self.cost_of)
        self.cost = np.log([self.cost_of(row) for row in self.controls])

    def cost_of(self, row: Row) -> float:
        """What `row` costs, as this front counts."""
        return getattr(row, self.key)

    def covers(self, cost: float) -> bool:
        """Whether there are controls on both sides of `cost`."""
        return len(self.cost) > 0 and within(math.log(cost), self.cost[0], self.cost[-1])

    def seed(self, cost: float, seed: int) -> float | None:
        """Accuracy at `cost` of one seed's controls; None where they do not reach on both sides of it."""
        points = [(x, row.by_seed[seed]) for x, row in zip(self.cost, self.controls, strict=True)
                  if seed in row.seeds]
        if not points or not within(math.log(cost), points[0][0], points[-1][0]):
            return None
        return float(np.interp(math.log(cost), *zip(*points, strict=True)))

    def at(self, cost: float) -> Interval:
        """Mean and interval over the seeds whose controls reach on both sides of `cost`."""
        seeds = sorted({seed for row in self.controls for seed in row.seeds})
        return interval([value for seed in seeds if (value := self.seed(cost, seed)) is not None])

    def gains(self, row: Row) -> list[float]:
        """Accuracy of `row` minus the front's at its cost: a value for each seed whose controls reach on both sides of
        it."""
        pairs = ((mine, self.seed(self.cost_of(row), seed)) for seed, mine in row.by_seed.items())
        return [mine - theirs for mine, theirs in pairs if theirs is not None]

    def left_out(self) -> dict[int, Interval]:
        """{epochs: accuracy of a control minus what its two neighbours predict} for every control between two
        others. Above zero the front is too low where that control is missing; below zero it is too high."""
        three = zip(self.controls, self.controls[1:], self.controls[2:], strict=False)
        gaps = {row.epochs: interval(Front([before, after], self.key).gains(row)) for before, row, after in three}
        return {epochs: gap for epochs, gap in gaps.items() if gap.n}

    def interpolation_error(self, cost: float, seeds: Collection[int] = ()) -> tuple[float, float] | None:
        """(too low, too high): by how much the front may be either at `cost`, for a comparison of `seeds`. Both are
        zero where a control has that cost and all of the seeds. Otherwise they are the errors of the two controls
        next to the cost, each left out in turn. None where neither lies between two others, and beyond the controls."""
        if any(within(math.log(cost), at, at) and set(seeds) <= set(row.seeds)
               for at, row in zip(self.cost, self.controls, strict=True)):
            return 0.0, 0.0
        after, gaps = int(np.searchsorted(self.cost, math.log(cost))), self.left_out()
        known = [gaps[row.epochs].mean for row in self.controls[max(0, after - 1):after + 1]
                 if row.epochs in gaps and self.covers(cost)]
        return (max(0.0, *known), max(0.0, *(-gap for gap in known))) if known else None

    def price(self, accuracy: float) -> float | None:
        """The least cost at which the controls' mean reaches `accuracy`. None where they never do, and where all
        controls are above it: it then costs less than the cheapest one, but the front does not say how much less."""
        means = [row.accuracy.mean for row in self.controls]
        first = next((i for i, mean in enumerate(means) if mean >= accuracy), None)
        if first is None or (first == 0 and not math.isclose(means[0], accuracy)):
            return None
        ends = slice(max(0, first - 1), first + 1)
        return math.exp(np.interp(accuracy, means[ends], self.cost[ends]))


def within(cost: float, low: float, high: float) -> bool:
    """Whether the logarithm of a cost lies between two others, or so near one that the cost counts as equal."""
    return low - SLACK <= cost <= high + SLACK


def paired(row: Row, other: Row | None) -> Interval:
    """Accuracy of one row minus another's, over the seeds that both have."""
    theirs = other.by_seed if other else {}
    return interval([mine - theirs[seed] for seed, mine in row.by_seed.items() if seed in theirs])
