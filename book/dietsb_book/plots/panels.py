"""The poster's figures, with its values beside ours."""

from __future__ import annotations

from collections.abc import Iterable

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dietsb_book.plots.style import SERIES, STYLE, errorbar
from dietsb_core.errors import one_line
from dietsb_core.evidence.overlap import FRACTIONS, POSTER, overlap, ranks
from dietsb_core.evidence.pooled import logit_interval
from dietsb_core.evidence.row import Results, Row
from dietsb_core.evidence.statistics import interval
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


def accuracy_by_rate(results: Results) -> Figure:
    """Final accuracy against the share of examples pruned in an epoch, all methods that are on record."""
    figure, axes = plt.subplots()
    seen: set[str] = set()
    for nth, method in enumerate(results):
        name = {} if method[0] in seen else {"label": label((method[0], 1.0))}
        seen.add(method[0])
        x = 100 * (1 - method[1]) + 0.5 * (nth % 3 - 1)  # a little to the side, so that intervals do not hide
        errorbar(axes, x, [record.accuracy for record in results[method].values()], method, **name)
    axes.set(xlabel="examples pruned in an epoch, %", ylabel="test accuracy after the last epoch, %")
    axes.legend(fontsize=9)
    return figure


def accuracy_by_cost(rows: list[Row]) -> Figure:
    """Final accuracy against the floating-point work of training and selection, over that of full training. Scores,
    which are made once for all seeds, are not in it."""
    figure, axes = plt.subplots()
    whole = next((row.flops for row in rows if row.policy == "full"), None)
    for row in rows if whole else []:  # without full training on record there is nothing to measure by
        errorbar(axes, row.flops / whole, row.accuracies, row.method,
                 label=label(row.method))
    axes.set(xlabel="floating-point work of training and selection, full training = 1",
             ylabel="test accuracy after the last epoch, %")
    axes.legend(fontsize=8)
    return figure


def overlap_curves(series: dict[str, dict[float, list[float]]], poster: bool = False) -> Figure:
    """Overlap of the lowest-ranked against the fraction pruned, with chance, and the poster's values if asked for."""
    figure, axes = plt.subplots()
    percent = [100 * p for p in FRACTIONS]
    axes.plot([0, 100], [0, 1], color="#999999", linestyle=":", label="chance")
    for (name, values), (colour, marker) in zip(series.items(), SERIES[:len(series)], strict=True):
        stats = [interval(values[p]) for p in FRACTIONS]
        half = np.array([(s.mean - s.low, s.high - s.mean) for s in stats]).T
        axes.errorbar(percent, [s.mean for s in stats], yerr=half if stats[0].n > 1 else None, color=colour,
                      marker=marker, markersize=5, capsize=2, label=name)
    if poster:
        axes.plot(percent, POSTER.values(), color="#0072B2", marker="x", linestyle="--",
                  label="the poster's score files")
    axes.set(xlabel="lowest-ranked share pruned, %", ylabel="share in common", xlim=(0, 100), ylim=(0, 1))
    axes.legend(fontsize=9)
    return figure


def rank_map(a: np.ndarray, b: np.ndarray, fraction: float, names: tuple[str, str]) -> Figure:
    """Where each example stands in two rankings, with the corner that both would prune at `fraction`."""
    figure, axes = plt.subplots(figsize=(5.2, 4.6))
    x, y = 100 * ranks(a) / len(a), 100 * ranks(b) / len(b)
    counts, _, _ = np.histogram2d(x, y, bins=50, range=((0, 100), (0, 100)))
    image = axes.imshow(counts.T, origin="lower", extent=(0, 100, 0, 100), cmap="cividis", aspect="auto")
    axes.plot([0, 100 * fraction, 100 * fraction], [100 * fraction, 100 * fraction, 0], color="white", lw=2)
    axes.set(xlabel=f"rank by {names[0]}, %", ylabel=f"rank by {names[1]}, %",
             title=f"{overlap(a, b, fraction):.0%} of the lowest {fraction:.0%} in common (chance {fraction:.0%})")
    axes.grid(False)
    figure.colorbar(image, label="examples")
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


def class_scatter(share: np.ndarray, diversity: np.ndarray, names: np.ndarray) -> Figure:
    """A class's share among the lowest-scored against its diversity, the most and least pruned classes named."""
    figure, axes = plt.subplots()
    axes.scatter(diversity, 100 * share, color=STYLE["random_backprop"][0], edgecolor="#333333", s=22)
    order = np.argsort(share)
    for at in (*order[-5:], *order[:2]):
        axes.annotate(one_line(names[at]), (diversity[at], 100 * share[at]), fontsize=8, xytext=(4, 3),
                      textcoords="offset points", parse_math=False)
    axes.set(xlabel="diversity of the class's images (mean squared distance to their mean)",
             ylabel="of the class among the lowest-scored, %")
    return figure


def epoch_bars(rows: list[Row], poster: dict[tuple[str, float], float]) -> Figure:
    """An epoch's time over the baseline's, ours beside the floor and the poster's."""
    figure, axes = plt.subplots(figsize=(7, 4.6))
    rows = [row for row in rows if row.epoch_over_baseline.n]
    for at, row in enumerate(rows):
        ours = row.epoch_over_baseline
        half = [[ours.mean - ours.low], [ours.high - ours.mean]] if ours.n > 1 else None
        axes.plot([row.floor] * 2, [at - 0.3, at + 0.3], color="#000000", lw=2, label="floor" if not at else None)
        axes.errorbar(ours.mean, at, xerr=half, color=STYLE["selective_backprop"][0], marker="o", capsize=3,
                      label="here" if not at else None, linestyle="none")
        axes.plot(poster.get(row.method), at, marker="x", color=STYLE["diet_random"][0],
                  linestyle="none", label="the poster, Tesla T4" if not at else None)
    axes.set_yticks(range(len(rows)), [label(row.method) for row in rows])
    axes.set(xlabel="seconds an epoch over full training's", xlim=(0, None))
    axes.invert_yaxis()
    axes.legend(fontsize=9)
    figure.tight_layout()
    return figure
