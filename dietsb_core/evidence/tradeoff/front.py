"""What full training reaches at each cost, from controls: trainings on all data with shorter or longer schedules."""

from __future__ import annotations

import math
from collections.abc import Collection

import numpy as np

from dietsb_core.evidence.statistics import Interval, interval

SLACK = math.log(1.05)  # a control that costs 5 % more or less is one of equal cost


def is_control(row: dict) -> bool:
    """Whether a row is of full training, of whatever length."""
    return row["policy"] == "full"


def by_seed(row: dict) -> dict[int, float]:
    """Accuracy of each seed."""
    return dict(zip(row["seeds"], row["accuracies"], strict=True))


class Front:
    """What full training reaches at each cost: between two controls, linear in the logarithm of the cost.

    Where accuracy over the logarithm of cost bends downwards, full training is better between two controls than the
    line: the front is too low there, which favours the methods. By how much, and where it is the other way round,
    `left_out` shows.
    """

    def __init__(self, rows: list[dict], key: str = "total"):
        self.key, self.controls = key, sorted(filter(is_control, rows), key=lambda row: row[key])
        self.cost = np.log([row[key] for row in self.controls])

    def covers(self, cost: float) -> bool:
        """Whether there are controls on both sides of `cost`."""
        return len(self.cost) > 0 and within(math.log(cost), self.cost[0], self.cost[-1])

    def seed(self, cost: float, seed: int) -> float | None:
        """Accuracy at `cost` of one seed's controls; None where they do not reach on both sides of it."""
        points = [(x, by_seed(row)[seed]) for x, row in zip(self.cost, self.controls, strict=True)
                  if seed in row["seeds"]]
        if not points or not within(math.log(cost), points[0][0], points[-1][0]):
            return None
        return float(np.interp(math.log(cost), *zip(*points, strict=True)))

    def at(self, cost: float) -> Interval:
        """Mean and interval over the seeds whose controls reach on both sides of `cost`."""
        seeds = sorted({seed for row in self.controls for seed in row["seeds"]})
        return interval([value for seed in seeds if (value := self.seed(cost, seed)) is not None])

    def left_out(self) -> dict[int, Interval]:
        """{epochs: accuracy of a control less what its two neighbours alone predict} for every control between two
        others. Above zero the front is too low where that control is missing, below it too high."""
        three = zip(self.controls, self.controls[1:], self.controls[2:], strict=False)
        gaps = {row["epochs"]: difference(row, Front([before, after], self.key), row[self.key])
                for before, row, after in three}
        return {epochs: gap for epochs, gap in gaps.items() if gap.n}

    def off(self, cost: float, seeds: Collection[int] = ()) -> tuple[float, float] | None:
        """(too low, too high): by how much the front may be either at `cost`, for a comparison of `seeds`. By nothing
        where a control is that has them all; else by the gaps that leaving out one of the two controls next to it
        makes. None where neither is between two others, so that it cannot be checked, and beyond the controls."""
        if any(within(math.log(cost), at, at) and set(seeds) <= set(row["seeds"])
               for at, row in zip(self.cost, self.controls, strict=True)):
            return 0.0, 0.0
        after, gaps = int(np.searchsorted(self.cost, math.log(cost))), self.left_out()
        known = [gaps[row["epochs"]].mean for row in self.controls[max(0, after - 1):after + 1]
                 if row["epochs"] in gaps and self.covers(cost)]
        return (max(0.0, *known), max(0.0, *(-gap for gap in known))) if known else None

    def price(self, accuracy: float) -> float | None:
        """The least cost at which the controls' mean reaches `accuracy`. None where they never do, and where all are
        above it: it then costs less than the cheapest, but nothing says how much less."""
        means = [row["accuracy_mean"] for row in self.controls]
        first = next((i for i, mean in enumerate(means) if mean >= accuracy), None)
        if first is None or (first == 0 and not math.isclose(means[0], accuracy)):
            return None
        ends = slice(max(0, first - 1), first + 1)
        return math.exp(np.interp(accuracy, means[ends], self.cost[ends]))


def within(cost: float, low: float, high: float) -> bool:
    """Whether the logarithm of a cost lies between two others, or so near one that the cost counts as equal."""
    return low - SLACK <= cost <= high + SLACK


def differences(row: dict, front: Front, cost: float) -> list[float]:
    """Accuracy of a row less the front's at `cost`: a value for each seed whose controls reach on both sides of it."""
    own = by_seed(row)
    pairs = ((own[seed], front.seed(cost, seed)) for seed in own)
    return [mine - theirs for mine, theirs in pairs if theirs is not None]


def difference(row: dict, front: Front, cost: float) -> Interval:
    """Mean and interval of `differences`."""
    return interval(differences(row, front, cost))


def paired(row: dict, other: dict | None) -> Interval:
    """Accuracy of one row less another's, over the seeds that both have."""
    mine, theirs = by_seed(row), by_seed(other) if other else {}
    return interval([mine[seed] - theirs[seed] for seed in mine if seed in theirs])
