"""What all charts look like: the colours of methods, text in the colour of the page, and nothing smaller than 11 px."""

from __future__ import annotations

from typing import Any

import altair as alt

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


class Colours(dict[str, str]):
    """The colour of each method. A method without an entry is drawn in grey."""

    def __missing__(self, policy: str) -> str:
        return "#777777"


# Okabe and Ito's palette (2008), then Paul Tol's "muted" and "high-contrast" ones (2021).
COLOURS = Colours({
    "full": "#000000", "random_backprop": "#56B4E9", "selective_backprop": "#D55E00", "el2n": "#009E73",
    "random_prune": "#999999", "diet_sb": "#CC79A7", "diet_random": "#0072B2", "grand": "#117733",
    "grand_last": "#117733", "forgetting": "#999933", "dynamic_random": "#332288", "epsilon_greedy": "#CC6677",
    "ucb": "#882255", "infobatch": "#E69F00", "diet_dynamic": "#44AA99", "forgetting_sb": "#AA4499",
    "el2n_balanced": "#009E73", "stale_selective_backprop": "#D55E00", "cdf_selective_backprop": "#D55E00",
    "early_stopping": "#BB5566", "orderdp": "#004488", "seta": "#DDAA33", "dynamic_balanced": "#117733",
    "balanced_sb": "#882255", "class_weights": "#555555",
})
SERIES = (COLOURS["selective_backprop"], COLOURS["el2n"])  # of curves that belong to no method


def colour(policy: str) -> str:
    """The colour of a method: a style sheet may give another in the dark."""
    return INK if policy == "full" else f"var(--method-{policy.replace('_', '-')}, {COLOURS[policy]})"


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
