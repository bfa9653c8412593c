"""A chart as notebooks show it: Vega-Lite for JupyterLab, its description for everything else. The book's page of it is
made by _ext/charts.py."""

from __future__ import annotations

import json
from typing import Any

import altair as alt
import pandas as pd

from dietsb_book.charts.theme import CONFIG, WIDTH
from dietsb_core.errors import one_line

MIME = "application/vnd.vegalite.v5+json"


Entry = tuple[str, str, str]  # a name, a colour, and a shape or a line's dashes such as "6 3"


class Chart:
    """An Altair chart with its description. `spec` is the Vega-Lite specification, with all data in it. `legend` has
    what a page lists below the chart. An entry of `field` can be hidden there, by the parameter `hidden` of
    `hideable`; the names in `hidden` are so at first."""

    def __init__(
        self,
        chart: alt.TopLevelMixin,
        alt_text: str,
        legend: list[Entry] = (),
        field: str = "",
        hidden: list[str] = (),
    ):
        self.alt = one_line(alt_text)
        self.spec: dict[str, Any] = chart.properties(description=self.alt).configure(**CONFIG).to_dict()
        fluid = self.spec.get("width") == "container"
        if fluid:  # which has no width in JupyterLab, where an output is as wide as what it holds
            self.spec["width"] = WIDTH
        self.spec["usermeta"] = {
            "fluid": fluid,
            "embedOptions": {"renderer": "svg", "actions": False},  # as JupyterLab is to show it
            "legend": [list(entry) for entry in legend],
            "field": field,
            "hidden": list(hidden),
        }

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return {MIME: self.spec, "text/plain": self.alt}


def hideable(chart: alt.Chart, field: str) -> alt.Chart:
    """The chart without what `hidden` lists of `field`; add `HIDDEN` to one layer of it."""
    return chart.transform_filter(f"indexof(hidden, datum.{field}) < 0")


HIDDEN = alt.param("hidden", value=[])


def picked(field: str, names: list[str], first: list[str]) -> tuple[alt.Parameter, alt.Parameter]:
    """In the place of HIDDEN, for a chart that shows few of many `names`: the `first` ones until a reader presses an
    entry. In JupyterLab, without the page's legend, that is an entry of Vega's own; none pressed means all."""
    chosen = alt.selection_point(
        "picked", fields=[field], bind="legend", toggle="true", value=[{field: name} for name in first]
    )
    off = ", ".join(f"indexof(picked.{field}, {json.dumps(name)}) < 0 ? {json.dumps(name)} : ''" for name in names)
    return chosen, alt.param("hidden", expr=f"picked.{field} ? [{off}] : []")


def data(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """The rows of a chart: numbers rounded to four significant decimals, and each text, which may be of a file or a
    record, on one line."""
    return pd.DataFrame([{name: _short(value) for name, value in row.items()} for row in rows])


def _short(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    return "\n".join(map(one_line, value.split("\n"))) if isinstance(value, str) else value


def said(field: str = "said") -> dict[str, Any]:
    """Encodings that show the text in `field` to whoever points at a mark, and speak it to whoever cannot see."""
    return {"tooltip": alt.Tooltip(f"{field}:N"), "description": alt.Description(f"{field}:N")}
