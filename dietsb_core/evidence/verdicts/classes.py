"""The poster's claim 5, second half: which classes the dropped examples come from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dietsb_core.evidence.overlap import membership, spearman
from dietsb_core.evidence.scale import POSTER
from dietsb_core.evidence.statistics import Interval, Verdict, interval
from dietsb_core.evidence.verdicts.common import jackknife
from dietsb_core.runs.facts import Facts


def class_share(score: np.ndarray, facts: Facts, fraction: float) -> np.ndarray:
    """Share of each class [C] that is among the lowest `fraction` of `score` [N]."""
    low = np.bincount(facts.labels, membership(score, fraction), len(facts.classes))
    return low / np.bincount(facts.labels, minlength=len(facts.classes))


def composition(members: list[np.ndarray], facts: Facts, fraction: float = 0.1,
                uses: Sequence[np.ndarray] = ()) -> list[Verdict]:
    """Claim 5, second half: what EL2N and SB drop comes from classes that lack diversity, and from the same ones. The
    interval is over classes, since all networks see the same classes. members: EL2N of each network; uses: how often
    SB trained on each example, a run each."""
    el2n, sb = (np.mean([class_share(score, facts, fraction) for score in found], axis=0) if len(found) else None
                for found in (members, uses))
    lack = "5. {} come from classes that lack diversity"
    with_diversity = f"−ρ of a class's share of the lowest {fraction:.0%} with its diversity, over classes:"
    return [Verdict(lack.format("The lowest-scored"), with_diversity, over_classes(el2n, -facts.diversity), 0.0,
                    source=POSTER),
            Verdict(lack.format("Those that SB uses least"), with_diversity, over_classes(sb, -facts.diversity), 0.0,
                    source=POSTER),
            Verdict("5. EL2N and SB drop from the same classes",
                    f"ρ of a class's shares of the lowest {fraction:.0%} of both, over classes:",
                    over_classes(el2n, sb), 0.5, source=POSTER)]


def over_classes(a: np.ndarray | None, b: np.ndarray | None) -> Interval:
    """Spearman's ρ of two numbers that each class has, [C] each, by the jackknife over classes; of no value where one
    is not known, or for three classes or fewer."""
    if a is None or b is None or len(a) <= 3:
        return interval([])
    return jackknife(lambda kept: spearman(a[kept], b[kept]), len(a))
