"""The poster's three questions, each with its answer in a line."""

from __future__ import annotations

from dietsb_core.evidence.row import Results, Row
from dietsb_core.evidence.scale import POSTER, Scale
from dietsb_core.evidence.verdicts.common import MARGIN, label, lossless
from dietsb_core.evidence.verdicts.poster import panel_d
from dietsb_core.runs.presets import Preset


def answers(p: Preset, results: Results, rows: list[Row], margin: float = MARGIN,
            scale: Scale | None = None) -> list[str]:
    """The answers, each of its own verdicts alone. `rows` are those of the report."""
    diet = lossless(results, ("diet_sb", 0.5), "", margin, POSTER).at(scale)
    points = f"{100 * margin:g} point{'' if margin == 0.01 else 's'}"
    return [f"Do the methods pick the same images? {same_images(p, scale)}",
            f"Do they combine without loss? {diet.row()['measured']}: {diet.said}.",
            f"What trains fastest within {points} of full training? {least_work(results, rows, margin)}"]


def same_images(p: Preset, scale: Scale | None = None, fraction: float = 0.25) -> str:
    """What EL2N and SB have in common, beside chance, and the verdicts on the weaker and the stronger claim."""
    (shared, rho), rate = (one.at(scale) for one in panel_d(p, fraction)), f"{100 * fraction:g} %"
    mean, low, high = (100 * (fraction + v) for v in (shared.value.mean, shared.value.low, shared.value.high))
    between = f"[{low:.1f}, {high:.1f}]" if shared.value.n > 1 else "(one seed)"
    alike = " ".join(rho.row()["measured"].split())
    return (f"Of the {rate} that SB uses least, {mean:.1f} % {between} are among EL2N's lowest {rate}, where chance "
            f"has {rate}. More alike than chance: {shared.said}. More in common than not ({alike}, to be above "
            f"{rho.threshold:g}): {rho.said}.")


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
