"""A value with its interval, drawn against the threshold that a claim must clear."""

from __future__ import annotations

import math

from dietsb_book.escape import html
from dietsb_core.evidence.statistics import Interval, Verdict

WIDTH, HEIGHT, MIDDLE, REACH = 132, 21, 66, 60  # px: of the image, and of its axis from the threshold to either end
AXIS, APART = 6, 3  # px: where the axis lies, and two values from it


def half_range(distance: float) -> float:
    """The shortest of 1, 2 and 5 times a power of ten that has room for `distance`; 1 for none."""
    if not distance > 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(distance))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= distance * (1 - 1e-9))


def at(distance: float, half: float) -> float:
    """Where a value lies that is `distance` from the threshold: px from the left, within the axis."""
    return round(MIDDLE + REACH * max(-1.0, min(1.0, distance / half)), 1)


def drawn(verdict: Verdict, beside: Verdict | None = None) -> str:
    """An SVG: an axis about the threshold, which is its middle, with the numbers at its ends, the margin as a band, and
    the value as a dot with its interval as a whisker. `beside` is drawn hollow below it. Nothing where no value is on
    record."""
    shown = [one for one in (verdict, beside) if one and one.value.n]
    if not shown:
        return ""
    scale, _ = verdict.form
    half = half_range(max(scale * abs(end - one.threshold) for one in shown for end in ends(one.value)))
    marks = [mark(one, half / scale, 0 if len(shown) == 1 else APART * (2 * nth - 1), hollow=one is beside)
             for nth, one in enumerate(shown)]
    band = at(verdict.margin, half / scale) - MIDDLE
    numbers = (scale * verdict.threshold + side * half for side in (-1, 0, 1))
    labels = [f'<text x="{x}" y="{HEIGHT - 0.5:g}" text-anchor="{anchor}">{short(number)}</text>'
              for x, anchor, number in zip((0, MIDDLE, WIDTH), ("start", "middle", "end"), numbers, strict=True)]
    return (f'<svg class="whisker" role="img" aria-label="{html(said(verdict, beside))}" width="{WIDTH}" '
            f'height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" fill="currentColor" font-size="10" '
            f'stroke-width="0"><rect class="band" x="{MIDDLE - band:g}" y="1" width="{2 * band:g}" height="10" '
            f'fill-opacity=".15"/><g stroke="currentColor"><path stroke-width="1" stroke-opacity=".5" '
            f'd="M{MIDDLE - REACH} {AXIS}h{2 * REACH}"/><path class="threshold" stroke-width="1.5" '
            f'd="M{MIDDLE} 0v12"/></g>{"".join(marks)}{"".join(labels)}</svg>')


def short(number: float) -> str:
    """A number of an axis: with its sign, and no more digits than it has."""
    return f"{round(number, 9):+g}" if abs(number) > 1e-9 else "0"


def ends(value: Interval) -> list[float]:
    """Those of its mean and ends that are finite: one seed has no ends."""
    return [part for part in (value.mean, value.low, value.high) if math.isfinite(part)]


def mark(verdict: Verdict, half: float, down: int, hollow: bool) -> str:
    """A dot at the value, hollow or filled, and a whisker from end to end, `down` px below the axis."""
    y, (mean, *between) = AXIS + down, (at(part - verdict.threshold, half) for part in ends(verdict.value))
    whisker = f'<path d="M{between[0]:g} {y}H{between[1]:g}"/>' if between else ""
    fill = ' class="hollow" fill="none"' if hollow else ""
    return (f'<g class="value" data-word="{verdict.word}" stroke="currentColor" stroke-width="2">{whisker}'
            f'<circle cx="{mean:g}" cy="{y}" r="3"{fill}/></g>')


def said(verdict: Verdict, beside: Verdict | None = None) -> str:
    """The drawing in words."""
    row = verdict.row()
    words = f"{amount(verdict)}; the claim holds above {row['holds above'].strip()}"
    return words + (f"; on the first set, hollow: {amount(beside)}" if beside else "")


def amount(verdict: Verdict) -> str:
    """The value with its interval, in words; nothing of a claim that is not tested."""
    return " ".join(verdict.row()["measured"].removeprefix(verdict.quantity).split())
