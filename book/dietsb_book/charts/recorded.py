"""Recorded runs to choose from: methods, a rate, and the mean over seeds or one of them."""

from __future__ import annotations

from typing import Any

import altair as alt

from dietsb_book.charts.epochs import epochs_of, ticks
from dietsb_book.charts.shown import Chart, data, hideable, picked, said
from dietsb_book.charts.theme import HEIGHT, coloured, entries, shaped
from dietsb_core.errors import UserError
from dietsb_core.evidence.row import Results
from dietsb_core.evidence.verdicts import NAMES

MEAN = "mean, 95 % band"
FIRST = ("full", "selective_backprop", "random_backprop", "diet_sb")  # what is shown at first
ALT = (
    "Test accuracy over epochs of full training and of the methods that the legend chooses, at the prune rate that the "
    "buttons choose: the mean over seeds with the band of its 95 % interval, or one seed. A point alone is of a method "
    "that was evaluated after its last epoch only."
)


def explore(results: Results, pruned: float = 0.5) -> Chart:
    """`results` at the recorded rate that is nearest to `pruned`, and at every other at the press of a button.

    Raises:
        UserError: where no run that prunes is on record.
    """
    rates = sorted({1 - keep for _, keep in results if keep < 1})
    if not rates:
        raise UserError("no run that prunes is on record: run one of the methods first")
    policies = sorted({policy for policy, _ in results}, key=lambda one: (order(one), NAMES[one].lower()))
    rows = rows_of(results)
    first = min(rates, key=lambda one: abs(one - pruned))
    buttons = alt.binding_radio(options=[*map(percent, rates)], name="Pruned ")
    menu = alt.binding_select(options=list(dict.fromkeys(row["group"] for row in rows)), name="Seeds ")
    names = [NAMES[one] for one in policies]
    shown = [NAMES[one] for one in policies if one in FIRST]
    every = hideable(alt.Chart(data([*rows, *missing(results, policies, rates)])), "method")
    chart = alt.layer(*curves(every, rows, policies), names_of_missing(every)).add_params(
        alt.param("rate", value=percent(first), bind=buttons),
        alt.param("seeds", value=MEAN, bind=menu),
        *picked("method", names, shown),
    )
    return Chart(
        chart.properties(width="container", height=HEIGHT + 40),
        ALT,
        entries(policies),
        "method",
        hidden=[name for name in names if name not in shown],
    )


def order(policy: str) -> int:
    return FIRST.index(policy) if policy in FIRST else len(FIRST)


def percent(pruned: float) -> str:
    return f"{100 * pruned:g} %"


def rows_of(results: Results) -> list[dict[str, Any]]:
    """A row for each method, rate and epoch: of the mean first, then of each seed. Full training is of no rate."""
    seeds = sorted({seed for records in results.values() for seed in records})
    parts = {MEAN: results}
    for seed in seeds:
        parts[f"seed {seed}"] = {method: {seed: by[seed]} for method, by in results.items() if seed in by}
    return [
        {**row, "rate": percent(1 - method[1]) if method[1] < 1 else ""}
        for group, part in parts.items()
        for method in part
        for row in lone(epochs_of(group, method, part))
    ]


def lone(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of one method; `alone` says that it has one point, which no line goes to."""
    return [{**row, "alone": len(rows) == 1} for row in rows]


def curves(every: alt.Chart, rows: list[dict[str, Any]], policies: list[str]) -> list[alt.Chart]:
    """Bands, whiskers of points that stand alone, lines and points. The axis is the same at every rate."""
    here = every.transform_filter("datum.group == seeds && (datum.rate == '' || datum.rate == rate)")
    ends = [row[end] for row in rows if row["group"] == MEAN for end in ("low", "high")]
    x = alt.X(
        "epoch:Q",
        title="epoch",
        axis=alt.Axis(values=ticks(rows), format="d"),
        scale=alt.Scale(nice=False, padding=10, domain=[1, max(row["epoch"] for row in rows)]),
    )
    y = alt.Y("mean:Q", title="test accuracy, %", scale=alt.Scale(domain=[min(ends), max(ends)], zero=False, padding=6))
    low = alt.Y("low:Q", title=y["title"], scale=y["scale"])
    colour = coloured(policies)
    return [
        here.mark_area(fillOpacity=0.15).encode(x=x, y=low, y2="high:Q", color=colour),
        here.transform_filter("datum.alone").mark_rule().encode(x=x, y=low, y2="high:Q", color=colour),
        here.mark_line(strokeWidth=1.5).encode(x=x, y=y, color=colour),
        here.mark_point(size=45).encode(x=x, y=y, color=colour, shape=shaped(policies), **said()),
    ]


def missing(results: Results, policies: list[str], rates: list[float]) -> list[dict[str, Any]]:
    """A row, of no epoch and accuracy, for each method and rate without a record."""
    known = {(policy, percent(1 - keep)) for policy, keep in results}
    return [
        {
            "group": "",
            "method": NAMES[one],
            "rate": rate,
            "setting": "",
            "alone": False,
            "said": f"{NAMES[one]}: not on record at {rate}",
        }
        for rate in map(percent, rates)
        for one in policies
        if one != "full" and (one, rate) not in known
    ]


def names_of_missing(every: alt.Chart) -> alt.Chart:
    """A line of text for each chosen method that is not on record at the chosen rate."""
    here = every.transform_filter("datum.group == '' && datum.rate == rate").transform_window(nth="row_number()")
    text = here.mark_text(
        align="left", baseline="top", dx=8, dy=alt.expr("16 * datum.nth - 12"), opacity=0.75, aria=False
    )
    return text.encode(x=alt.value(0), y=alt.value(0), text="said:N")
