"""What a chart holds and what Vega draws of it, for tests: rows of data, and marks with their places."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import vl_convert

from _ext import charts as page
from dietsb_book.charts import Chart


def rows(chart: Chart) -> list[dict[str, Any]]:
    """The rows of the chart's largest data set."""
    return max(chart.spec["datasets"].values(), key=len)


def marks(chart: Chart, kind: str) -> list[dict[str, Any]]:
    """Every mark of a `kind` (symbol, rule, text, rect, line) that is drawn at the first settings of the inputs."""
    scene = vl_convert.vegalite_to_scenegraph(chart.spec, vl_version=page.VERSION)
    return [item for group in groups(scene["scenegraph"]) if group.get("marktype") == kind
            and str(group.get("role")) == "mark" for item in group["items"]]


def groups(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for item in node.get("items", []):
        yield from groups(item)


def labels(chart: Chart, kind: str = "symbol") -> list[str]:
    """What the marks say to whoever cannot see."""
    return [item["description"] for item in marks(chart, kind) if "description" in item]
