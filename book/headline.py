"""Write what the README says was found, figure and sentences, from the runs on record:  python book/headline.py"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from pathlib import Path

import matplotlib.pyplot as plt

from dietsb_book import plots
from dietsb_core.environment import PROJECT
from dietsb_core.evidence import report, tradeoff
from dietsb_core.evidence.statistics import Interval
from dietsb_core.evidence.tradeoff.front import compared, pool
from dietsb_core.runs import grids
from dietsb_core.runs.presets import preset

PICTURE, README, SCALE = Path(__file__).parent / "_static" / "headline.svg", PROJECT / "README.md", "cifar-cpu"
FOUND = re.compile(r"(?<=<!-- found -->\n).*?(?=\n<!-- /found -->)", re.S)


def draw() -> None:
    results = report.by_method(report.recorded(grids.grid("poster", SCALE)))
    figure = plots.accuracy_by_rate(results)
    figure.axes[0].set_title("CIFAR-100, 95 % intervals over seeds")
    plt.rcParams["svg.hashsalt"] = "dietsb"  # the same bytes whenever it is drawn
    figure.savefig(PICTURE, metadata={"Date": None}, bbox_inches="tight", facecolor="white")


def points(gain: Interval) -> str:
    """`gains 1.2 points (0.4 to 2.1)`, or loses them; it may be either: `differs by 0.1 points (-0.6 to +0.7)`."""
    if gain.low <= 0 <= gain.high:
        return f"differs by {abs(100 * gain.mean):.1f} points ({100 * gain.low:+.1f} to {100 * gain.high:+.1f})"
    low, high = sorted(abs(100 * end) for end in (gain.low, gain.high))
    return f"{'gains' if gain.mean > 0 else 'loses'} {abs(100 * gain.mean):.1f} points ({low:.1f} to {high:.1f})"


def found() -> str:
    """The README's sentences: every method beside full training of the same total cost."""
    p = preset(SCALE)
    judged = tradeoff.judged(report.rows(grids.grid("cost", SCALE)), epochs=p.recipe.epochs)
    methods = {row.method: row for row in judged if not row.is_control}
    where = Counter(row.against_front for row in methods.values())
    gain = {method: points(row.gain_at_equal_cost) for method, row in methods.items()}
    controls = [row for row in judged if row.is_control and row.epochs == p.recipe.epochs // 2]
    short, small = sorted(controls, key=lambda row: -row.batch)
    made = next(iter(report.recorded(grids.grid("batches", SCALE)).values()))
    text = f"""
        On CIFAR-100, with a network of {made.info["parameters"] / 1e6:.1f} M parameters, {p.recipe.epochs} epochs and
        {len(p.seeds)} seeds, each method is compared with full training **at the same total cost**, scores included, of
        several lengths and batches. Of {len(methods)} methods and rates, {where["above"]} is above
        full training, {where["below"]} are below it, {where["equal"]} are equal to it within one point, and
        {where["undecided"]} are undecided. Random-Backprop at 90 % {gain["random_backprop", 0.1]}, but no control takes
        steps as small as its. Random-Backprop at 50 % {gain["random_backprop", 0.5]}: half of the batch alone
        {points(compared([(1.0, small), (-1.0, short)], pool(judged)))} over the whole batch. Pruning 50 % by EL2N
        {gain["el2n", 0.5]}, and Diet-SB at 50 % {gain["diet_sb", 0.5]}. These results say nothing about larger networks
        or longer trainings."""
    kept = " ".join(text.split()).replace(" %", "\0%")  # no line begins with a percent sign
    return "\n".join(textwrap.wrap(kept, 120, break_on_hyphens=False)).replace("\0", " ")


def main() -> None:
    draw()
    README.write_text(FOUND.sub(lambda _: found(), README.read_text()))
    print(f"{PICTURE} and what {README.name} says was found")


if __name__ == "__main__":
    main()
