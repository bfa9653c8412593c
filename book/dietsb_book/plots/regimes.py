"""When leaving examples out pays: a map of regimes, and each regime's accuracy over total cost."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure

from dietsb_book.plots.style import STYLE, errorbar
from dietsb_core.evidence.advice import by_regime, told, tuned
from dietsb_core.evidence.pooled import ABOVE, BELOW, EQUAL
from dietsb_core.evidence.tradeoff import pareto
from dietsb_core.evidence.when import Compared

MARKS = {ABOVE: "▲", BELOW: "▼", EQUAL: "="}  # a verdict by its sign; none where it is not decided
FRONTS = {"full": ("full training, tuned", "-"), "class_weights": ("class weights, tuned", "--"),
          "dynamic_balanced": ("class-balanced sampling, tuned", ":")}
STRONG = 8.0  # points: gains beyond it have the full colour


def regime_map(lines: list[Compared]) -> Figure:
    """The gain of every method at equal total cost in every regime, in points, with a sign where it is decided."""
    columns = {name: {told(one): one for one in tuned(mine) if not one.is_control}
               for name, mine in by_regime(lines).items()}
    columns = {name: column for name, column in columns.items() if column}
    methods = list(dict.fromkeys(method for column in columns.values() for method in column))
    figure, axes = plt.subplots(figsize=(3.2 + 1.35 * len(columns), 1.2 + 0.3 * len(methods)), layout="constrained")
    gains = np.array([[value(column.get(method)) for column in columns.values()] for method in methods])
    axes.imshow(np.ma.masked_invalid(gains), cmap="PuOr_r", norm=TwoSlopeNorm(0, -STRONG, STRONG), aspect="auto")
    for (y, method), (x, column) in ((a, b) for a in enumerate(methods) for b in enumerate(columns.values())):
        axes.text(x, y, cell(column.get(method)), ha="center", va="center", fontsize=9,
                  color="white" if abs(gains[y, x]) > 0.8 * STRONG else "black")
    axes.set_xticks(range(len(columns)), ["\n".join(name.rsplit("-", 1)) for name in columns], fontsize=9)
    axes.set_yticks(range(len(methods)), methods, fontsize=9)
    axes.xaxis.tick_top()
    axes.grid(False)
    figure.supxlabel("test accuracy minus the best control's\nof equal total cost, points\n"
                     "▲ above, ▼ below, = equal, no sign: not decided", fontsize=9)
    return figure


def value(line: Compared | None) -> float:
    """The gain in points; not a number where there is none."""
    return 100 * line.gain.value.mean if line and line.gain else np.nan


def cell(line: Compared | None) -> str:
    """The gain with the sign of its verdict; a dash where nothing at its cost is known."""
    if line is None:
        return ""
    return f"{value(line):+.1f} {MARKS.get(line.verdict, '')}".strip() if line.gain else "–"


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
        errorbar(axes, one.setting.total, [100 * a for a in one.setting.accuracies],
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
