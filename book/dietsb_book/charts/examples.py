"""Which examples methods use, which classes they come from, and what an epoch takes."""

from __future__ import annotations

import altair as alt
import numpy as np

from dietsb_book.charts.parts import bounded, spoken
from dietsb_book.charts.shown import Chart, data, said
from dietsb_book.charts.theme import HEIGHT, INK, coloured, shaped
from dietsb_core.errors import one_line
from dietsb_core.evidence.row import Row
from dietsb_core.evidence.verdicts import NAMES, label

USAGE = {"always": "#0072B2", "sometimes": "#E69F00", "never": "#999999"}
HERE, THEIRS = "here", "the poster, Tesla T4"
SIDES = {HERE: "#D55E00", THEIRS: "var(--method-diet-random, #0072B2)"}


def usage_bars(shares: dict[tuple[str, float], dict[str, list[float]]]) -> Chart:
    """Share of the examples that were trained on always, sometimes and never, a bar a method and rate: over the epochs
    in which it went by its rule, and none where there was no such epoch."""
    rows = []
    for method, numbers in shares.items():
        left, known = 0.0, not np.isnan(numbers["always"]).all()
        for group in USAGE:
            width = 100 * float(np.nanmean(numbers[group])) if known else 0.0
            rows.append(
                {
                    "method": label(method),
                    "used": group,
                    "share": width,
                    "left": left,
                    "right": left + width,
                    "said": f"{label(method)}\n{group}: {width:.1f} % of the training set"
                    if known
                    else f"{label(method)}: no epoch went by its score",
                }
            )
            left += width
    names = list(dict.fromkeys(row["method"] for row in rows))
    chart = (
        alt.Chart(data(rows))
        .mark_bar(stroke="white")
        .encode(
            x=alt.X("left:Q", title="share of the training set, %", scale=alt.Scale(domain=[0, 100])),
            x2="right:Q",
            y=alt.Y("method:N", sort=names, title=None),
            color=alt.Color("used:N", title=None, scale=alt.Scale(domain=list(USAGE), range=list(USAGE.values()))),
            **said(),
        )
    )
    return Chart(
        chart.properties(width="container", height=24 * len(names)),
        "A bar a method and rate: the shares of examples that were trained on in every epoch, in some, and in none.",
        [(name, ink, "square") for name, ink in USAGE.items()],
    )


def class_scatter(share: np.ndarray, diversity: np.ndarray, names: np.ndarray) -> Chart:
    """A class's share among the lowest-scored against its diversity; every class is named where it is pointed at, the
    most and least pruned always."""
    names, order = [one_line(str(name)) for name in names], list(np.argsort(share))
    named = {*order[-3:], *order[:1]}
    rows = [
        {
            "class": name,
            "diversity": float(diversity[at]),
            "share": 100 * float(share[at]),
            "named": name if at in named else "",
            "said": f"{name}\n{share[at]:.1%} among the lowest-scored",
        }
        for at, name in enumerate(names)
    ]
    here = alt.Chart(data(rows))
    x = alt.X(
        "diversity:Q",
        title="diversity of the class's images (mean squared distance to their mean)",
        scale=alt.Scale(zero=False, padding=10),
    )
    y = alt.Y("share:Q", title="of the class among the lowest-scored, %")
    points = here.mark_circle(size=60, color="#56B4E9", stroke=INK, strokeWidth=0.6, opacity=1).encode(
        x=x, y=y, **said()
    )
    words = here.mark_text(align="left", dx=6, dy=-4, aria=False).encode(x=x, y=y, text="named:N")
    return Chart(
        alt.layer(points, words).properties(width="container", height=HEIGHT),
        "Share of each class among the lowest EL2N scores against the diversity of its images, a point a class.",
    )


def epoch_bars(rows: list[Row], poster: dict[tuple[str, float], float]) -> Chart:
    """An epoch's time over the baseline's, ours beside the floor and the poster's."""
    rows = [row for row in rows if row.epoch_over_baseline.n]
    names = [label(row.method) for row in rows]
    points, floors = [], []
    for row in rows:
        at, theirs = row.epoch_over_baseline, poster.get(row.method)
        points.append(
            {
                "method": label(row.method),
                "of": HERE,
                **bounded(at, 1),
                "said": f"{label(row.method)}\nhere {at.mean:.3f} of full training's epoch, floor {row.floor:.3f}",
            }
        )
        if theirs is not None:
            points.append(
                {
                    "method": label(row.method),
                    "of": THEIRS,
                    "mean": theirs,
                    "low": theirs,
                    "high": theirs,
                    "said": f"{label(row.method)}\nthe poster {theirs:.3f}",
                }
            )
        floors.append({"method": label(row.method), "floor": row.floor})
    here, y = alt.Chart(data(points)), alt.Y("method:N", sort=names, title=None)
    x = alt.X("mean:Q", title="seconds an epoch over full training's", scale=alt.Scale(zero=True))
    side = alt.Color("of:N", title=None, scale=alt.Scale(domain=list(SIDES), range=list(SIDES.values())))
    shape = alt.Shape("of:N", title=None, scale=alt.Scale(domain=list(SIDES), range=["circle", "diamond"]))
    ticks = alt.Chart(data(floors)).mark_tick(color=INK, thickness=2, size=18, aria=False).encode(x="floor:Q", y=y)
    bars = here.mark_rule().encode(x=alt.X("low:Q", title=x["title"]), x2="high:Q", y=y, color=side)
    chart = alt.layer(ticks, bars, here.mark_point(size=70).encode(x=x, y=y, color=side, shape=shape, **said()))
    legend = [(HERE, SIDES[HERE], "circle"), (THEIRS, SIDES[THEIRS], "diamond"), ("floor", INK, "1 0")]
    return Chart(
        chart.properties(width="container", height=26 * len(names)),
        "Time of an epoch over full training's: here with its interval, the floor, and the poster, a line a method.",
        legend,
    )


def sweeps(groups: dict[tuple[str, str], dict[str, Row]]) -> Chart:
    """Accuracy over the values of one constant at a time, {value: row}, with intervals over seeds. A menu chooses the
    constant."""
    titles = {key: f"{NAMES[key[0]]}: {key[1]}" for key in groups}
    rows = [
        {
            "constant": titles[key],
            "method": NAMES[key[0]],
            "value": value,
            **bounded(row.accuracy),
            "n": row.accuracy.n,
            "said": f"{titles[key]} = {value}\naccuracy {spoken(row.accuracy)}, n = {row.accuracy.n}",
        }
        for key, values in groups.items()
        for value, row in values.items()
    ]
    here = alt.Chart(data(rows)).transform_filter("datum.constant == constant")
    x = alt.X("value:N", title="value of the constant", sort=None, axis=alt.Axis(labelAngle=0))
    y = alt.Y("mean:Q", title="test accuracy, %", scale=alt.Scale(zero=False, padding=8))
    policies = list(dict.fromkeys(policy for policy, _ in groups))
    colour = coloured(policies)
    bars = here.mark_rule().encode(x=x, y=alt.Y("low:Q", title=y["title"], scale=y["scale"]), y2="high:Q", color=colour)
    points = here.mark_point(size=80).encode(x=x, y=y, color=colour, shape=shaped(policies), **said())
    menu = alt.param(
        "constant",
        value=next(iter(titles.values())),
        bind=alt.binding_select(options=list(titles.values()), name="Constant "),
    )
    return Chart(
        alt.layer(bars, points).add_params(menu).properties(width="container", height=HEIGHT - 60),
        "Test accuracy at each value of the constant that the menu chooses, with 95 % intervals over seeds.",
    )
