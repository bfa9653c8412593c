"""Curves that grow while they are trained."""

from __future__ import annotations

import altair as alt

from dietsb_book.charts.shown import Chart, data, said
from dietsb_book.charts.theme import HEIGHT, coloured, entries, shaped
from dietsb_core.evidence.verdicts import NAMES


def growing(points: list[dict[str, object]], epochs: int) -> Chart:
    """Accuracy over cost of the points that there are, see `trials.points`, on axes that stay as they are while more
    come: to the cost of `epochs` of full training and 100 %."""
    policies = ["full", *dict.fromkeys(str(point["policy"]) for point in points if point["policy"] != "full")]
    rows = [
        {
            "method": NAMES[point["policy"]],
            **{name: point[name] for name in ("epoch", "cost", "accuracy")},
            "said": f"{point['setting']}, epoch {point['epoch']}\naccuracy {point['accuracy']:.1f} %\n"
            f"cost {point['cost']:.1f} epochs of full training",
        }
        for point in points
    ]
    here = alt.Chart(data(rows) if rows else alt.InlineData([]))
    x = alt.X(
        "cost:Q",
        title="total cost so far, epochs of full training",
        scale=alt.Scale(domain=[0, epochs], nice=False, padding=6),
    )
    y = alt.Y("accuracy:Q", title="test accuracy, %", scale=alt.Scale(domain=[0, 100]))
    colour = coloured(policies)
    return Chart(
        alt.layer(
            here.mark_line(strokeWidth=1.5).encode(x=x, y=y, color=colour),
            here.mark_point(size=60).encode(x=x, y=y, color=colour, shape=shaped(policies), **said()),
        ).properties(width=560, height=HEIGHT - 60),  # of its container it would have no end within an Output widget
        "Test accuracy over the cost so far of a method and of full training, an epoch a point.",
        entries(policies),
    )
