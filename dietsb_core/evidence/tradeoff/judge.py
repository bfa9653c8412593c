"""Which trainings lie above what full training buys for the same cost, seed by seed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from dietsb_core.evidence.row import Row
from dietsb_core.evidence.statistics import Interval, interval
from dietsb_core.evidence.tradeoff.front import Front, paired
from dietsb_core.evidence.tradeoff.units import WORDS, Costed, costs

ABOVE, BELOW, LEVEL, OUTSIDE, UNKNOWN = "above", "below", "level", "outside", "unknown"


@dataclass(frozen=True, kw_only=True)
class Judged(Costed):
    """A row beside the controls. An interval of no values is of what has no control to compare with."""

    front: Interval  # the controls' accuracy at its total cost
    interpolation_error: tuple[float, float] | None  # see Front.interpolation_error
    against_front: str  # see `against`
    pareto: bool  # whether it is on the Pareto front of all rows, see `pareto`
    gain_at_equal_cost: Interval  # its accuracy minus full training's at equal total cost
    less_equal_steps: Interval  # the same at equal steps
    less_equal_epochs: Interval  # and at equal epochs, of no other length
    reuses_to_pay: float | None  # see `reuses`; None of a control too


def against(row: Costed, front: Front) -> str:
    """above: the row's whole interval is higher than the front's at its total cost. below: it is lower. level: they
    meet. outside: no control is as cheap, or as dear. unknown: one seed gives no interval."""
    if not front.covers(row.total):
        return OUTSIDE
    theirs, mine = front.at(row.total), row.accuracy
    if mine.n < 2 or theirs.n < 2:
        return UNKNOWN
    if mine.low > theirs.high:
        return ABOVE
    return BELOW if mine.high < theirs.low else LEVEL


def reuses(row: Costed, front: Front) -> float | None:
    """How many trainings must share a score before it pays: scoring / (the controls' price of the same accuracy
    minus this training's cost). 1 where no score is made and it pays at once. None where it never pays, or where
    that is not known. It goes by the means over seeds."""
    price = front.price(row.accuracy.mean)
    if price is None or price <= row.training:
        return None
    return float(max(1, math.ceil(row.scoring / (price - row.training) - 1e-9)))


class Priced(Protocol):
    """What has an accuracy and a total cost."""

    @property
    def accuracy(self) -> Interval: ...
    @property
    def total(self) -> float: ...


T = TypeVar("T", bound=Priced)


def pareto(rows: Sequence[T]) -> list[T]:
    """The rows for which no other row is both as cheap and more accurate, by total cost."""
    out: list[T] = []
    for row in sorted(rows, key=lambda row: (row.total, -row.accuracy.mean)):
        if not out or row.accuracy.mean > out[-1].accuracy.mean:
            out.append(row)
    return out


def judged(rows: list[Row], unit: str = "flops", epochs: int = 0) -> list[Judged]:
    """Rows with their cost in `unit` (see `costs`), beside full training of the same cost, steps and epochs."""
    found = costs(rows, unit, epochs)
    total, steps, best = Front(found), Front(found, "steps"), pareto(found)
    full = {row.epochs: row for row in found if row.is_control}
    return [Judged(
        **vars(row), front=total.at(row.total), interpolation_error=total.interpolation_error(row.total, row.seeds),
        against_front=against(row, total), pareto=row in best,
        gain_at_equal_cost=interval(total.gains(row)), less_equal_steps=interval(steps.gains(row)),
        less_equal_epochs=paired(row, full.get(row.epochs)),
        reuses_to_pay=None if row.is_control else reuses(row, total)) for row in found]


def priced(rows: list[Row], epochs: int = 0) -> dict[str, list[Judged]]:
    """{unit: `judged` rows} in floating-point operations, and in every other unit in which a method's cost is known.
    The process's own seconds replace those of the clock where they exist, since the clock counts other work on the
    machine."""
    found = {unit: judged(rows, unit, epochs) for unit in WORDS}
    found = {unit: rows for unit, rows in found.items() if unit == "flops" or not all(row.is_control for row in rows)}
    if "cpu_seconds" in found:
        found.pop("seconds", None)
    return found


def by_length(rows: list[Judged]) -> dict[str, dict[int, list[float]]]:
    """{policy: {epochs: a value a seed}}: accuracy minus that of full training of the same cost."""
    front, out = Front(rows), {}
    for row in (row for row in rows if not row.is_control):
        if values := front.gains(row):
            out.setdefault(row.policy, {})[row.epochs] = values
    return {policy: dict(sorted(lengths.items())) for policy, lengths in out.items()}
