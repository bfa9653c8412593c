"""What all charts look like: the colours of methods, text in the colour of the page, and nothing smaller than 11 px."""

from __future__ import annotations

from typing import Any

import altair as alt

from dietsb_book.plots.style import STYLE
from dietsb_core.evidence.verdicts import NAMES

INK = "currentColor"  # of the page: light and dark alike
WIDTH, HEIGHT = 640, 340  # of a chart in a notebook; a page gives it the width of its column
# Vega's names of shapes, for methods whose colours are near to one another.
SHAPES = ("circle", "triangle-up", "diamond", "square", "cross", "triangle-down", "triangle-right", "triangle-left")
TEXT = {"labelColor": INK, "titleColor": INK, "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal"}
CONFIG: dict[str, Any] = {
    "background": "transparent",
    "font": "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif",
    "view": alt.ViewConfig(stroke=None),
    "axis": alt.AxisConfig(**TEXT, domainColor=INK, tickColor=INK, gridColor=INK, gridOpacity=0.13, labelLimit=220),
    "legend": alt.LegendConfig(**TEXT, orient="bottom", columns=2, labelLimit=240, symbolStrokeWidth=2),
    "title": alt.TitleConfig(color=INK, fontSize=13, fontWeight="normal", anchor="start"),
    "text": alt.MarkConfig(color=INK, fontSize=12),
    "rule": alt.MarkConfig(color=INK, strokeWidth=1.5, aria=False),  # points say what lines and bands show
    "line": alt.LineConfig(aria=False),
    "area": alt.AreaConfig(aria=False),
    "point": alt.MarkConfig(filled=True, opacity=1),
}


def colour(policy: str) -> str:
    """The colour of a method: a style sheet may give another in the dark."""
    return INK if policy == "full" else f"var(--method-{policy.replace('_', '-')}, {STYLE[policy][0]})"


def entries(policies: list[str]) -> list[tuple[str, str, str]]:
    """What a page's legend lists of methods: name, colour, shape."""
    return [(NAMES[one], colour(one), SHAPES[at % len(SHAPES)]) for at, one in enumerate(policies)]


def coloured(policies: list[str], field: str = "method", **options: Any) -> alt.Color:
    """The encoding of methods by colour; `field` has the names that readers see."""
    return alt.Color(
        f"{field}:N",
        sort=[NAMES[one] for one in policies],
        title=None,
        scale=alt.Scale(domain=[NAMES[one] for one in policies], range=[colour(one) for one in policies]),
        **options,
    )


def shaped(policies: list[str], field: str = "method") -> alt.Shape:
    """The encoding of methods by the shape of their points, in one legend with their colours."""
    return alt.Shape(
        f"{field}:N",
        sort=[NAMES[one] for one in policies],
        title=None,
        scale=alt.Scale(
            domain=[NAMES[one] for one in policies], range=[SHAPES[at % len(SHAPES)] for at in range(len(policies))]
        ),
    )
