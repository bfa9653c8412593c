"""Total cost as tables: its parts, the gain over full training of the same cost, and whether a score pays."""

from __future__ import annotations

import pandas as pd
from pandas.io.formats.style import Styler

from dietsb_book.tables.poster import percent, plain
from dietsb_core.evidence.row import Row
from dietsb_core.evidence.statistics import Interval
from dietsb_core.evidence.tradeoff import WORDS, Judged, spent
from dietsb_core.evidence.verdicts import doubtful, label


def points(value: Interval) -> str:
    """A difference of accuracies in points, with its interval."""
    if not value.n:
        return "–"
    between = f" [{100 * value.low:+.1f}, {100 * value.high:+.1f}]" if value.n > 1 else " (one seed)"
    return f"{100 * value.mean:+.1f}{between}"


def reuse(row: Judged) -> str:
    """How often a score must be reused before it pays, in words."""
    if row.is_control:
        return ""
    if row.reuses_to_pay is None:
        return "never shown to"
    return "at once" if row.reuses_to_pay == 1 else f"by {row.reuses_to_pay:.0f} uses"


def standing(row: Judged) -> str:
    """Where a row stands against the controls, and whether a win is smaller than the possible error of the line
    between two controls."""
    return row.against_front + (", doubtful" if row.against_front == "above" and doubtful(row) else "")


def named(rows: list[Row]) -> dict[str, list]:
    """The first columns of a table: a method and rate, and how long it trained."""
    return {"method": [label(r.method) for r in rows], "epochs": [r.epochs for r in rows]}


def unit(judged: list[Judged]) -> str:
    """What costs are measured in, in words."""
    return f"{WORDS[judged[0].unit]}; full training of {judged[0].unit_epochs} epochs = 1"


def total_cost(judged: list[Judged]) -> Styler:
    """One line for each method and rate, by total cost: its parts, accuracy, and the differences to three controls."""
    judged = sorted(judged, key=lambda r: r.total)
    return plain(pd.DataFrame(named(judged) | {
        "training": [f"{r.training:.2f}" for r in judged],
        "scoring": [f"{r.scoring:.2f}" if r.scoring else "–" for r in judged],
        "total": [f"{r.total:.2f}" for r in judged],
        "accuracy, %": [percent(r.accuracy) for r in judged],
        "less full: equal epochs": [points(r.less_equal_epochs) for r in judged],
        "equal steps": [points(r.less_equal_steps) for r in judged],
        "equal total cost": [points(r.gain_at_equal_cost) for r in judged],
        "against the controls": [standing(r) for r in judged],
        "the score pays, by the means": [reuse(r) for r in judged],
        "pruned, realised": [f"{r.pruned_realised:.0%}" for r in judged],
    })).set_caption(f"Cost in {unit(judged)}.")


def measured_cost(priced: dict[str, list[Judged]]) -> Styler:
    """One line for each method and rate: its total cost in seconds and in joules, and its gain over full training of
    the same cost; a dash where a cost is not known. `priced` are the rows of tradeoff.priced."""
    rows = sorted(priced["flops"], key=lambda r: r.total)
    clock = "cpu_seconds" if "cpu_seconds" in priced else "seconds"
    columns = [in_unit(rows, priced.get(unit, []), unit) for unit in (clock, "joules")]
    return plain(pd.DataFrame(named(rows) | columns[0] | columns[1]))


def in_unit(rows: list[Judged], known: list[Judged], unit: str) -> dict[str, list[str]]:
    """Columns that say of each of `rows` what is known of it in `unit`."""
    by_name = {(r.policy, r.keep, r.epochs): r for r in known}
    found = [by_name.get((r.policy, r.keep, r.epochs)) for r in rows]
    word = WORDS[unit]
    return {f"{word}, scoring too": ["–" if r is None else amount(sum(spent(r, unit))) for r in found],
            f"{word}, full training = 1": ["–" if r is None else f"{r.total:.2f}" for r in found],
            f"less full: equal {word}": ["–" if r is None else points(r.gain_at_equal_cost) for r in found],
            f"against the controls, in {word}": ["–" if r is None else standing(r) for r in found]}


def amount(value: float) -> str:
    """Seconds or joules: whole ones, and of few a tenth."""
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"


def steps(rows: list[Row]) -> Styler:
    """A line a training: the examples and the optimiser steps that it took, how many in a step, and its accuracy."""
    return plain(pd.DataFrame(named(rows) | {
        "examples, M": [f"{r.backprops / 1e6:.2f}" for r in rows],
        "steps": [f"{r.steps:,.0f}" for r in rows],
        "examples a step": [f"{r.backprops / r.steps:.0f}" for r in rows],
        "seeds": [len(r.seeds) for r in rows],
        "accuracy, %": [percent(r.accuracy) for r in rows],
    }))


def by_length(judged: list[Judged]) -> Styler:
    """One line for each method and length of training, scores not charged: cost, accuracy, and the differences to
    two controls."""
    judged = sorted(judged, key=lambda r: (r.policy, r.epochs))
    return plain(pd.DataFrame(named(judged) | {
        "cost, no score charged": [f"{r.total:.2f}" for r in judged],
        "accuracy, %": [percent(r.accuracy) for r in judged],
        "less full: equal epochs": [points(r.less_equal_epochs) for r in judged],
        "equal cost": [points(r.gain_at_equal_cost) for r in judged],
        "against the controls": [standing(r) for r in judged],
    })).set_caption(f"Cost in {unit(judged)}.")
