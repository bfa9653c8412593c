"""What to do, in a sentence a kind of training set: its classes in balance, out of balance, or so within the labels."""

from __future__ import annotations

import math
from collections import Counter

from dietsb_core.evidence.advice import Advice, advice, by_regime, points, told
from dietsb_core.evidence.pooled import ABOVE, BELOW, EQUAL, UNDECIDED
from dietsb_core.evidence.statistics import MARGIN
from dietsb_core.evidence.when import Compared

HALF = 0.5
NOTHING, BALANCE = "leave nothing out", "balance the classes, and leave nothing out"
KINDS = {"balanced": "Classes in balance", "shown": "A long tail that the labels show",
         "hidden": "A long tail within the labels"}
DECIDED = (ABOVE, EQUAL, BELOW, UNDECIDED)


def lessons(lines: list[Compared]) -> list[str]:
    """A lesson for each kind of training set that is on record, in the order of KINDS."""
    regimes = by_regime(lines)
    kinds = {kind: [mine for mine in regimes.values() if mine[0].regime.tail == kind] for kind in KINDS}
    return [said for kind, found in kinds.items() if found and (said := lesson(kind, found))]


def lesson(kind: str, regimes: list[list[Compared]]) -> str:
    """What is best there, in words. Regimes whose methods have one seed count where no other is of this kind."""
    judged = [mine for mine in regimes if any(asked(one) for one in mine)]
    if not judged:
        names = ", ".join(mine[0].regime.name for mine in regimes)
        return f"{KINDS[kind]} ({names}): one seed so far, which decides nothing."
    methods = [one for mine in judged for one in mine if asked(one)]
    above = [one for one in methods if one.verdict == ABOVE]
    names = ", ".join(mine[0].regime.name for mine in judged)
    said = leave_out(above) if above else BALANCE if any(map(balancing_pays, judged)) else NOTHING
    halves = " ".join(bought(mine, len(judged) > 1) for mine in judged)
    return f"{KINDS[kind]} ({names}): {said}. {counted(methods)} {halves}".strip()


def balancing_pays(mine: list[Compared]) -> bool:
    """Whether, within some budget, balanced classes are better than full training by more than a margin."""
    return any(one.balanced and one.balanced.setting.accuracy.mean > one.full.setting.accuracy.mean + MARGIN
               for one in advice(mine))


def asked(line: Compared) -> bool:
    """Whether something is said of a method there."""
    return not line.is_control and line.verdict in DECIDED


def leave_out(above: list[Compared]) -> str:
    """The setting of the largest gain, as advice."""
    most = max(above, key=lambda one: one.gain.value.mean)
    share = most.setting.total / most.regime.epochs
    return (f"leave examples out by {told(most)}. At {100 * share:.0f} % of the compute it gains {points(most.gain)} "
            "over every control of that cost")


def counted(methods: list[Compared]) -> str:
    """How many settings stand where, beside tuned controls of their total cost."""
    count = Counter(one.verdict for one in methods)
    return (f"Of {len(methods)} settings, beside tuned controls of their total cost, "
            + ", ".join(f"{n} {'is' if n == 1 else 'are'} {word}" for word in DECIDED if (n := count[word])) + ".")


def bought(mine: list[Compared], named: bool) -> str:
    """What half of the compute buys in a regime, `named` or not; nothing where full training of that cost is not on
    record."""
    half = next((one for one in advice(mine) if math.isclose(one.budget, HALF)), None)
    of = f" of {mine[0].regime.name}" if named else ""
    return f"Half of the compute{of} buys {', '.join(ways(half))}." if half else ""


def ways(half: Advice) -> list[str]:
    """The accuracy of each way of training."""
    by = {"by full training": half.full, "with balanced classes": half.balanced, "by leaving out": half.method}
    return [f"{100 * line.setting.accuracy.mean:.1f} % {how}" for how, line in by.items() if line]
