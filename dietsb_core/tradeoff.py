"""Accuracy against TOTAL cost: making scores, selecting and training, beside what full training buys for as much.

It works on the rows of a report. The controls are full training with shorter (or longer) schedules, seed by seed.
"""

from __future__ import annotations

import math

import numpy as np

from dietsb_core.errors import UserError
from dietsb_core.statistics import Interval, interval

UNITS = {"flops": ("flops", "scoring_flops"), "seconds": ("seconds", "scoring_seconds"),
         "cpu_seconds": ("cpu_seconds", "scoring_cpu_seconds"), "joules": ("joules", "scoring_joules")}
SLACK = math.log(1.05)  # a control that costs 5 % more or less is one of equal cost
ABOVE, BELOW, LEVEL, OUTSIDE, UNKNOWN = "above", "below", "level", "outside", "unknown"


def is_control(row: dict) -> bool:
    """Whether a row is of full training, of whatever length."""
    return row["policy"] == "full"


def costs(rows: list[dict], unit: str = "flops") -> list[dict]:
    """`rows` of trainings that are compared, each with `training`, `scoring` and `total`: its cost in units of full
    training, which is the first row of it. Rows whose cost in `unit` is unknown are left out."""
    if unit not in UNITS:
        raise UserError(f"no unit of cost {unit!r}; there are: {', '.join(UNITS)}")
    if not (full := next((row for row in rows if is_control(row)), None)):
        raise UserError("full training is not on record, and everything is measured by it: run it first")
    train, score = UNITS[unit]
    if not full[train]:
        return []
    known = [row for row in rows if row[train] is not None and row[score] is not None and row["compared"]]
    return [row | {"training": row[train] / full[train], "scoring": row[score] / full[train],
                   "total": (row[train] + row[score]) / full[train]} for row in known]


def by_seed(row: dict) -> dict[int, float]:
    """Accuracy of each seed."""
    return dict(zip(row["seeds"], row["accuracies"], strict=True))


class Front:
    """What full training reaches at each cost: between two controls, linear in the logarithm of the cost."""

    def __init__(self, rows: list[dict], key: str = "total"):
        self.controls = sorted(filter(is_control, rows), key=lambda row: row[key])
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

    def price(self, accuracy: float) -> float | None:
        """The least cost at which the controls' mean reaches `accuracy`; None where they never do."""
        means = [row["accuracy_mean"] for row in self.controls]
        first = next((i for i, mean in enumerate(means) if mean >= accuracy), None)
        if first is None:
            return None
        ends = slice(max(0, first - 1), first + 1)
        return math.exp(np.interp(accuracy, means[ends], self.cost[ends]))


def within(cost: float, low: float, high: float) -> bool:
    """Whether the logarithm of a cost lies between two others, or so near one that the cost counts as equal."""
    return low - SLACK <= cost <= high + SLACK


def difference(row: dict, front: Front, cost: float) -> Interval:
    """Accuracy of a row less the front's at `cost`, seed by seed."""
    own = by_seed(row)
    pairs = ((own[seed], front.seed(cost, seed)) for seed in own)
    return interval([mine - theirs for mine, theirs in pairs if theirs is not None])


def against(row: dict, front: Front) -> str:
    """above: the row's whole interval is higher than the front's at its total cost. below: it is lower. level: they
    meet. outside: no control is as cheap, or as dear. unknown: one seed gives no interval."""
    if not front.covers(row["total"]):
        return OUTSIDE
    theirs, mine = front.at(row["total"]), interval(row["accuracies"])
    if mine.n < 2 or theirs.n < 2:
        return UNKNOWN
    if mine.low > theirs.high:
        return ABOVE
    return BELOW if mine.high < theirs.low else LEVEL


def reuses(row: dict, front: Front) -> float | None:
    """How many trainings must share a score before it pays: scoring / (what the controls pay for the same accuracy,
    less this training). 1 where no score is made and it pays at once; None where it never does, or is not known."""
    price = front.price(row["accuracy_mean"])
    if price is None or price <= row["training"]:
        return None
    return float(max(1, math.ceil(row["scoring"] / (price - row["training"]) - 1e-9)))


def pareto(rows: list[dict]) -> list[dict]:
    """The rows that no other is both as cheap and more accurate than, by total cost."""
    out: list[dict] = []
    for row in sorted(rows, key=lambda row: (row["total"], -row["accuracy_mean"])):
        if not out or row["accuracy_mean"] > out[-1]["accuracy_mean"]:
            out.append(row)
    return out


def judged(rows: list[dict], unit: str = "flops") -> list[dict]:
    """Rows with their cost in `unit`, the front's accuracy at it, what they are against it (see `against`), the
    differences to full training at equal epochs, steps and total cost, and how often a score must be reused."""
    rows = costs(rows, unit)
    total, steps = Front(rows), Front(rows, "steps")
    length = next((row["epochs"] for row in rows if is_control(row)), 0)
    full = {row["epochs"]: row for row in rows if is_control(row)}
    best = {id(row) for row in pareto(rows)}
    return [row | {
        "front": total.at(row["total"]), "against_front": against(row, total), "pareto": id(row) in best,
        "less_equal_cost": difference(row, total, row["total"]),
        "less_equal_steps": difference(row, steps, row["steps"]),
        "less_equal_epochs": paired(row, full.get(row["epochs"], full.get(length))),
        "reuses_to_pay": None if is_control(row) else reuses(row, total),
    } for row in rows]


def by_length(rows: list[dict], unit: str = "flops") -> dict[str, dict[int, list[float]]]:
    """{policy: {epochs: a value a seed}}: accuracy less that of full training of the same cost, scores not charged,
    since those of one length serve all."""
    rows = costs(rows, unit)
    front, out = Front(rows, "training"), {}
    for row in (row for row in rows if not is_control(row)):
        own = by_seed(row)
        theirs = {seed: front.seed(row["training"], seed) for seed in own}
        values = [own[seed] - theirs[seed] for seed in own if theirs[seed] is not None]
        if values:
            out.setdefault(row["policy"], {})[row["epochs"]] = values
    return {policy: dict(sorted(lengths.items())) for policy, lengths in out.items()}


def paired(row: dict, other: dict | None) -> Interval:
    """Accuracy of one row less another's, over the seeds that both have."""
    mine, theirs = by_seed(row), by_seed(other) if other else {}
    return interval([mine[seed] - theirs[seed] for seed in mine if seed in theirs])
