"""The answer in one sentence a kind of training set: what to do with half of the compute, and what that buys."""

from __future__ import annotations

import math

from dietsb_core.evidence.advice import Advice, advice, by_regime, points, told
from dietsb_core.evidence.lessons import HALF, asked, balancing_pays
from dietsb_core.evidence.pooled import ABOVE
from dietsb_core.evidence.when import Compared

QUESTIONS = {"balanced": "Classes in balance?", "shown": "Rare classes, and labels that say which?",
             "hidden": "Rare kinds within the classes?"}


def brief(lines: list[Compared]) -> list[str]:
    """A sentence for each kind of training set that is on record, in the order of QUESTIONS: of the regime with the
    most methods that something is said of."""
    regimes = [mine for mine in by_regime(lines).values() if any(not one.is_control for one in mine)]
    out = []
    for kind, question in QUESTIONS.items():
        if found := [mine for mine in regimes if mine[0].regime.tail == kind]:
            most = max(found, key=lambda mine: sum(map(asked, mine)))
            out.append(f"{question} {what_to_do(most)} ({measured_on(most)}).")
    return out


def what_to_do(mine: list[Compared]) -> str:
    """The advice of one regime, with one number."""
    half = next((one for one in advice(mine) if math.isclose(one.budget, HALF)), None)
    above = [one for one in mine if asked(one) and one.verdict == ABOVE]
    if above:
        most = max(above, key=lambda one: one.gain.value.mean)
        share = 100 * most.setting.total / most.regime.epochs
        return f"Leave examples out by {told(most)}: {points(most.gain)} at {share:.0f} % of the compute"
    if not any(map(asked, mine)):
        return f"Nothing is decided yet: with one seed, {nearest(mine)}"
    if half and balancing_pays(mine):
        return f"Balance them by {told(half.balanced)}, and leave nothing out: {beside(half)}"
    return f"Leave nothing out, and train for half as long: {nearest(mine)}"


def beside(half: Advice) -> str:
    """What balanced classes reach with half of the compute, beside full training."""
    more = 100 * (half.balanced.setting.accuracy.mean - half.full.setting.accuracy.mean)
    return f"at half of the compute that is {more:+.1f} points beside full training"


def nearest(mine: list[Compared]) -> str:
    """The largest gain at equal cost among the methods, decided or not."""
    gains = [one.gain.value.mean for one in mine if not one.is_control and one.gain]
    if not gains:
        return "no method has a control of its cost on record"
    most, who = 100 * max(gains), f"the best of {len(gains)} ways to" if len(gains) > 1 else "the one way to"
    return (f"{who} leave examples out {'gains' if most > 0 else 'loses'} {abs(most):.1f} points beside a schedule of "
            "equal cost")


def measured_on(mine: list[Compared]) -> str:
    """The scale of a regime."""
    record = next(iter(mine[0].setting.records.values()))
    size = record.info["parameters"] / 1e6
    return f"{mine[0].regime.data}, {mine[0].regime.epochs} epochs, a network of {size:.1f} M parameters"
