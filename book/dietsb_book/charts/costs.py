"""Accuracy against total cost, and what a method adds to full training over the length of training."""

from __future__ import annotations

import altair as alt

from dietsb_book.charts.parts import ACCURACY, bounded, spoken, whiskers, zero_line
from dietsb_book.charts.shown import HIDDEN, Chart, data, hideable, said
from dietsb_book.charts.theme import HEIGHT, INK, coloured, entries, shaped
from dietsb_core.evidence.statistics import Interval
from dietsb_core.evidence.tradeoff import WORDS, Front, Judged
from dietsb_core.evidence.tradeoff.front import line
from dietsb_core.evidence.verdicts import NAMES, label


def by_total_cost(priced: dict[str, list[Judged]]) -> Chart:
    """Accuracy against total cost, {unit: rows of tradeoff.judged}: the controls' front with its band, and every
    method. A menu chooses the unit."""
    units = {unit: f"{WORDS[unit]}; full training of {rows[0].unit_epochs} epochs = 1" for unit, rows in priced.items()}
    shown = data([point(row, units[unit]) for unit, rows in priced.items() for row in rows])
    policies = list(dict.fromkeys(row.policy for rows in priced.values() for row in rows))
    here = hideable(alt.Chart(shown), "method").transform_filter("datum.unit_ == priced")
    x = alt.X(
        "total:Q",
        title="total cost, scores and selection included",
        axis=alt.Axis(format="~g", tickCount=6),
        scale=alt.Scale(type="log", nice=False, padding=12),
    )
    y = alt.Y("mean:Q", title=ACCURACY, scale=alt.Scale(zero=False, padding=6))
    marks = here.mark_point(size=80).encode(x=x, y=y, color=coloured(policies), shape=shaped(policies), **said())
    names = list(units.values())
    bind = {"bind": alt.binding_select(options=names, name="Cost in ")} if len(names) > 1 else {}
    chart = alt.layer(*front(priced, units, x, y), whiskers(here, x, y, coloured(policies)), marks).add_params(
        alt.param("priced", value=names[0], **bind), HIDDEN
    )
    return Chart(
        chart.properties(width="container", height=HEIGHT + 60),
        "Test accuracy over total cost: the line is full "
        "training, shorter and longer; a point is a method at one rate, with its 95 % interval. A method pays "
        "where it lies above the line.",
        [*entries(policies), ("full training, the best of each cost", INK, "1 0")],
        "method",
    )


def point(row: Judged, unit: str) -> dict[str, object]:
    """One method and rate, or one control."""
    gain = (
        spoken(row.gain_at_equal_cost, sign="+", of=" points") if row.gain_at_equal_cost.n else "no control of its cost"
    )
    beside = "" if row.is_control else f"\nat equal cost {gain}: {row.against_front}"
    name = f"full training, {row.epochs} epochs, batch {row.batch}" if row.is_control else label(row.method)
    return {
        "unit_": unit,
        "method": NAMES[row.policy],
        "setting": name,
        "total": row.total,
        "scoring": row.scoring,
        **bounded(row.accuracy),
        "seeds": row.accuracy.n,
        "verdict": "control" if row.is_control else row.against_front,
        "said": f"{name}\naccuracy {spoken(row.accuracy)}\ntotal cost {row.total:.2f}, of it scoring "
        f"{row.scoring:.2f}{beside}",
    }


def front(priced: dict[str, list[Judged]], units: dict[str, str], x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """The line of the best controls of each cost, with the band of its interval."""
    rows = []
    for unit, judged in priced.items():
        of = Front(judged)
        rows += [
            {"unit_": units[unit], "total": row.total, **bounded(of.at(row.total))}
            for row in line(of.controls, of.cost_of)
        ]
    here = alt.Chart(data(rows)).transform_filter("datum.unit_ == priced")
    return [
        here.mark_area(color=INK, opacity=0.12).encode(
            x=x, y=alt.Y("low:Q", scale=y["scale"], title=y["title"]), y2="high:Q"
        ),
        here.mark_line(color=INK, strokeWidth=1.5).encode(x=x, y=y),
    ]


def by_length(differences: dict[str, dict[int, Interval]]) -> Chart:
    """What a method adds to full training of the same cost, in points, over the length of training."""
    policies, rows = list(differences), []
    for nth, (policy, lengths) in enumerate(differences.items()):
        rows += [
            {
                "method": NAMES[policy],
                "epochs": length,
                "x": length * (1 + 0.03 * (nth - 1)),
                **bounded(gain),
                "said": f"{label((policy, 0.5))}, {length} epochs\n{spoken(gain, sign='+', of=' points')}",
            }
            for length, gain in lengths.items()
        ]
    here = hideable(alt.Chart(data(rows)), "method")
    ticks = sorted({row["epochs"] for row in rows})
    x = alt.X(
        "x:Q",
        title="epochs of training",
        scale=alt.Scale(type="log", nice=False, padding=14),
        axis=alt.Axis(values=ticks, format="~g"),
    )
    y = alt.Y("mean:Q", title="test accuracy minus the control's, points")
    chart = alt.layer(
        zero_line(),
        here.mark_line(opacity=0.6).encode(x=x, y=y, color=coloured(policies)),
        whiskers(here, x, y, coloured(policies)),
        here.mark_point(size=70).encode(x=x, y=y, color=coloured(policies), shape=shaped(policies), **said()),
    )
    legend = [*entries(policies), ("full training of the same cost, no score charged", INK, "1 0")]
    return Chart(
        chart.add_params(HIDDEN).properties(width="container", height=HEIGHT),
        "Accuracy of each method at half "
        "of the data minus that of full training of the same cost, over the epochs of training, with 95 % "
        "intervals and a line at zero.",
        legend,
        "method",
    )
