"""The second source's figures: accuracy against rate, total cost and length of training."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from dietsb_book.plots.style import STYLE, point
from dietsb_core.evidence.row import Row
from dietsb_core.evidence.statistics import Interval
from dietsb_core.evidence.tradeoff import WORDS, Front, Judged, pareto
from dietsb_core.evidence.tradeoff.front import line
from dietsb_core.evidence.verdicts import NAMES, label

USAGE = {"always": ("#0072B2", ""), "sometimes": ("#E69F00", "//"), "never": ("#999999", "..")}
FAMILIES: dict[str, tuple[str, ...]] = {
    "before training": ("random_prune", "el2n", "grand_last", "forgetting"),
    "a fresh subset each period": ("dynamic_random", "epsilon_greedy", "ucb", "infobatch", "diet_dynamic"),
    "within each batch": ("random_backprop", "selective_backprop", "diet_sb", "forgetting_sb"),
}


def by_rate(rows: list[Row]) -> Figure:
    """Accuracy against the share pruned, a panel a family of methods, with the band of full training."""
    figure, panels = plt.subplots(len(FAMILIES), 1, figsize=(7, 10.5), sharex=True, sharey=True)
    full = next((row for row in rows if row.policy == "full"), None)
    for axes, (title, family) in zip(panels, FAMILIES.items(), strict=True):
        if full:
            band(axes, full)
        for nth, policy in enumerate(family):
            curve(axes, [row for row in rows if row.policy == policy], shift=0.6 * (nth - len(family) / 2))
        axes.set(title=title, ylabel="test accuracy, %")
        axes.legend(fontsize=8, ncols=2)
    panels[-1].set_xlabel("examples pruned, nominal, %")
    figure.tight_layout()
    return figure


def band(axes: Axes, row: Row) -> None:
    """A row as a line over all rates, with its interval."""
    at = row.accuracy
    axes.axhline(100 * at.mean, color=STYLE[row.policy][0], lw=1, label=NAMES[row.policy])
    if at.n > 1:
        axes.axhspan(100 * at.low, 100 * at.high, color=STYLE[row.policy][0], alpha=0.12, lw=0)


def curve(axes: Axes, rows: list[Row], shift: float) -> None:
    """One method over the rates; `shift` moves it aside, so that intervals do not hide each other."""
    rows = sorted(rows, key=lambda row: row.pruned_nominal)
    if not rows:
        return
    x = [100 * row.pruned_nominal + shift for row in rows]
    colour = STYLE[rows[0].policy][0]
    axes.plot(x, [100 * row.accuracy.mean for row in rows], color=colour, lw=1, alpha=0.6)
    for at, row in zip(x, rows, strict=True):
        first = {"label": NAMES[row.policy]} if row is rows[0] else {}
        point(axes, at, row.accuracy, row.method, **first)


def by_total_cost(rows: list[Judged]) -> Figure:
    """Accuracy against total cost, in the unit of `rows`, which are tradeoff.judged's: the controls' front with its
    band, every method, and a ring about what is on the Pareto front of all."""
    figure, axes = plt.subplots(figsize=(7.5, 6.4), layout="constrained")
    front_line(axes, Front(rows))
    named: set[str] = set()
    for row in (row for row in rows if not row.is_control):
        name = {} if row.policy in named else {"label": NAMES[row.policy]}
        named.add(row.policy)
        style = {"markerfacecolor": "white"} if row.pruned_realised > 0.7 else {}
        point(axes, row.total, row.accuracy, row.method, **name | style)
    best = pareto(rows)
    axes.plot([row.total for row in best], [100 * row.accuracy.mean for row in best], marker="o", markersize=14,
              markerfacecolor="none", color="#777777", linestyle=":", lw=1, label="Pareto front of all")
    axes.set(xscale="log", ylabel="test accuracy after the last epoch, %",
             xlabel=f"total cost in {WORDS[rows[0].unit]}; full training of {rows[0].unit_epochs} epochs = 1")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))  # by default two neighbours run into each other
    axes.xaxis.set_major_formatter("{x:g}")
    axes.minorticks_off()
    axes.set_title("filled: about half or more of the work kept; open: less", fontsize=10)
    axes.legend(fontsize=8, ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.13))
    return figure


def front_line(axes: Axes, front: Front) -> None:
    """Full training of several lengths and batches: every mean, and the line of the best with the band of its
    interval."""
    known, black = line(front.controls, front.cost_of), STYLE["full"][0]
    cost, at = [row.total for row in known], [front.at(row.total) for row in known]
    axes.plot(cost, [100 * one.mean for one in at], color=black, label="full training, shorter or longer")
    if all(one.n > 1 for one in at):
        axes.fill_between(cost, [100 * one.low for one in at], [100 * one.high for one in at], color=black, alpha=0.12,
                          lw=0)
    axes.plot([row.total for row in front.controls], [100 * row.accuracy.mean for row in front.controls], color=black,
              marker="s", linestyle="none")


def by_length(differences: dict[str, dict[int, Interval]]) -> Figure:
    """What a method adds to full training of the same cost, in points, over the length of training."""
    figure, axes = plt.subplots()
    axes.axhline(0, color=STYLE["full"][0], lw=1, label="full training of the same cost, no score charged")
    for nth, (policy, lengths) in enumerate(differences.items()):
        x = [length * (1 + 0.03 * (nth - 1)) for length in lengths]
        axes.plot(x, [100 * gain.mean for gain in lengths.values()], color=STYLE[policy][0], lw=1, alpha=0.6)
        for at, gain in zip(x, lengths.values(), strict=True):
            name = {"label": label((policy, 0.5))} if at == x[0] else {}
            point(axes, at, gain, (policy, 0.5), **name)
    axes.set(xscale="log", xlabel="epochs of training",
             ylabel="test accuracy minus the control's, points")
    ticks = sorted({length for lengths in differences.values() for length in lengths})
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.minorticks_off()
    axes.legend(fontsize=9)
    return figure


def usage_bars(shares: dict[tuple[str, float], dict[str, list[float]]]) -> Figure:
    """Share of the examples that were trained on always, sometimes and never, a bar a method and rate: over the epochs
    in which it went by its rule, and none where there was no such epoch."""
    figure, axes = plt.subplots(figsize=(7, 0.6 + 0.32 * len(shares)))
    for at, numbers in enumerate(shares.values()):
        left, known = 0.0, not np.isnan(numbers["always"]).all()
        for group, (colour, hatch) in USAGE.items():
            width = 100 * float(np.nanmean(numbers[group])) if known else 0.0
            axes.barh(at, width, left=left, color=colour, hatch=hatch, edgecolor="white", height=0.75,
                      label=group if not at else None)
            left += width
        if not known:
            axes.text(1, at, "no epoch went by its score", va="center", fontsize=9)
    axes.set_yticks(range(len(shares)), [label(method) for method in shares])
    axes.set(xlabel="share of the training set, %", xlim=(0, 100))
    axes.invert_yaxis()
    axes.legend(fontsize=9, ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    figure.tight_layout()
    return figure


def sweeps(groups: dict[tuple[str, str], dict[str, Row]]) -> Figure:
    """Accuracy over the values of one constant at a time, {value: row}, a panel a constant, points with intervals over
    seeds."""
    columns = 2
    lines = -(-len(groups) // columns)
    figure, panels = plt.subplots(lines, columns, figsize=(7, 2.6 * lines), sharey=True, squeeze=False)
    for axes in panels.flat[len(groups):]:
        axes.axis("off")
    for axes, ((policy, name), values) in zip(panels.flat, groups.items(), strict=False):
        for at, row in enumerate(values.values()):
            point(axes, at, row.accuracy, (policy, 0.5))
        axes.set_xticks(range(len(values)), list(values))
        axes.set(title=f"{NAMES[policy]}: {name}", xlim=(-0.5, len(values) - 0.5))
    for axes in panels[:, 0]:
        axes.set_ylabel("test accuracy, %")
    figure.tight_layout()
    return figure
