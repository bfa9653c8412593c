"""The poster's claims, one function each: what is measured, and the threshold that a claim must clear."""

from __future__ import annotations

import numpy as np

from dietsb_core.evidence.overlap import el2n as el2n_members
from dietsb_core.evidence.overlap import overlap, overlaps, pairs, spearman
from dietsb_core.evidence.overlap import uses as sb_uses
from dietsb_core.evidence.row import Results
from dietsb_core.evidence.scale import POSTER
from dietsb_core.evidence.statistics import Verdict, interval
from dietsb_core.evidence.verdicts.classes import composition
from dietsb_core.evidence.verdicts.common import (
    MARGIN,
    Unmeasured,
    better,
    between,
    label,
    lossless,
    over_networks,
    unmeasured,
)
from dietsb_core.evidence.verdicts.runtime import table1
from dietsb_core.runs.facts import Facts
from dietsb_core.runs.presets import Preset


def panel_a(results: Results, margin: float = MARGIN) -> list[Verdict]:
    """Claims 2 and 3: backprop methods cost little accuracy; Random-Backprop is on par with SB, and loses none up to
    75 %."""
    sb, rb = "selective_backprop", "random_backprop"
    little = "2. Backprop-based methods cost little accuracy:"
    par = Verdict("3. Random-Backprop is on par with SB at 50 %", f"{label((rb, 0.5))}, minus {label((sb, 0.5))}:",
                  between(results, (rb, 0.5), (sb, 0.5)), -margin, "points", source=POSTER)
    return [lossless(results, (rb, 0.5), f"{little} Random-Backprop", margin, POSTER),
            lossless(results, (sb, 0.5), f"{little} SB", margin, POSTER), par,
            lossless(results, (rb, 0.25), "3. Random-Backprop drops up to 75 % without loss", margin, POSTER),
            better(results, (sb, 0.1), (rb, 0.1), "3. At higher rates SB is better", POSTER)]


def panel_b(results: Results, margin: float = MARGIN) -> list[Verdict]:
    """Claims 1 and 6: EL2N hurts accuracy more, because it removes data for good; Diet-SB loses no accuracy, and what
    it loses is EL2N's. `table1` and the page on total cost have its cost."""
    sb, el2n, diet = ("selective_backprop", 0.5), ("el2n", 0.75), ("diet_sb", 0.5)
    return [better(results, sb, el2n, "1. EL2N (25 %) hurts accuracy more than SB (50 %)", POSTER),
            better(results, ("dynamic_random", 0.5), ("random_prune", 0.5),
                   "1. Because it removes data for good: a random half for good hurts more than a fresh one each epoch",
                   POSTER),
            better(results, el2n, ("random_prune", 0.75), "EL2N prunes better than chance at 25 %"),
            lossless(results, diet, "6. Diet-SB loses no accuracy at 50 %", margin, POSTER),
            lossless(results, ("diet_sb", 0.375), "6. Diet-SB loses no accuracy at 62.5 %", margin, POSTER),
            better(results, el2n, diet, "6. EL2N limits Diet-SB: EL2N alone, 25 %, is better than with SB", POSTER),
            better(results, diet, ("diet_random", 0.5), "SB adds to the diet what a random draw does not")]


def panel_c(p: Preset, fraction: float = 0.25) -> list[Verdict]:
    """Claim 4: EL2N transfers across architectures."""
    cross, within = overlaps("panel_c", p)[fraction], overlaps("within", p)[fraction]
    # There is nothing to measure the transfer by with one network of an architecture, or where two share no more than
    # chance does.
    excess = np.mean(within) - fraction if within else 0.0
    transfer = (np.array(cross) - fraction) / excess if excess > 0 else []
    rate = f"lowest {fraction:.0%}"
    return [Verdict("4. EL2N agrees across architectures more than chance does",
                    f"overlap of the {rate}, minus chance, by pairs of networks:",
                    interval(np.array(cross) - fraction), 0.0, "points", source=POSTER),
            Verdict("4. It transfers: most of what two networks of ONE architecture share, two architectures share",
                    f"excess over chance, across over within, {rate}, by pairs of networks:", interval(transfer), 0.5,
                    source=POSTER)]


def panel_d(p: Preset, fraction: float = 0.25) -> list[Verdict]:
    """Claim 5, first half: EL2N and SB drop similar images."""
    compared = pairs("panel_d", p)
    shared = interval([overlap(a, b, fraction) - fraction for a, b in compared])
    rho = interval([spearman(a, b) for a, b in compared])
    return [Verdict("5. SB uses least what EL2N ranks lowest, more than chance would have it",
                    f"overlap of the lowest {fraction:.0%}, minus chance:", shared, 0.0, "points", source=POSTER),
            Verdict("5. They drop SIMILAR images: more in common than not", "Spearman's ρ:", rho, 0.5, source=POSTER)]


def not_measured() -> list[Unmeasured]:
    """The poster's claims for which this project has no runs, and what would make them."""
    scored = "runs with scored_by=... of another network (dietsb_core.runs.run.Run); no grid has them yet"
    return [unmeasured("1. EL2N saves memory", "not measured: every run here keeps all images in memory", POSTER),
            unmeasured("4. It transfers: a network trains as well on another one's score as on its own",
                       f"not measured: it takes {scored}", POSTER),
            unmeasured("What may be pruned depends on the training's own course",
                       f"not measured: it takes {scored}, and scores of other epochs", POSTER)]


def panel_e(members: list[np.ndarray], fraction: float = 0.1) -> list[Verdict]:
    """Whether a low score describes the image: networks of different seeds agree on the lowest."""
    shared = np.array([[overlap(a, b, fraction) - fraction for b in members] for a in members])
    return [Verdict("A low EL2N is the image's, not the network's: seeds agree on the lowest",
                    f"overlap of the lowest {fraction:.0%} between two networks, minus chance, by networks:",
                    over_networks(shared), 0.0, "points")]


def panel_f(el2n: np.ndarray, uses: list[np.ndarray], fraction: float = 0.1) -> list[Verdict]:
    """Claim 5 at its lower end: how many times as many images as by chance both rank among their lowest."""
    times = [overlap(el2n, used, fraction) / fraction for used in uses]
    return [Verdict("5. EL2N and SB find the same images least worth training on",
                    f"in both lowest {fraction:.0%}, times chance:", interval(times), 1.0, source=POSTER)]


def by_rate(results: Results) -> list[Verdict]:
    """SB against a random draw at every rate that both have."""
    rates = sorted({keep for policy, keep in results if policy == "selective_backprop"}, reverse=True)
    return [better(results, ("selective_backprop", keep), ("random_backprop", keep),
                   f"SB beats a random draw at {100 * (1 - keep):g} % pruned") for keep in rates]


def everything(p: Preset, results: Results, facts: Facts, margin: float = MARGIN) -> list[Verdict]:
    """The poster's claims in one list."""
    return [*panel_b(results, margin)[:3], *panel_a(results, margin), *panel_c(p), *panel_d(p),
            *composition(el2n_members(p), facts, uses=sb_uses(p)), *panel_b(results, margin)[3:], *table1(results),
            *not_measured()]
