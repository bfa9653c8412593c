"""Accuracy over epochs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import altair as alt
import numpy as np

from dietsb_book.charts.parts import bounded, spoken
from dietsb_book.charts.shown import HIDDEN, Chart, data, hideable, said
from dietsb_book.charts.theme import HEIGHT, coloured, entries, shaped
from dietsb_core.evidence.pooled import logit_interval
from dietsb_core.evidence.row import Results
from dietsb_core.evidence.verdicts import NAMES, label


def over_epochs(groups: dict[str, Iterable[tuple[str, float]]], results: Results, name: str = "") -> Chart:
    """Test accuracy over epochs of each group's methods, a group at a time: means over seeds with the band of their
    95 % interval. `name` is what the groups differ in."""
    rows = [
        row
        for group, methods in groups.items()
        for method in methods
        if results.get(method)
        for row in epochs_of(group, method, results)
    ]
    policies = list(dict.fromkeys(policy for methods in groups.values() for policy, _ in methods))
    here = hideable(alt.Chart(data(rows)), "method").transform_filter("datum.group == group")
    x = alt.X("epoch:Q", title="epoch", axis=alt.Axis(values=ticks(rows), format="d"), scale=alt.Scale(nice=False))
    y = alt.Y("mean:Q", title="test accuracy, %")
    dash = alt.StrokeDash("setting:N", legend=None, scale=dashes(rows))
    chart = alt.layer(
        here.mark_area(opacity=0.15).encode(
            x=x, y=alt.Y("low:Q", title=y["title"]), y2="high:Q", color=coloured(policies), detail="setting:N"
        ),
        here.mark_line(strokeWidth=1.5).encode(x=x, y=y, color=coloured(policies), strokeDash=dash),
        here.mark_point(size=45).encode(x=x, y=y, color=coloured(policies), shape=shaped(policies), **said()),
    )
    first = next(iter(groups))
    bind = {"bind": alt.binding_radio(options=list(groups), name=f"{name} ")} if len(groups) > 1 else {}
    return Chart(
        chart.add_params(alt.param("group", value=first, **bind), HIDDEN).properties(width="container", height=HEIGHT),
        "Test accuracy over epochs, a line a method and rate with the band of its 95 % "
        "interval over seeds; broken lines keep less than 40 %.",
        entries(policies),
        "method",
    )


def ticks(rows: list[dict[str, Any]]) -> list[int]:
    """Whole epochs, about ten of them."""
    last = max((row["epoch"] for row in rows), default=1)
    return list(range(0, last + 1, max(1, round(last / 10))))


def dashes(rows: list[dict[str, Any]]) -> alt.Scale:
    """Broken lines for what keeps less than 40 %."""
    kept = {row["setting"]: row["keep"] for row in rows}
    return alt.Scale(domain=list(kept), range=[[1, 0] if keep > 0.4 else [6, 4] for keep in kept.values()])


def epochs_of(group: str, method: tuple[str, float], results: Results) -> list[dict[str, Any]]:
    """A row for each epoch after which all seeds of a method were evaluated."""
    known = [
        {row["epoch"]: row["accuracy"] for row in record.rows if "accuracy" in row}
        for record in results[method].values()
    ]
    out = []
    for epoch in sorted(set.intersection(*map(set, known))):
        at = logit_interval(list(np.array([of[epoch] for of in known])))
        out.append(
            {
                "group": group,
                "method": NAMES[method[0]],
                "setting": label(method),
                "keep": method[1],
                "epoch": epoch,
                **bounded(at),
                "n": at.n,
                "said": f"{label(method)}, epoch {epoch}\naccuracy {spoken(at)}, n = {at.n}",
            }
        )
    return out
