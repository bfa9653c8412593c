"""What two rankings have in common."""

from __future__ import annotations

import altair as alt
import numpy as np

from dietsb_book.charts.parts import bounded, spoken
from dietsb_book.charts.shown import Chart, data, said
from dietsb_book.charts.theme import COLOURS, HEIGHT, INK, SERIES, SHAPES
from dietsb_core.evidence.overlap import FRACTIONS, POSTER, overlap, ranks
from dietsb_core.evidence.statistics import interval

THEIRS = "the poster's score files"
BINS = 40  # of a map of ranks, a side
STEPS = [step / 20 for step in range(1, 20)]  # shares of the slider beside it


def overlap_curves(series: dict[str, dict[float, list[float]]], poster: bool = False) -> Chart:
    """Overlap of the lowest-ranked against the fraction pruned, with chance, and the poster's values if asked for."""
    colours = {name: colour for name, colour in zip(series, SERIES, strict=False)}
    rows = []
    for name, values in series.items():
        for share in FRACTIONS:
            at = interval(values[share])
            rows.append(
                {
                    "series": name,
                    "pruned": 100 * share,
                    **bounded(at),
                    "n": at.n,
                    "said": f"{name}\nlowest {share:.0%}: {spoken(at)} in common\nchance {share:.0%}, n = {at.n}",
                }
            )
    if poster:
        colours[THEIRS] = COLOURS["diet_random"]
        rows += [
            {
                "series": THEIRS,
                "pruned": 100 * share,
                "mean": 100 * value,
                "low": 100 * value,
                "high": 100 * value,
                "n": 1,
                "said": f"{THEIRS}\nlowest {share:.0%}: {value:.0%} in common",
            }
            for share, value in zip(FRACTIONS, POSTER.values(), strict=True)
        ]
    colour = alt.Color("series:N", title=None, scale=alt.Scale(domain=list(colours), range=list(colours.values())))
    here, whole = alt.Chart(data(rows)), alt.Scale(domain=[0, 100])
    x = alt.X("pruned:Q", title="lowest-ranked share pruned, %", scale=whole)
    y = alt.Y("mean:Q", title="share in common, %", scale=whole)
    chance = (
        alt.Chart(data([{"x": 0, "y": 0}, {"x": 100, "y": 100}]))
        .mark_line(color=INK, strokeDash=[2, 3], strokeWidth=1)
        .encode(x="x:Q", y="y:Q")
    )
    shape = alt.Shape("series:N", title=None, scale=alt.Scale(domain=list(colours), range=list(SHAPES[: len(colours)])))
    chart = alt.layer(
        chance,
        here.mark_line(strokeWidth=1.2).encode(x=x, y=y, color=colour),
        here.mark_rule().encode(x=x, y="low:Q", y2="high:Q", color=colour),
        here.mark_point(size=55).encode(x=x, y=y, color=colour, shape=shape, **said()),
    )
    legend = [(name, ink, SHAPES[at]) for at, (name, ink) in enumerate(colours.items())]
    return Chart(
        chart.properties(width="container", height=HEIGHT),
        "Share in common of the lowest-ranked examples against "
        "the share pruned, with 95 % intervals; the dotted line is chance.",
        [*legend, ("chance", INK, "2 3")],
    )


def rank_map(a: np.ndarray, b: np.ndarray, names: tuple[str, str], first: float = 0.25) -> Chart:
    """Where each example stands in two rankings. The slider sets the share that both would prune, the corner holds what
    they have in common."""
    places = [100 * ranks(scores) / len(scores) for scores in (a, b)]
    counts, _, _ = np.histogram2d(*places, bins=BINS, range=((0, 100), (0, 100)))
    step = 100 / BINS
    cells = data(
        [{"x": step * i, "y": step * j, "examples": int(counts[i, j])} for i in range(BINS) for j in range(BINS)]
    )
    shares = data(
        [
            {
                "pruned": round(100 * share),
                "said": f"{overlap(a, b, share):.0%} of the lowest {share:.0%} in common (chance {share:.0%})",
            }
            for share in STEPS
        ]
    )
    x, y = (
        alt.X("x:Q", title=f"rank by {names[0]}, %", scale=alt.Scale(domain=[0, 100], nice=False)),
        alt.Y("y:Q", title=f"rank by {names[1]}, %", scale=alt.Scale(domain=[0, 100], nice=False)),
    )
    heat = (
        alt.Chart(cells)
        .transform_calculate(x2=f"datum.x + {step}", y2=f"datum.y + {step}")
        .mark_rect(aria=False)
        .encode(x=x, y=y, x2="x2:Q", y2="y2:Q", color=alt.Color("examples:Q", scale=alt.Scale(scheme="cividis")))
    )
    chosen = alt.Chart(shares).transform_filter("datum.pruned == pruned")
    corner = (
        chosen.transform_calculate(zero="0")
        .mark_rect(fill=None, stroke="white", strokeWidth=2, aria=False)
        .encode(x=alt.X("zero:Q"), x2="pruned:Q", y=alt.Y("zero:Q"), y2="pruned:Q")
    )
    words = chosen.mark_text(align="left", baseline="bottom", dy=-6, color=INK).encode(
        x=alt.value(0), y=alt.value(0), text="said:N"
    )
    slider = alt.param(
        "pruned", value=round(100 * first), bind=alt.binding_range(min=5, max=95, step=5, name="Pruned, % ")
    )
    return Chart(
        alt.layer(heat, corner, words).add_params(slider).properties(width="container", height=HEIGHT + 60),
        f"A map of ranks by {names[0]} against ranks by {names[1]}, brighter where more examples are. Words above "
        "say what share of the lowest-ranked both have in common.",
    )
