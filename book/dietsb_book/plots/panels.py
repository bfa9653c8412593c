"""The poster's figures, with its values beside ours."""

from __future__ import annotations

from collections.abc import Iterable

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dietsb_book.plots.style import STYLE
from dietsb_core.errors import one_line
from dietsb_core.evidence.pooled import logit_interval
from dietsb_core.evidence.row import Results
from dietsb_core.evidence.verdicts import label
from dietsb_core.runs.records import Record


def over_epochs(axes: Axes, method: tuple[str, float], records: Iterable[Record]) -> None:
    """Test accuracy after each epoch that it is known of: mean over seeds, with the band of its 95 % interval."""
    known = [{row["epoch"]: row["accuracy"] for row in record.rows if "accuracy" in row} for record in records]
    epochs, colour = sorted(set.intersection(*map(set, known))), STYLE[method[0]][0]
    curves = np.array([[of[epoch] for epoch in epochs] for of in known])
    stats = [logit_interval(column) for column in curves.T]
    axes.plot(epochs, [100 * s.mean for s in stats], color=colour, marker=STYLE[method[0]][1], markersize=4,
              linestyle="-" if method[1] > 0.4 else "--", label=f"{label(method)} (n = {len(curves)})")
    if len(curves) > 1:
        axes.fill_between(epochs, [100 * s.low for s in stats], [100 * s.high for s in stats], color=colour, alpha=0.15,
                          lw=0)
    axes.set(xlabel="epoch", ylabel="test accuracy, %")


def curves(results: Results, methods: Iterable[tuple[str, float]], title: str) -> Figure:
    """Accuracy over epochs of `methods`, as far as they are on record."""
    figure, axes = plt.subplots()
    for method in methods:
        if results.get(method):
            over_epochs(axes, method, results[method].values())
    axes.set_title(title)
    axes.set_ylim(0, 1.05 * max(axes.dataLim.y1, 1))  # room for the markers, which matplotlib measures without the 0
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend(fontsize=9)
    return figure


def image_grid(images: np.ndarray, titles: list[str], columns: int = 5) -> Figure:
    """`images` uint8 [m, H, W, 3] as they are, each with a line above it."""
    lines = -(-len(images) // columns)
    figure, axes = plt.subplots(lines, columns, figsize=(1.5 * columns, 1.75 * lines), squeeze=False)
    for place in axes.flat:
        place.axis("off")
    for place, image, title in zip(axes.flat, images, titles, strict=False):  # the last line may be short
        place.imshow(image, interpolation="nearest")
        place.set_title(one_line(title), fontsize=8, parse_math=False)  # a class may be called $x$
    figure.tight_layout()
    return figure
