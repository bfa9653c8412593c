"""The poster's claims, one function each: what is measured, and the threshold that a claim must clear."""

from __future__ import annotations

import numpy as np

from dietsb_core.evidence.overlap import el2n as el2n_members
from dietsb_core.evidence.overlap import membership, overlap, overlaps, pairs, spearman
from dietsb_core.evidence.row import Results, Row, over_baseline
from dietsb_core.evidence.statistics import Verdict, interval
from dietsb_core.evidence.verdicts.common import MARGIN, better, jackknife, label, lossless, over_networks
from dietsb_core.runs.facts import Facts
from dietsb_core.runs.presets import Preset


def panel_a(results: Results, margin: float = MARGIN) -> list[Verdict]:
    """Claims 2 and 3: backprop methods cost little accuracy; Random-Backprop loses none up to 75 %."""
    sb, rb = "selective_backprop", "random_backprop"
    return [lossless(results, (rb, 0.5), "2. Backprop-based methods cost little accuracy: Random-Backprop", margin),
            lossless(results, (sb, 0.5), "2. Backprop-based methods cost little accuracy: SB", margin),
            lossless(results, (rb, 0.25), "3. Random-Backprop drops up to 75 % without loss", margin),
            better(results, (sb, 0.1), (rb, 0.1), "3. At higher rates SB is better")]


def panel_b(results: Results, margin: float = MARGIN) -> list[Verdict]:
    """Claims 1 and 6: EL2N hurts accuracy more, because it removes data for good; Diet-SB loses no accuracy.
    `table1` and the page on total cost have its cost."""
    sb, el2n, chance = ("selective_backprop", 0.5), ("el2n", 0.75), ("random_prune", 0.75)
    return [better(results, sb, el2n, "1. EL2N (25 %) hurts accuracy more than SB (50 %)"),
            better(results, sb, chance,
                   "1. Because it removes data for good: a random 25 % removed for good hurts more than SB too"),
            better(results, el2n, chance, "EL2N prunes better than chance at 25 %"),
            lossless(results, ("diet_sb", 0.5), "6. Diet-SB loses no accuracy at 50 %", margin),
            lossless(results, ("diet_sb", 0.375), "6. Diet-SB loses no accuracy at 62.5 %", margin),
            better(results, ("diet_sb", 0.5), ("diet_random", 0.5), "SB adds to the diet what a random draw does not")]


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
                    interval(np.array(cross) - fraction), 0.0, "points"),
            Verdict("4. It transfers: most of what two networks of ONE architecture share, two architectures share",
                    f"excess over chance, across over within, {rate}, by pairs of networks:", interval(transfer), 0.5)]


def panel_d(p: Preset, fraction: float = 0.25) -> list[Verdict]:
    """Claim 5, first half: EL2N and SB drop similar images."""
    compared = pairs("panel_d", p)
    shared = interval([overlap(a, b, fraction) - fraction for a, b in compared])
    rho = interval([spearman(a, b) for a, b in compared])
    return [Verdict("5. SB uses least what EL2N ranks lowest, more than chance would have it",
                    f"overlap of the lowest {fraction:.0%}, minus chance:", shared, 0.0, "points"),
            Verdict("5. They drop SIMILAR images: more in common than not", "Spearman's ρ:", rho, 0.5)]


def class_share(score: np.ndarray, facts: Facts, fraction: float) -> np.ndarray:
    """Share of each class [C] that is among the lowest `fraction` of `score` [N]."""
    low = np.bincount(facts.labels, membership(score, fraction), len(facts.classes))
    return low / np.bincount(facts.labels, minlength=len(facts.classes))


def composition(members: list[np.ndarray], facts: Facts, fraction: float = 0.1) -> list[Verdict]:
    """Claim 5, second half: what is dropped comes from classes that lack diversity. The interval is over classes,
    since all networks see the same classes."""
    share = np.mean([class_share(score, facts, fraction) for score in members], axis=0)
    rho = jackknife(lambda kept: -spearman(share[kept], facts.diversity[kept]), len(share) if len(share) > 3 else 0)
    return [Verdict("5. The lowest-scored come from classes that lack diversity",
                    f"−ρ of a class's share of the lowest {fraction:.0%} with its diversity, over classes:", rho, 0.0)]


