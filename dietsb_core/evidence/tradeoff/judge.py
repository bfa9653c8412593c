"""Which trainings lie above what full training buys for the same cost."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from dietsb_core.evidence.pooled import UNDECIDED, word
from dietsb_core.evidence.row import Row
from dietsb_core.evidence.statistics import MARGIN, Interval
from dietsb_core.evidence.tradeoff.front import Front, compared, pareto
from dietsb_core.evidence.tradeoff.units import WORDS, Costed, costs

OUTSIDE, UNKNOWN = "outside", "unknown"


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


def against(gain: Interval, error: tuple[float, float] | None) -> str:
    """What is known of a `gain` at equal cost, see pooled.word: above, below, equal or undecided, whatever the line
    between two controls may be off by. outside: no control is as cheap, or as dear. unknown: of one seed."""
    if not gain.n:
        return OUTSIDE
    return UNKNOWN if gain.n < 2 else word(widened(gain, error), MARGIN)


def widened(gain: Interval, error: tuple[float, float] | None) -> Interval:
    """The interval extended by the possible error of the line between two controls, in both directions, and without
    limit where that error is not known."""
    low, high = error or (np.inf, np.inf)
    return replace(gain, low=gain.low - low, high=gain.high + high)


def advantage(row: Judged) -> Interval:
    """The gain of a method over full training of the same cost, with what the line may be off by."""
    return widened(row.gain_at_equal_cost, row.interpolation_error)


def doubtful(row: Judged) -> bool:
    """Whether a row would be decided if the line between two controls were exact."""
    return row.against_front == UNDECIDED != word(row.gain_at_equal_cost, MARGIN)


def reuses(row: Costed, front: Front) -> float | None:
    """How many trainings must share a score before it pays: scoring / (the controls' price of the same accuracy
    minus this training's cost). 1 where no score is made and it pays at once. None where it never pays, or where
    that is not known. It goes by the means over seeds."""
    price = front.price(row.accuracy.mean)
    return None if price is None else paid_back(row.scoring, price - row.training)


def paid_back(scoring: float, saving: float) -> float | None:
    """How many trainings must share `scoring` before each, which saves `saving`, has paid its share; None where there
    is no saving."""
    return float(max(1, math.ceil(scoring / saving - 1e-9))) if saving > 0 else None


def judged(rows: list[Row], unit: str = "flops", epochs: int = 0) -> list[Judged]:
    """Rows with their cost in `unit` (see `costs`), beside full training of the same cost, steps and epochs."""
    found = costs(rows, unit, epochs)
    best = pareto(found)
    total, steps = Front(found), Front(found, "steps")
    return [one(row, total, steps, row in best) for row in found]


def one(row: Costed, total: Front, steps: Front, best: bool) -> Judged:
    """A row beside full training, tuned over batch size where there are several."""
    gain, error = total.gain(row), total.interpolation_error(row.total)
    alike = [control for control in total.controls if control.epochs == row.epochs]
    full = max(alike, key=lambda control: control.accuracy.mean, default=None)
    return Judged(
        **vars(row), front=total.at(row.total), interpolation_error=error, against_front=against(gain, error),
        pareto=best, gain_at_equal_cost=gain, less_equal_steps=steps.gain(row),
        less_equal_epochs=compared([(1.0, row), (-1.0, full)] if full else [], total.spread),
        reuses_to_pay=None if row.is_control else reuses(row, total))


def priced(rows: list[Row], epochs: int = 0) -> dict[str, list[Judged]]:
    """{unit: `judged` rows} in floating-point operations, and in every other unit in which a method's cost is known.
    The process's own seconds replace those of the clock where they exist, since the clock counts other work on the
    machine."""
    found = {unit: judged(rows, unit, epochs) for unit in WORDS}
    found = {unit: rows for unit, rows in found.items() if unit == "flops" or not all(row.is_control for row in rows)}
    if "cpu_seconds" in found:
        found.pop("seconds", None)
    return found


def by_length(rows: list[Judged]) -> dict[str, dict[int, Interval]]:
    """{policy: {epochs: accuracy minus that of full training of the same cost}}."""
    out: dict[str, dict[int, Interval]] = {}
    for row in (row for row in rows if not row.is_control and row.gain_at_equal_cost.n):
        out.setdefault(row.policy, {})[row.epochs] = row.gain_at_equal_cost
    return {policy: dict(sorted(lengths.items())) for policy, lengths in out.items()}
