"""What reaches an accuracy first: the cost to each target, a panel a target."""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dietsb_book.plots.style import STYLE
from dietsb_core.evidence.quickest import Entry, Race
from dietsb_core.evidence.verdicts import NAMES


def to_targets(groups: list[list[Race]]) -> Figure:
    """The cost of each method's cheapest setting to each target, a line of panels a data set and network, with the
    cheapest full training as a vertical line. Methods that reach no target with any seed are left out."""
    shown = [methods(races) for races in groups]
    heights = [1.2 + 0.3 * len(names) for names in shown]
    figure, panels = plt.subplots(len(groups), max(map(len, groups)), figsize=(9.5, 0.8 + sum(heights)), squeeze=False,
                                  sharex="row", sharey="row", height_ratios=heights, layout="constrained")
    for line, races, names in zip(panels, groups, shown, strict=True):
        for axes, race in zip(line, races, strict=True):
            panel(axes, race, names)
        line[0].set_yticks(range(len(names)), [NAMES[name] for name in names])
        line[0].set(ylim=(len(names) - 0.4, -0.6), xlim=(0, None))
    figure.legend(*panels[0][0].get_legend_handles_labels(), fontsize=9, ncols=2, loc="outside lower center")
    return figure


def methods(races: list[Race]) -> list[str]:
    """Full training, and the methods that reach a target with any seed: the cheapest of the first target first."""
    reached = [entry for race in races for entry in (*race.best, *race.entries) if entry.costs]
    return list(dict.fromkeys(["full", *(entry.run.policy for entry in reached)]))


def panel(axes: Axes, race: Race, names: list[str]) -> None:
    """One target: a point a method, and in words what does not reach it with all seeds."""
    best = {entry.run.policy: entry for entry in race.best}
    if race.full:
        axes.axvline(race.full.cost.mean, color=STYLE["full"][0], lw=1, ls="--")
    for at, name in enumerate(names):
        others(axes, at, [entry for entry in race.finished if entry.run.policy == name])
        if name in best:
            point(axes, at, best[name])
        else:
            axes.text(0.97, at, missed(race.of(name)), transform=axes.get_yaxis_transform(), ha="right", va="center",
                      fontsize=8, color="#555555")
    legend(axes)
    axes.set(title=f"{race.entries[0].run.data}: {100 * race.target:g} %", xlabel="cost, epochs of full training")


def point(axes: Axes, at: int, entry: Entry) -> None:
    """The cheapest setting of a method, with its interval; open where its record has the end alone."""
    colour, marker = STYLE[entry.run.policy]
    cost = entry.cost
    half = [[cost.mean - cost.low], [cost.high - cost.mean]] if cost.n > 1 else None
    axes.errorbar([cost.mean], [at], xerr=half, color=colour, marker=marker, markersize=7, capsize=3, ls="none",
                  markerfacecolor="white" if entry.at_end else colour)


def others(axes: Axes, at: int, entries: list[Entry]) -> None:
    """All settings of a method that reach the target, small."""
    axes.plot([entry.cost.mean for entry in entries], [at] * len(entries), ".", color="#999999", markersize=4, zorder=1)


def missed(entries: list[Entry]) -> str:
    """What is written of a method without a setting that reaches the target with all seeds."""
    seeds, of = max(((len(entry.costs), len(entry.accuracies)) for entry in entries), default=(0, 0))
    return f"{seeds} of {of} seeds" if seeds else "not reached"


def legend(axes: Axes) -> None:
    """What markers mean, whatever their shape."""
    grey = {"color": "#555555", "marker": "o", "ls": "none"}
    axes.plot([], [], **grey, label="cheapest setting of the method")
    axes.plot([], [], **grey, markerfacecolor="white", label="the same, evaluated at its end alone: at most this cost")
    axes.plot([], [], ".", color="#999999", markersize=4, label="another setting")
    axes.plot([], [], color=STYLE["full"][0], lw=1, ls="--", label="cheapest full training")