def table1(results: Results) -> list[Verdict]:
    """Claim 6: Diet-SB cuts cost. And does SB's forward pass eat what it saves?"""
    out = []
    for method in (("selective_backprop", 0.5), ("diet_sb", 0.5), ("diet_sb", 0.375)):
        saved = [1 - ratio for ratio in over_baseline(results, results.get(method, {}))]
        claim = f"{label(method)}: an epoch takes less time"
        out.append(Verdict(claim, "share of an epoch's seconds saved:", interval(saved), 0.0, "%"))
    return out


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
                    f"in both lowest {fraction:.0%}, times chance:", interval(times), 1.0)]


def by_rate(results: Results) -> list[Verdict]:
    """SB against a random draw at every rate that both have."""
    rates = sorted({keep for policy, keep in results if policy == "selective_backprop"}, reverse=True)
    return [better(results, ("selective_backprop", keep), ("random_backprop", keep),
                   f"SB beats a random draw at {100 * (1 - keep):g} % pruned") for keep in rates]


def everything(p: Preset, results: Results, facts: Facts, margin: float = MARGIN) -> list[Verdict]:
    """The poster's claims in one list."""
    return [*panel_b(results, margin)[:3], *panel_a(results, margin), *panel_c(p), *panel_d(p),
            *composition(el2n_members(p), facts), *panel_b(results, margin)[3:], *table1(results)]


def answers(p: Preset, results: Results, rows: list[Row], margin: float = MARGIN) -> list[str]:
    """The poster's three questions, each with its answer in a line. `rows` are those of the report."""
    diet = lossless(results, ("diet_sb", 0.5), "", margin)
    points = f"{100 * margin:g} point{'' if margin == 0.01 else 's'}"
    return [f"Do the methods pick the same images? {same_images(p)}",
            f"Do they combine without loss? {diet.row()['measured']}: {diet.word}.",
            f"What trains fastest within {points} of full training? {least_work(results, rows, margin)}"]


def same_images(p: Preset, fraction: float = 0.25) -> str:
    """What EL2N and SB have in common, beside chance, and the verdicts on the weaker and the stronger claim."""
    (shared, rho), rate = panel_d(p, fraction), f"{100 * fraction:g} %"
    mean, low, high = (100 * (fraction + v) for v in (shared.value.mean, shared.value.low, shared.value.high))
    between = f"[{low:.1f}, {high:.1f}]" if shared.value.n > 1 else "(one seed)"
    alike = " ".join(rho.row()["measured"].split())
    return (f"Of the {rate} that SB uses least, {mean:.1f} % {between} are among EL2N's lowest {rate}, where chance "
            f"has {rate}. More alike than chance: {shared.word}. More in common than not ({alike}, to be above "
            f"{rho.threshold:g}): {rho.word}.")


def least_work(results: Results, rows: list[Row], margin: float = MARGIN) -> str:
    """Which row takes the least work in all (training, selection and the scores behind it, in floating-point
    operations): full training, or one of its epochs that is shown to lose less than `margin` against it."""
    if not (full := next((row for row in rows if row.is_control), None)):
        return "That cannot be said yet: full training is not on record."
    kept = [row for row in rows if row.compared and not row.is_control and row.epochs == full.epochs
            and row.scoring_flops is not None
            and lossless(results, row.method, "", margin).word == "confirmed"]
    work = {id(row): (row.flops + row.scoring_flops) / full.flops for row in (full, *kept)}
    best = min((full, *kept), key=lambda row: work[id(row)])
    if best is full:
        return "Full training: no method that prunes is shown to stay within that for less work in all."
    return (f"Of the methods shown to stay within that in as many epochs, {label(best.method)}: "
            f"the least work in all, {work[id(best)]:.2f} of full training's with its scores paid for.")
