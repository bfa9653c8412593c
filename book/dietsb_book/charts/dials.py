"""What each method gains as a dial is turned, and all methods at one position of it."""

from __future__ import annotations

import altair as alt

from dietsb_book.charts.parts import beside, bounded, spoken, whiskers, zero_line
from dietsb_book.charts.shown import HIDDEN, Chart, data, hideable, said
from dietsb_book.charts.theme import HEIGHT, INK, SHAPES, colour
from dietsb_core.evidence.dialled import Gains, gain
from dietsb_core.evidence.verdicts import label
from dietsb_core.runs.grids.dial import Dial

GAIN = "gain at equal total cost, points"
HALF = 0.5
CONTROL = ("tuned full training of the same total cost", INK, "1 0")


def rows_of(dial: Dial, found: Gains) -> list[dict[str, object]]:
    """A row a method and position."""
    out = []
    for nth, (method, at) in enumerate(found.items()):
        for position, row in at.items():
            value = gain(row)
            out.append(
                {
                    "method": label(method),
                    "position": position,
                    "at": dial.at(position),
                    **bounded(value),
                    "x": dial.positions.index(position) + beside(nth, len(found), 0.09),
                    "said": f"{label(method)}\n{dial.at(position)}\n{spoken(value, sign='+', of=' points')}",
                }
            )
    return out


def looks(found: Gains) -> list[tuple[str, str, str]]:
    """Name, colour and shape of each method."""
    return [(label(method), colour(method[0]), SHAPES[nth % len(SHAPES)]) for nth, method in enumerate(found)]


def encoded(found: Gains) -> dict[str, object]:
    """The encodings of a method's colour and shape."""
    names, colours, shapes = zip(*looks(found), strict=True)
    return {
        "color": alt.Color("method:N", title=None, scale=alt.Scale(domain=names, range=colours)),
        "shape": alt.Shape("method:N", title=None, scale=alt.Scale(domain=names, range=shapes)),
    }


def over_dial(dial: Dial, found: Gains) -> Chart:
    """The gain of each method over the positions of the dial, with pooled 95 % intervals: points beside one another, so
    that none hides another, and a line at zero."""
    here, look = hideable(alt.Chart(data(rows_of(dial, found))), "method"), encoded(found)
    labels = str(list(map(str, dial.positions)))
    x = alt.X(
        "x:Q",
        title=dial.axis,
        scale=alt.Scale(nice=False, padding=12),
        axis=alt.Axis(values=list(range(len(dial.positions))), labelExpr=f"{labels}[datum.value]"),
    )
    y = alt.Y("mean:Q", title=GAIN)
    chart = alt.layer(
        zero_line(),
        here.mark_line(opacity=0.6, strokeWidth=1).encode(x=x, y=y, color=look["color"]),
        whiskers(here, x, y, look["color"]),
        here.mark_point(size=60).encode(x=x, y=y, **look, **said()),
    )
    return Chart(
        chart.add_params(HIDDEN).properties(width="container", height=HEIGHT + 40),
        f"Gain at equal total cost in points over the {dial.axis}: a line a method with pooled 95 % intervals, and "
        "a line at zero.",
        [*looks(found), CONTROL],
        "method",
    )


def at_position(dial: Dial, found: Gains, name: str) -> Chart:
    """The gains of all methods at one position, which the slider `name` sets, a line a method."""
    here = alt.Chart(data(rows_of(dial, found))).transform_filter(f"datum.position == {list(dial.positions)}[turned]")
    names, look = [each for each, *_ in looks(found)], encoded(found)
    reach = [value for row in rows_of(dial, found) for value in (row["low"], row["high"], 0.0)]
    x = alt.X("mean:Q", title=GAIN, scale=alt.Scale(domain=[min(reach) - 1, max(reach) + 1], nice=False))
    y = alt.Y("method:N", sort=names, title=None)
    low = alt.X("low:Q", title=GAIN, scale=x["scale"])
    bars = here.mark_rule().encode(x=low, x2="high:Q", y=y, color=look["color"])
    points = here.mark_point(size=80).encode(x=x, y=y, **look, **said())
    words = (
        here.transform_aggregate(at="min(at)")
        .mark_text(align="left", baseline="bottom", dy=-6)
        .encode(x=alt.value(0), y=alt.value(0), text="at:N")
    )
    slider = alt.param(
        "turned", value=0, bind=alt.binding_range(min=0, max=len(dial.positions) - 1, step=1, name=f"{name} ")
    )
    return Chart(
        alt.layer(zero_line(upright=False), bars, points, words)
        .add_params(slider)
        .properties(width="container", height=34 * len(names)),
        f"Gain of every method at equal total cost, at the position of the dial that the slider sets: {dial.axis}.",
    )
