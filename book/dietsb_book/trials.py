"""What is trained on the spot, and what came out of it: pairs of a method and the full training beside it."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate

from dietsb_book.live import Pair, Rows
from dietsb_core.evidence.verdicts import label
from dietsb_core.runs import grids
from dietsb_core.runs.grids.dial import SCALE, Dial
from dietsb_core.runs.grids.regimes import methods, scale
from dietsb_core.runs.presets import preset
from dietsb_core.runs.run import Run
from dietsb_core.sources import loaded

# Methods that need no network trained before them.
METHODS = ("selective_backprop", "random_backprop", "stale_selective_backprop", "dynamic_random", "epsilon_greedy",
           "ucb", "infobatch")


def at_rate(policy: str, pruned: float, seed: int, name: str = "quick") -> Pair:
    """`policy` at a prune rate beside full training in as many epochs, on images drawn for the preset `name`."""
    p = preset(name)
    full = grids.run(p, "full", 1.0, seed)
    return Pair(replace(grids.run(p, policy, round(1 - pruned, 4), seed), curve=True), lambda _: full)


def at_position(dial: Dial, position: int, method: tuple[str, float], seed: int) -> Pair:
    """`method` at a position of the dial, beside full training in the whole number of epochs that costs the same."""
    regime = dial.regime(position)
    p = scale(SCALE, regime)
    run = next(one for one in methods(p, regime, seed) if (one.policy, one.keep) == method)
    return Pair(replace(run, curve=True),
                lambda rows: grids.run(p, "full", 1.0, seed, max(1, int(cost(rows, size(run))[-1] + 0.5))))


def size(run: Run) -> int:
    """Examples of the run's training set."""
    return len(loaded(run.data).train)


def cost(rows: Rows, examples: int) -> list[float]:
    """What a training has cost after each epoch, selection included, in epochs of full training. A forward pass counts
    1 and a backward pass 2."""
    return list(accumulate((row["forwards"] + 2 * row["backprops"]) / (3 * examples) for row in rows))


def points(curves: dict[Run, Rows]) -> list[dict[str, object]]:
    """A row for each run and epoch that is trained: its accuracy in %, and what the run has cost by then."""
    return [{"policy": run.policy, "setting": label((run.policy, run.keep)), "epoch": row["epoch"], "cost": spent,
             "accuracy": 100 * row["accuracy"]}
            for run, rows in curves.items() if rows
            for row, spent in zip(rows, cost(rows, size(run)), strict=True)]


def outcome(curves: dict[Run, Rows]) -> str:
    """Where each run stands, in words."""
    last = {point["setting"]: point for point in points(curves)}
    return "; ".join(f"{name}: {at['accuracy']:.1f} % after epoch {at['epoch']}, which cost {at['cost']:.1f} epochs of "
                     "full training" for name, at in last.items())
