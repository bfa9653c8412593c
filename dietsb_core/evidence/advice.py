"""What to do with a part of the compute, in each regime: the best that each way of training reaches within it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from dietsb_core.evidence.equal_cost import Gain
from dietsb_core.evidence.pooled import ABOVE, BELOW, EQUAL, UNDECIDED
from dietsb_core.evidence.tradeoff.front import SLACK
from dietsb_core.evidence.verdicts import label
from dietsb_core.evidence.when import TOO_FEW, Compared
from dietsb_core.runs.grids.regimes import COMPOSER, POSTER, Regime

BUDGETS = (0.1, 0.25, 0.5, 1.0)  # shares of the compute that full training of the regime's length takes
OPTIONS = {(): "", tuple(sorted(POSTER.items())): "from half-time",
           tuple(sorted(COMPOSER.items())): "by Composer's rule", (("weighted", False),): "without weights"}


WORDS = (ABOVE, EQUAL, BELOW, UNDECIDED, TOO_FEW)  # in the order in which they are counted


@dataclass(frozen=True)
class Advice:
    """The most accurate of each kind within `budget` of the compute: full training, class weights or class-balanced
    sampling, and a method that leaves examples out. None where nothing of a kind is on record."""

    regime: Regime
    budget: float
    full: Compared | None
    balanced: Compared | None
    method: Compared | None


def advice(lines: list[Compared]) -> list[Advice]:
    """One for each regime and budget in which full training is on record and anything else beside it."""
    out = []
    for mine in by_regime(lines).values():
        for budget in BUDGETS:
            within = [one for one in mine if math.log(one.setting.total / (budget * mine[0].regime.epochs)) <= SLACK]
            found = Advice(mine[0].regime, budget, best(one for one in within if one.setting.run.policy == "full"),
                           best(one for one in within if one.is_control and one.setting.run.policy != "full"),
                           best(one for one in within if not one.is_control))
            if found.full and (found.method or found.balanced):
                out.append(found)
    return out


def by_regime(lines: list[Compared]) -> dict[str, list[Compared]]:
    """{a regime's name: its lines}."""
    out: dict[str, list[Compared]] = {}
    for line in lines:
        out.setdefault(line.regime.name, []).append(line)
    return out


def best(lines: Iterable[Compared]) -> Compared | None:
    """The most accurate; None of none."""
    return max(lines, key=lambda line: line.setting.accuracy.mean, default=None)


def told(line: Compared) -> str:
    """A setting in words: method, rate, options, length where it is a control, and batch."""
    run = line.setting.run
    name = label((run.policy, run.keep)) if not line.is_control or run.policy != "dynamic_balanced" else (
        "class-balanced sampling")
    options = {key: value for key, value in run.options if key != "threshold"}
    words = OPTIONS.get(tuple(sorted(options.items())), ", ".join(f"{key} {value}" for key, value in options.items()))
    return ", ".join(filter(None, (name, words)))


def tuned(lines: list[Compared]) -> list[Compared]:
    """Of each method, rate and options in a regime, the batch size of the highest accuracy."""
    groups: dict[tuple, list[Compared]] = {}
    for line in lines:
        groups.setdefault((line.regime.name, line.is_control, told(line)), []).append(line)
    return [best(group) for group in groups.values()]


def outcome(lines: list[Compared]) -> str:
    """What the methods of one regime gain over every control of equal total cost, in a sentence or two."""
    regime, methods = lines[0].regime, [one for one in lines if not one.is_control and one.gain]
    count = Counter(one.verdict for one in methods)
    where = f"{regime.data}, {regime.epochs} epochs"
    if count[TOO_FEW] == len(methods):
        return f"{where}: one seed so far, which decides nothing."
    said = (f"{where}: of {len(methods)} settings that leave examples out and have a control of their cost, "
            + ", ".join(f"{count[word]} {word}" for word in WORDS if count[word]) + ".")
    return said + won([one for one in methods if one.verdict == ABOVE])


def won(above: list[Compared]) -> str:
    """The largest gain among settings that are above every control, in words; nothing of none."""
    if not above:
        return ""
    most = max(above, key=lambda one: one.gain.value.mean)
    return (f" The largest gain: {told(most)}, {points(most.gain)} at a total cost of {most.setting.total:.1f} epochs "
            f"({100 * most.setting.accuracy.mean:.1f} %).")


def points(found: Gain) -> str:
    """A gain with its interval, where there is more than one seed: `+2.1 points (1.3 to 2.9)`."""
    mean, low, high = (100 * value for value in (found.value.mean, found.value.low, found.value.high))
    return f"{mean:+.1f} points" + (f" ({low:.1f} to {high:.1f})" if found.value.n > 1 else "")


def spend(one: Advice) -> str:
    """What a budget buys in a regime, in a sentence."""
    ways = {"full training reaches": one.full, "balanced classes reach": one.balanced,
            "leaving examples out reaches": one.method}
    reached = [f"{name} {100 * line.setting.accuracy.mean:.1f} %"
               + (f" ({told(line)})" if line is not one.full else "") for name, line in ways.items() if line]
    part = f"{100 * one.budget:g} % of the compute of {one.regime.epochs} epochs"
    return f"{one.regime.data}, {part}: {', '.join(reached)}."
