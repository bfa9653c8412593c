"""When leaving examples out pays: the gain of every method in every regime."""

from __future__ import annotations

import altair as alt

from dietsb_book.charts.shown import Chart, data, said
from dietsb_book.charts.theme import INK
from dietsb_core.evidence.advice import by_regime, points, told, tuned
from dietsb_core.evidence.equal_cost import Gain
from dietsb_core.evidence.pooled import ABOVE, BELOW, EQUAL
from dietsb_core.evidence.when import Compared

MARKS = {ABOVE: "▲", BELOW: "▼", EQUAL: "="}  # a verdict by its sign; none where it is not decided
STRONG = 8  # points: gains beyond it have the full colour
ALT = (
    "The gain of every method over the best control of equal total cost in every regime, in points of test accuracy: "
    "a row a method, a column a regime. A sign says where it is decided."
)


def regime_map(lines: list[Compared]) -> Chart:
    """The gain of every method at equal total cost in every regime, in points, with a sign where it is decided. A
    regime some of whose controls look at the labels has a second column, beside full training alone."""
    rows = cells(lines)
    methods, columns = (list(dict.fromkeys(row[name] for row in rows)) for name in ("method", "regime"))
    x = alt.X(
        "regime:N",
        sort=columns,
        title=None,
        axis=alt.Axis(
            orient="top",
            labelAngle=0,
            labelLimit=130,
            labelPadding=38,  # room for three lines, which go down from here
            labelExpr="split(datum.label, '\\n')",
            domain=False,
            ticks=False,
        ),
    )
    y = alt.Y("method:N", sort=methods, title=None, axis=alt.Axis(labelLimit=300, domain=False, ticks=False))
    here = alt.Chart(data(rows))
    scale = alt.Scale(scheme="purpleorange", domain=[-STRONG, STRONG], domainMid=0, reverse=True, clamp=True)
    tint = alt.Color("gain:Q", scale=scale, legend=None)  # Vega draws no tile of a gain that is not known
    tiles = here.mark_rect(stroke="white", strokeWidth=1).encode(x=x, y=y, color=tint, **said())
    strong, unknown = f"abs(datum.gain) > {0.6 * STRONG}", "!isValid(datum.gain)"
    ink = {"condition": [{"test": strong, "value": "white"}, {"test": unknown, "value": INK}], "value": "black"}
    words = here.mark_text(aria=False).encode(x=x, y=y, text="cell:N", color=ink)
    return Chart(
        alt.layer(tiles, words).properties(width=92 * len(columns), height=26 * len(methods)),
        ALT,
        [("▲ above, ▼ below, = equal; no sign: not decided", "none", "circle")],
    )


def cells(lines: list[Compared]) -> list[dict[str, object]]:
    """A row a method and column."""
    out = []
    for name, mine in by_regime(lines).items():
        where = "\n".join(name.rsplit("-", 1)) + " epochs"
        for one in (one for one in tuned(mine) if not one.is_control):
            sides = [("", one.gain, one.verdict)]
            if mine[0].regime.aware:
                sides.append(("\nover full training", one.over_full, one.verdict_over_full))
            out += [cell(told(one), where + side, gain, verdict) for side, gain, verdict in sides]
    return out


def cell(method: str, where: str, gain: Gain | None, verdict: str) -> dict[str, object]:
    """A gain in points with the sign of its verdict; a dash where no control is of its cost."""
    place = {"method": method, "regime": where, "verdict": verdict}
    words = f"{method}\n{' '.join(where.split())}\n"
    if gain is None:
        return place | {"gain": None, "cell": "–", "said": words + verdict}
    mean = 100 * gain.value.mean
    return place | {"gain": mean, "cell": f"{mean:+.1f} {MARKS.get(verdict, '')}".strip(),
                    "said": f"{words}{points(gain)}: {verdict}"}
