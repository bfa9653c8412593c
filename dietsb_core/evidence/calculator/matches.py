"""What recorded trainings of a method reached, each beside full training of the same total cost, in a sentence."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from dietsb_core.evidence.calculator.rules import VARIANTS
from dietsb_core.evidence.statistics import Interval
from dietsb_core.evidence.tradeoff import Judged
from dietsb_core.evidence.verdicts import label
from dietsb_core.evidence.when import Compared


@dataclass(frozen=True)
class Match:
    """`said`: what the variant `name` reached on record, at a kept fraction and a number of epochs."""

    name: str
    keep: float
    epochs: int
    said: str


def matches(lines: Iterable[Compared], rows: Iterable[Judged]) -> list[Match]:
    """One for each method, rate, data and length on record that has full training of its cost beside it. The `lines` of
    regimes come before the `rows` of the page on cost, which have no correction for their number. Of several batch
    sizes the most accurate counts."""
    out: dict[tuple[object, ...], Match] = {}
    best = sorted((one for one in lines if one.over_full and not one.is_control),
                  key=lambda one: -one.setting.accuracy.mean)
    for one in best:
        run, found = one.setting.run, one.over_full
        add(out, run.policy, dict(run.options), run.keep, run.data, run.epochs, one.setting.accuracy.mean,
            one.setting.total, found.value, one.verdict_over_full)
    for row in (row for row in rows if not row.is_control and row.gain_at_equal_cost.n):
        add(out, row.policy, row.options, row.keep, row.data, row.epochs, row.accuracy.mean,
            row.total * row.unit_epochs, row.gain_at_equal_cost, row.against_front)
    return list(out.values())


def add(out: dict[tuple[object, ...], Match], policy: str, options: dict[str, object], keep: float, data: str,
        epochs: int, accuracy: float, total: float, gain: Interval, verdict: str) -> None:
    """Put a match into `out` where the calculator offers its method and has none yet of that rate, data and length."""
    options = {name: value for name, value in options.items() if name != "threshold"}
    name = next((name for name, variant in VARIANTS.items() if variant == (policy, options)), None)
    if name is None or (name, keep, data, epochs) in out:
        return
    said = (f"{label((policy, keep))} reached {100 * accuracy:.1f} % on {data} in {epochs} epochs, at a total cost of "
            f"{total:.1f} epochs. Beside full training of that cost: {points(gain)}, {verdict}.")
    out[name, keep, data, epochs] = Match(name, keep, epochs, said)


def points(gain: Interval) -> str:
    """`+2.1 points (1.3 to 2.9)`; of one seed, the mean alone."""
    mean, low, high = (100 * value for value in (gain.mean, gain.low, gain.high))
    return f"{mean:+.1f} points" + (f" ({low:.1f} to {high:.1f})" if gain.n > 1 and math.isfinite(high - low) else "")


def nearest(found: Iterable[Match], name: str, keep: float, epochs: int) -> Match | None:
    """The match of a variant whose kept fraction is closest and, of several, whose length is; None of none."""
    mine = [one for one in found if one.name == name]
    return min(mine, key=lambda one: (round(abs(one.keep - keep), 9), abs(math.log(one.epochs / epochs))), default=None)
