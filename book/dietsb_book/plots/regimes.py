"""When leaving examples out pays: a map of regimes, and each regime's accuracy over total cost."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure

from dietsb_book.plots.style import STYLE, errorbar
from dietsb_core.evidence.advice import by_regime, told, tuned
from dietsb_core.evidence.equal_cost import Gain
from dietsb_core.evidence.pooled import ABOVE, BELOW, EQUAL
from dietsb_core.evidence.tradeoff import pareto
from dietsb_core.evidence.when import Compared

MARKS = {ABOVE: "▲", BELOW: "▼", EQUAL: "="}  # a verdict by its sign; none where it is not decided
FRONTS = {"full": ("full training, tuned", "-"), "class_weights": ("class weights, tuned", "--"),
          "dynamic_balanced": ("class-balanced sampling, tuned", ":")}
EMPTY = (np.nan, "")
STRONG = 8.0  # points: gains beyond it have the full colour


def regime_map(lines: list[Compared]) -> Figure:
    """The gain of every method at equal total cost in every regime, in points, with a sign where it is decided. A
    regime some of whose controls look at the labels has a second column, beside full training alone."""
    columns = columns_of(lines)
    methods = list(dict.fromkeys(method for column in columns.values() for method in column))
    cells = [[column.get(method, EMPTY) for column in columns.values()] for method in methods]
    gains = np.array([[gain for gain, _ in row] for row in cells])
    figure, axes = plt.subplots(figsize=(3.2 + 1.35 * len(columns), 1.4 + 0.3 * len(methods)), layout="constrained")
    axes.imshow(np.ma.masked_invalid(gains), cmap="PuOr_r", norm=TwoSlopeNorm(0, -STRONG, STRONG), aspect="auto")
    for (y, x), gain in np.ndenumerate(gains):
        axes.text(x, y, cells[y][x][1], ha="center", va="center", fontsize=9,
                  color="white" if abs(gain) > 0.6 * STRONG else "black")
    axes.set_xticks(range(len(columns)), columns, fontsize=9)
    axes.set_yticks(range(len(methods)), methods, fontsize=9)
    axes.xaxis.tick_top()
    axes.grid(False)
    figure.supxlabel("test accuracy minus the control's\nof equal total cost, points\n"
                     "▲ above, ▼ below, = equal, no sign: not decided", fontsize=9)
    return figure


def columns_of(lines: list[Compared]) -> dict[str, dict[str, tuple[float, str]]]:
    """{heading: {method: its gain in points, and its cell}}; no column without a method."""
    out: dict[str, dict[str, tuple[float, str]]] = {}
    for name, mine in by_regime(lines).items():
        found = [one for one in tuned(mine) if not one.is_control]
        where = "\n".join(name.rsplit("-", 1)) + " epochs"
        out[where] = {told(one): cell(one.gain, one.verdict) for one in found}
        if mine[0].regime.aware:
            out[where + "\nby full\ntraining alone"] = {
                told(one): cell(one.over_full, one.verdict_over_full) for one in found}
    return {heading: column for heading, column in out.items() if column}


def cell(gain: Gain | None, verdict: str) -> tuple[float, str]:
    """A gain in points with the sign of its verdict; a dash where nothing at its cost is known."""
    if gain is None:
        return np.nan, "–"
    points = 100 * gain.value.mean
    return points, f"{points:+.1f} {MARKS.get(verdict, '')}".strip()


def by_regime_cost(lines: list[Compared]) -> Figure:
    """Accuracy over total cost in one regime: the front of full training, that of trainings which balance the classes,
    and each method with the batch of its highest accuracy."""
    figure, axes = plt.subplots(figsize=(7.2, 6.2), layout="constrained")
    for policy, (name, dashes) in FRONTS.items():
        front(axes, [one for one in lines if one.is_control and one.setting.run.policy == policy], name, dashes)
    named: set[str] = set()
    for one in (one for one in tuned(lines) if not one.is_control):
        policy = one.setting.run.policy
        label = {} if policy in named else {"label": told(one).split(",")[0]}
        named.add(policy)
        errorbar(axes, one.setting.total, one.setting.accuracies,
                 (policy, one.setting.run.keep), **label)
    axes.set(xscale="log", ylabel="test accuracy after the last epoch, %",
             xlabel="total cost, in epochs of full training (scores and selection included)")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set_xticks([tick for tick in (1, 2, 4, 10, 20, 40, 80) if inside(axes, tick)])
    axes.minorticks_off()
    axes.legend(fontsize=8, ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.13))
    return figure


def inside(axes: Axes, x: float) -> bool:
    low, high = axes.get_xlim()
    return low <= x <= high


def front(axes: Axes, controls: list[Compared], name: str, dashes: str) -> None:
    """The best controls of each cost, joined by a line; nothing of none."""
    best = pareto([one.setting for one in controls])
    if best:
        colour, marker = STYLE[best[0].run.policy]
        axes.plot([one.total for one in best], [100 * one.accuracy.mean for one in best], color=colour, marker=marker,
                  linestyle=dashes, label=name)
