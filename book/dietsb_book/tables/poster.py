"""What notebooks show as tables: results, verdicts, examples, and the poster's runtime."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pandas.io.formats.style import Styler

from dietsb_core.evidence.row import Overlap, Row
from dietsb_core.evidence.statistics import Interval, Verdict
from dietsb_core.evidence.verdicts import label
from dietsb_core.runs.facts import Facts

# The poster's Table 1: seconds an epoch on one Tesla T4.
POSTER_SECONDS: dict[tuple[str, float], float] = {
    ("full", 1.0): 45.77, ("selective_backprop", 0.5): 43.37, ("random_backprop", 0.5): 27.19,
    ("random_backprop", 0.25): 18.83, ("el2n", 0.75): 35.97, ("diet_sb", 0.5): 37.86, ("diet_sb", 0.375): 32.66,
}
POSTER_RATIO = {method: seconds / POSTER_SECONDS["full", 1.0] for method, seconds in POSTER_SECONDS.items()}


def plain(frame: pd.DataFrame) -> Styler:
    """A table without row numbers. All that it holds is text: none of it is taken as HTML."""
    return frame.style.hide(axis="index").format(escape="html")


def percent(value: Interval) -> str:
    """A mean with its interval, in per cent."""
    between = f" [{100 * value.low:.1f}, {100 * value.high:.1f}]" if value.n > 1 else " (one seed)"
    return f"{100 * value.mean:.1f}{between}"


def seconds(value: float | None, digits: int = 0) -> str:
    """Seconds on the machine of the report; a dash where another machine's cannot be converted."""
    return "–" if value is None else f"{value:.{digits}f}"


def named(row: Row) -> str:
    """What a row is of: a method and rate, or networks that were trained for their scores alone."""
    scoring = f"scoring: {row.model}, {row.epochs} epochs"
    return label(row.method) if row.compared else scoring


def results(rows: list[Row]) -> Styler:
    """A line a method: accuracy with its interval, pruned nominally and really, and what it cost."""
    return plain(pd.DataFrame({
        "method": [named(r) for r in rows],
        "accuracy, %": [percent(r.accuracy) for r in rows],
        "seeds": [len(r.seeds) for r in rows],
        "pruned, realised": [f"{r.pruned_realised:.1%}" for r in rows],
        "forwards, M": [f"{r.forwards / 1e6:.2f}" for r in rows],
        "backprops, M": [f"{r.backprops / 1e6:.2f}" for r in rows],
        "training, s": [seconds(r.comparable_seconds[0]) for r in rows],
        "scoring once, s": [seconds(r.comparable_seconds[1]) for r in rows],
    }))


def runtime(rows: list[Row]) -> Styler:
    """Table 1: an epoch over the baseline's, ours, the poster's and the floor."""
    def epoch(r: Row) -> float | None:
        took = r.comparable_seconds[0]
        return took and took / r.epochs

    def ours(r: Row) -> str:
        at = r.epoch_over_baseline
        spread = f" [{at.low:.3f}, {at.high:.3f}]" if at.n > 1 else " (one seed)"
        return f"{at.mean:.3f}{spread}" if at.n else "–"

    methods = [r.method for r in rows]
    return plain(pd.DataFrame({
        "method": [label(m) for m in methods],
        "s/epoch here": [seconds(epoch(r), 2) for r in rows],
        "over baseline": [ours(r) for r in rows],
        "floor": [f"{r.floor:.3f}" for r in rows],
        "the poster, s/epoch": [f"{POSTER_SECONDS[m]:.2f}" for m in methods],
        "the poster, over baseline": [f"{POSTER_RATIO[m]:.3f}" for m in methods],
    }))


def verdicts(found: list[Verdict]) -> Styler:
    """One line for each claim: what was measured, with its interval, and the verdict. `n` is the number of values
    behind the interval: seeds, or what the quantity names where rankings are compared."""
    table = plain(pd.DataFrame([verdict.row() for verdict in found]).rename(columns={"seeds": "n"}))
    return table.set_table_attributes('class="verdicts"')  # these hold sentences: the page's style lets them wrap


def overlaps(rows: list[Overlap]) -> Styler:
    """Overlap at every fraction, with its interval, chance, and the poster's where it has one."""
    return plain(pd.DataFrame({
        "lowest": [f"{r.fraction:.0%}" for r in rows],
        "in common, %": [percent(r.overlap) for r in rows],
        "chance, %": [f"{100 * r.chance:.0f}" for r in rows],
        "poster, %": ["–" if r.poster is None else f"{100 * r.poster:.0f}" for r in rows],
    }))


def examples(rows: np.ndarray, facts: Facts, **columns: np.ndarray) -> Styler:
    """The training examples `rows` [m]: file name, class, and what `columns` [m] say of each."""
    shown = {"row": rows, "name": facts.names[rows], "class": facts.classes[facts.labels[rows]]}
    return plain(pd.DataFrame(shown | columns)).format(precision=4, escape="html")
