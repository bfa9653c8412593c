"""What each method gains as a dial is turned, and all methods at one position of it."""

from __future__ import annotations

import math

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dietsb_book.plots.style import STYLE
from dietsb_core.evidence.dialled import Gains, gain
from dietsb_core.evidence.statistics import Interval
from dietsb_core.evidence.verdicts import label
from dietsb_core.runs.grids.build import Method
from dietsb_core.runs.grids.dial import Dial

GAIN = "gain at equal total cost, points of accuracy"
HALF = 0.5
CONTROL = "tuned full training of the same total cost"


def look(method: Method) -> dict[str, object]:
    """Colour and marker of a method; what keeps less than half is larger and open."""
    colour, marker = STYLE[method[0]]
    size = {"markersize": 8} if method[1] >= HALF else {"markersize": 13, "markerfacecolor": "white"}
    return {"color": colour, "marker": marker, "markeredgewidth": 1.6} | size


def over_dial(dial: Dial, found: Gains) -> Figure:
    """The gain of each method over the positions of the dial, with pooled 95 % intervals: points beside one another, so
    that none hides another, and a line at zero."""
    figure, axes = plt.subplots(figsize=(7.5, 5.6), layout="constrained")
    axes.axhline(0, color=STYLE["full"][0], lw=1.2, label=CONTROL)
    for nth, (method, at) in enumerate(found.items()):
        shift = 0.09 * (nth - (len(found) - 1) / 2)
        values = [gain(row) for row in at.values()]
        x = [dial.positions.index(position) + shift for position in at]
        axes.plot(x, [100 * one.mean for one in values], color=STYLE[method[0]][0], lw=0.8, alpha=0.6,
                  linestyle="-" if method[1] >= HALF else "--")
        for one, where in zip(values, x, strict=True):
            name = {"label": label(method)} if where == x[0] else {}
            point(axes, where, one, upright=True, **look(method) | name)
    axes.set_xticks(range(len(dial.positions)), list(map(str, dial.positions)))
    axes.set(xlabel=dial.axis, ylabel=GAIN)
    axes.legend(fontsize=8, ncols=2, loc="upper center", bbox_to_anchor=(0.5, -0.13))
    return figure


def at_position(dial: Dial, position: int, found: Gains) -> Figure:
    """The gains of all methods at one position, a line a method; all positions have one scale."""
    figure, axes = plt.subplots(figsize=(7.5, 0.9 + 0.42 * len(found)), layout="constrained")
    axes.axvline(0, color=STYLE["full"][0], lw=1.2)  # tuned full training
    for nth, (method, at) in enumerate(found.items()):
        if position in at:
            point(axes, nth, gain(at[position]), upright=False, **look(method))
    axes.set_yticks(range(len(found)), [label(method) for method in found])
    axes.set(xlabel=GAIN, title=dial.at(position), xlim=limits(found))
    axes.set_ylim(len(found) - 0.5, -0.5)
    return figure


def point(axes: Axes, where: float, value: Interval, upright: bool, **style: object) -> None:
    """A gain in points with its interval, upright or across; a value without ends has no bar."""
    half = [[100 * (value.mean - value.low)], [100 * (value.high - value.mean)]] if math.isfinite(value.low) else None
    x, y = ([where], [100 * value.mean]) if upright else ([100 * value.mean], [where])
    axes.errorbar(x, y, **{"yerr" if upright else "xerr": half}, capsize=3, linestyle="none", **style)


def limits(found: Gains) -> tuple[float, float]:
    """The ends of an axis, in points, that holds every interval of the dial, and zero."""
    values = [gain(row) for at in found.values() for row in at.values()]
    ends = [100 * end for one in values for end in (one.mean, one.low, one.high) if math.isfinite(end)]
    return min([0.0, *ends]) - 1, max([0.0, *ends]) + 1
