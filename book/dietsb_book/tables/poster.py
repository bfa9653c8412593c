"""What notebooks show as tables: results, examples, and the poster's runtime."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dietsb_book.tables.cells import PERCENT, RATIO
from dietsb_book.tables.shown import Table, plain
from dietsb_core.evidence.row import Overlap, Row
from dietsb_core.evidence.verdicts import label
from dietsb_core.runs.facts import Facts

# The poster's Table 1: seconds an epoch on one Tesla T4.
POSTER_SECONDS: dict[tuple[str, float], float] = {
    ("full", 1.0): 45.77, ("selective_backprop", 0.5): 43.37, ("random_backprop", 0.5): 27.19,
    ("random_backprop", 0.25): 18.83, ("el2n", 0.75): 35.97, ("diet_sb", 0.5): 37.86, ("diet_sb", 0.375): 32.66,
}
POSTER_RATIO = {method: seconds / POSTER_SECONDS["full", 1.0] for method, seconds in POSTER_SECONDS.items()}


def named(row: Row) -> str:
    """What a row is of: a method and rate, or networks that were trained for their scores alone."""
    return label(row.method) if row.compared else f"scoring: {row.model}, {row.epochs} epochs"


def results(rows: list[Row]) -> Table:
    """A line a method: accuracy with its interval, pruned nominally and really, and what it cost."""
    frame = pd.DataFrame([{
        "method": named(r), "accuracy, %": r.accuracy, "seeds": len(r.seeds), "pruned, realised": r.pruned_realised,
        "forwards, M": r.forwards / 1e6, "backprops, M": r.backprops / 1e6, "training, s": r.comparable_seconds[0],
        "scoring once, s": r.comparable_seconds[1]} for r in rows])
    return plain(frame, {"training, s": "{:.0f}", "scoring once, s": "{:.0f}"},
                 ("method", "accuracy, %", "pruned, realised", "backprops, M", "training, s", "seeds"))


def runtime(rows: list[Row]) -> Table:
    """Table 1: an epoch over the baseline's, ours, the poster's and the floor."""
    frame = pd.DataFrame([{
        "method": label(r.method), "s/epoch here": (took := r.comparable_seconds[0]) and took / r.epochs,
        "over baseline": r.epoch_over_baseline, "floor": r.floor, "the poster, s/epoch": POSTER_SECONDS[r.method],
        "the poster, over baseline": POSTER_RATIO[r.method]} for r in rows])
    return plain(frame, {"s/epoch here": "{:.2f}", "over baseline": RATIO, "floor": "{:.3f}",
                         "the poster, s/epoch": "{:.2f}", "the poster, over baseline": "{:.3f}"})


def overlaps(rows: list[Overlap]) -> Table:
    """Overlap at every fraction, with its interval, chance, and the poster's where it has one."""
    frame = pd.DataFrame([{
        "lowest": r.fraction, "in common, %": r.overlap, "chance, %": 100 * r.chance,
        "poster, %": r.poster and 100 * r.poster} for r in rows])
    return plain(frame, {"lowest": "{:.0%}", "in common, %": PERCENT, "chance, %": "{:.0f}", "poster, %": "{:.0f}"})


def examples(rows: np.ndarray, facts: Facts, **columns: np.ndarray) -> Table:
    """The training examples `rows` [m]: file name, class, and what `columns` [m] say of each."""
    shown = {"row": rows, "name": facts.names[rows], "class": facts.classes[facts.labels[rows]]}
    return plain(pd.DataFrame(shown | columns))
