"""The explorer: accuracy over total cost in each regime, every setting a point, tuned controls as lines."""

from __future__ import annotations

from typing import Any

import altair as alt

from dietsb_book.charts.shown import HIDDEN, Chart, data, hideable, said
from dietsb_book.charts.theme import HEIGHT, INK, coloured, entries, shaped
from dietsb_core.errors import UserError
from dietsb_core.evidence.advice import by_regime, points, told
from dietsb_core.evidence.clocked import clock, seconds
from dietsb_core.evidence.pooled import contrast, shared
from dietsb_core.evidence.settings import scoring
from dietsb_core.evidence.statistics import Interval
from dietsb_core.evidence.tradeoff import pareto
from dietsb_core.evidence.verdicts import NAMES
from dietsb_core.evidence.when import Compared

UNITS = {"cost": "epochs of full training (operations)", "minutes": "minutes of one CPU core"}
LINES = {"full": "full training", "class_weights": "class weights", "dynamic_balanced": "class-balanced sampling"}
DASHES = ("1 0", "6 3", "2 2")
ALT = (
    "Test accuracy over total cost, a point for each setting with its 95 % interval, in the regime that the menu "
    "chooses. Lines join the best controls of each cost. A setting pays where it lies above every line."
)


def explorer(lines: list[Compared]) -> Chart:
    """`lines` of all regimes that have a method, see `evidence.when.compared`."""
    groups = {name: mine for name, mine in by_regime(lines).items() if not all(one.is_control for one in mine)}
    if not groups:
        raise UserError("no method of any regime is on record; make some with: python -m dietsb_core run when "
                        "--preset cifar-cpu")
    rows = [row for mine in groups.values() for row in points_of(mine)]
    names = list(dict.fromkeys(row["regime"] for row in rows))
    used = dict.fromkeys(one.setting.run.policy for mine in groups.values() for one in mine)
    methods = sorted(used, key=list(LINES).index if set(used) <= set(LINES) else lambda one: one not in LINES)
    regime = alt.param("regime", value=names[0], bind=alt.binding_select(options=names, name="Training "))
    unit = alt.param(
        "in_unit",
        value="cost",
        bind=alt.binding_radio(options=list(UNITS), labels=list(UNITS.values()), name="Cost in "),
    )
    here = (
        hideable(alt.Chart(data(rows)), "method")
        .transform_filter("datum.regime == regime")
        .transform_calculate(x="datum[in_unit]")
    )
    x = alt.X(
        "x:Q",
        scale=alt.Scale(type="log", nice=False, padding=12),
        title="total cost, scores and selection included",
        axis=alt.Axis(format="~g", tickCount=6),
    )
    y = alt.Y("accuracy:Q", scale=alt.Scale(zero=False, padding=8), title="test accuracy, %")
    colour = coloured(methods)
    whiskers = here.mark_rule().encode(x=x, y=alt.Y("low:Q"), y2="high:Q", color=colour)
    marks = here.mark_point(size=75).encode(x=x, y=y, color=colour, shape=shaped(methods), **said())
    chart = alt.layer(fronts(groups), whiskers, marks).add_params(regime, unit, HIDDEN)
    legend = [(f"best {name} of each cost", INK, dash) for name, dash in zip(LINES.values(), DASHES, strict=True)]
    return Chart(chart.properties(width="container", height=HEIGHT + 60), ALT, [*entries(methods), *legend], "method")


def fronts(groups: dict[str, list[Compared]]) -> alt.Chart:
    """The best controls of each cost, a line a kind and unit."""
    rows: list[dict[str, Any]] = []
    for mine in groups.values():
        on, controls = clock([one.setting for one in mine]), [one.setting for one in mine if one.is_control]
        for policy in LINES:
            for one in pareto([setting for setting in controls if setting.run.policy == policy]):
                took = seconds(one, on)
                rows.append(
                    {
                        "regime": title(mine),
                        "control": LINES[policy],
                        "cost": one.total,
                        "minutes": took and took / 60,
                        "accuracy": 100 * one.accuracy.mean,
                    }
                )
    return (
        alt.Chart(data(rows))
        .transform_filter("datum.regime == regime")
        .transform_calculate(x="datum[in_unit]")
        .transform_filter("isValid(datum.x)")
        .mark_line(color=INK, strokeWidth=1.5, opacity=0.75)
        .encode(
            x="x:Q",
            y="accuracy:Q",
            strokeDash=alt.StrokeDash(
                "control:N",
                title="best control of each cost",
                scale=alt.Scale(
                    domain=list(LINES.values()), range=[[int(part) for part in dash.split()] for dash in DASHES]
                ),
            ),
        )
    )


def title(mine: list[Compared]) -> str:
    return f"{mine[0].regime.data}, {mine[0].regime.epochs} epochs"


def points_of(mine: list[Compared]) -> list[dict[str, Any]]:
    """A row a setting of one regime."""
    on = clock([one.setting for one in mine])
    spread = shared(one.setting.accuracies for one in mine)
    out = []
    for one in mine:
        at, took = contrast([(1.0, one.setting.accuracies)], spread), seconds(one.setting, on)
        low, high = (at.low, at.high) if at.n > 1 else (at.mean, at.mean)
        out.append(
            {
                "regime": title(mine),
                "method": NAMES[one.setting.run.policy],
                "setting": told(one),
                "batch": one.setting.run.recipe.batch,
                "epochs": one.setting.run.epochs,
                "cost": one.setting.total,
                "minutes": took and took / 60,
                "accuracy": 100 * at.mean,
                "low": 100 * low,
                "high": 100 * high,
                "seeds": at.n,
                "gain": one.gain and 100 * one.gain.value.mean,
                "verdict": "control" if one.is_control else one.verdict,
                "said": words(one, at, took),
            }
        )
    return out


def words(one: Compared, at: Interval, took: float | None) -> str:
    """A setting of accuracy `at` with all that is known of it, a line a fact."""
    run = one.setting.run
    spread = f" ({100 * at.low:.1f} to {100 * at.high:.1f})" if at.n > 1 else ", one seed"
    lines = [
        f"{told(one)}: {run.epochs} epochs, batch {run.recipe.batch}",
        f"accuracy {100 * at.mean:.1f} %{spread}",
        f"total cost {one.setting.total:.1f} epochs of full training" + (f", {took / 60:.0f} min" if took else "")
        + (f", of it scoring {scoring(one.setting):.1f}" if run.scored_by else ""),
    ]
    if not one.is_control and one.gain:
        lines.append(f"at equal cost {points(one.gain)}: {one.verdict}")
    return "\n".join(lines)
