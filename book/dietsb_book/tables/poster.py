"""What notebooks show as tables: results, verdicts, examples, and the poster's runtime."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pandas.io.formats.style import Styler

from dietsb_book.tables.cells import PERCENT, RATIO, marked, plain
from dietsb_core.evidence.row import Overlap, Row
from dietsb_core.evidence.scale import Scale
from dietsb_core.evidence.statistics import Verdict
from dietsb_core.evidence.verdicts import corrected, label
from dietsb_core.evidence.verdicts.common import tested
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


def results(rows: list[Row]) -> Styler:
    """A line a method: accuracy with its interval, pruned nominally and really, and what it cost."""
    frame = pd.DataFrame([{
        "method": named(r), "accuracy, %": r.accuracy, "seeds": len(r.seeds), "pruned, realised": r.pruned_realised,
        "forwards, M": r.forwards / 1e6, "backprops, M": r.backprops / 1e6, "training, s": r.comparable_seconds[0],
        "scoring once, s": r.comparable_seconds[1]} for r in rows])
    return plain(frame, {"training, s": "{:.0f}", "scoring once, s": "{:.0f}"})


def runtime(rows: list[Row]) -> Styler:
    """Table 1: an epoch over the baseline's, ours, the poster's and the floor."""
    frame = pd.DataFrame([{
        "method": label(r.method), "s/epoch here": (took := r.comparable_seconds[0]) and took / r.epochs,
        "over baseline": r.epoch_over_baseline, "floor": r.floor, "the poster, s/epoch": POSTER_SECONDS[r.method],
        "the poster, over baseline": POSTER_RATIO[r.method]} for r in rows])
    return plain(frame, {"s/epoch here": "{:.2f}", "over baseline": RATIO, "floor": "{:.3f}",
                         "the poster, s/epoch": "{:.2f}", "the poster, over baseline": "{:.3f}"})


def verdicts(found: list[Verdict], scale: Scale | None = None) -> Styler:
    """One line for each claim: what was measured, with its interval, and the verdict, corrected for there being as many
    as the table has. `n` is the number of values behind the interval: seeds, or what the quantity names where rankings
    are compared. `scale`: what they were measured on, where they do not say it themselves."""
    found = [verdict.at(scale) for verdict in corrected(found)]
    frame = pd.DataFrame([verdict.row() for verdict in found])
    if not frame.get("measured on", pd.Series(dtype=str)).any():  # "" where no scale is known
        frame = frame.drop(columns="measured on", errors="ignore")
    below = [{"selector": "caption", "props": "caption-side: bottom; text-align: left"}]
    # These hold sentences: the page's style lets them wrap.
    return marked(plain(frame), "verdicts").set_caption(rule(found)).set_table_styles(below)


def rule(found: list[Verdict]) -> str:
    """What holds for all verdicts of a table, in a line: the correction for their number, and the scale at which the
    sources made those claims that were measured at a far smaller one."""
    tests, parts = len(tested(found)), [getattr(one, "here", one) for one in found]  # claim 7's are of two sets
    sources = dict.fromkeys(str(one.source) for one in parts if one.toy)
    holm = f"Confirmed and refuted have p < .05 after Holm's correction for the {tests} tests of this table. "
    toy = f"At toy scale the claim was made at a far larger one ({'; '.join(sources)})."
    return (holm * (tests > 1) + toy * bool(sources)).strip()


def overlaps(rows: list[Overlap]) -> Styler:
    """Overlap at every fraction, with its interval, chance, and the poster's where it has one."""
    frame = pd.DataFrame([{
        "lowest": r.fraction, "in common, %": r.overlap, "chance, %": 100 * r.chance,
        "poster, %": r.poster and 100 * r.poster} for r in rows])
    return plain(frame, {"lowest": "{:.0%}", "in common, %": PERCENT, "chance, %": "{:.0f}", "poster, %": "{:.0f}"})


def examples(rows: np.ndarray, facts: Facts, **columns: np.ndarray) -> Styler:
    """The training examples `rows` [m]: file name, class, and what `columns` [m] say of each."""
    shown = {"row": rows, "name": facts.names[rows], "class": facts.classes[facts.labels[rows]]}
    return plain(pd.DataFrame(shown | columns))
