"""Accuracy over the share pruned and over an epoch's work."""

from __future__ import annotations

import altair as alt

from dietsb_book.charts.parts import ACCURACY, beside, bounded, spoken, whiskers
from dietsb_book.charts.shown import HIDDEN, Chart, data, hideable, said
from dietsb_book.charts.theme import HEIGHT, coloured, entries, shaped
from dietsb_core.evidence.pooled import logit_interval
from dietsb_core.evidence.row import Results, Row
from dietsb_core.evidence.statistics import Interval
from dietsb_core.evidence.verdicts import NAMES, label

FAMILIES: dict[str, tuple[str, ...]] = {
    "before training": ("random_prune", "el2n", "grand_last", "forgetting"),
    "a fresh subset each period": ("dynamic_random", "epsilon_greedy", "ucb", "infobatch", "diet_dynamic"),
    "within each batch": ("random_backprop", "selective_backprop", "diet_sb", "forgetting_sb"),
}
PRUNED = "examples pruned in an epoch, %"


def accuracy_by_rate(results: Results) -> Chart:
    """Final accuracy against the share of examples pruned in an epoch, all methods that are on record."""
    return by_share(
        {
            method: logit_interval([record.accuracy for record in records.values()])
            for method, records in results.items()
        }
    )


def by_rate(rows: list[Row]) -> Chart:
    """The same of rows of a report, a family of methods at a time, with full training."""
    return by_share({row.method: row.accuracy for row in rows}, FAMILIES)


def by_share(found: dict[tuple[str, float], Interval], families: dict[str, tuple[str, ...]] | None = None) -> Chart:
    """Accuracy over the share pruned, a line a method, `families` of them in a menu of their own."""
    policies = ["full", *dict.fromkeys(policy for policy, _ in found if policy != "full")]
    rows = [
        {
            "method": NAMES[policy],
            "pruned": 100 * (1 - keep),
            **bounded(at),
            "n": at.n,
            "x": 100 * (1 - keep) + (beside(policies.index(policy), len(policies)) if keep < 1 else 0),
            "family": next((name for name, of in (families or {}).items() if policy in of), ""),
            "said": f"{label((policy, keep))}\naccuracy {spoken(at)}, n = {at.n}",
        }
        for (policy, keep), at in sorted(found.items(), key=lambda item: -item[0][1])
    ]
    here = hideable(alt.Chart(data(rows)), "method")
    if families:
        here = here.transform_filter("family == 'all' || datum.family == family || datum.family == ''")
    x = alt.X(
        "x:Q", title=PRUNED, scale=alt.Scale(domain=[-5, 100], nice=False), axis=alt.Axis(values=[0, 25, 50, 75, 90])
    )
    y = alt.Y("mean:Q", title=ACCURACY, scale=alt.Scale(zero=False, padding=6))
    colour = coloured(policies)
    chart = alt.layer(
        here.mark_line(opacity=0.6, strokeWidth=1).encode(x=x, y=y, color=colour),
        whiskers(here, x, y, colour),
        here.mark_point(size=70).encode(x=x, y=y, color=colour, shape=shaped(policies), **said()),
    )
    if families:
        chart = chart.add_params(
            alt.param(
                "family", value="all", bind=alt.binding_select(options=["all", *families], name="Methods that prune ")
            )
        )
    return Chart(
        chart.add_params(HIDDEN).properties(width="container", height=HEIGHT),
        "Final test accuracy against the share of examples pruned in an epoch: a point a method and rate, with "
        "its 95 % interval over seeds; full training at 0.",
        entries(policies),
        "method",
    )


def accuracy_by_cost(rows: list[Row]) -> Chart:
    """Final accuracy against the floating-point work of training and selection, over that of full training. Scores,
    which are made once for all seeds, are not in it. Without full training on record there is nothing to measure by."""
    whole = next((row.flops for row in rows if row.policy == "full"), None)
    policies = list(dict.fromkeys(row.policy for row in rows))
    shown = data(
        [
            {
                "method": NAMES[row.policy],
                "setting": label(row.method),
                "work": row.flops / whole,
                **bounded(row.accuracy),
                "n": row.accuracy.n,
                "said": f"{label(row.method)}\naccuracy {spoken(row.accuracy)}\n{row.flops / whole:.2f} of the work",
            }
            for row in (rows if whole else [])
        ]
    )
    here = hideable(alt.Chart(shown), "method")
    x = alt.X(
        "work:Q",
        title="floating-point work of training and selection, full training = 1",
        scale=alt.Scale(zero=False, padding=10),
    )
    y = alt.Y("mean:Q", title=ACCURACY, scale=alt.Scale(zero=False, padding=6))
    marks = here.mark_point(size=80).encode(x=x, y=y, color=coloured(policies), shape=shaped(policies), **said())
    return Chart(
        alt.layer(whiskers(here, x, y, coloured(policies)), marks)
        .add_params(HIDDEN)
        .properties(width="container", height=HEIGHT),
        "Final accuracy against floating-point work relative to full training, a "
        "point a method and rate, with 95 % intervals over seeds.",
        entries(policies),
        "method",
    )
