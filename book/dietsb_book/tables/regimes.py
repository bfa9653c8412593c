"""Regimes as tables: what a part of the compute buys, and every setting beside its controls."""

from __future__ import annotations

import pandas as pd
from pandas.io.formats.style import Styler

from dietsb_book.tables.cells import POINTS, plain
from dietsb_core.evidence.advice import Advice, told
from dietsb_core.evidence.equal_cost import Gain
from dietsb_core.evidence.statistics import interval
from dietsb_core.evidence.when import Compared


def budgets(found: list[Advice]) -> Styler:
    """A line a regime and budget: the best of each way of training within it, with its accuracy in percent."""
    return plain(pd.DataFrame([{
        "regime": one.regime.name, "compute": f"{100 * one.budget:g} %", "full training": reached(one.full),
        "classes balanced": reached(one.balanced), "examples left out": reached(one.method),
        "by": told(one.method) if one.method else "–"} for one in found]))


def reached(line: Compared | None) -> str:
    """An accuracy in percent; a dash of nothing on record."""
    return "–" if line is None else f"{100 * line.setting.accuracy.mean:.1f}"


def regimes(lines: list[Compared]) -> Styler:
    """A line a setting, by cost: accuracy, accuracy on what is rare, and the gain over the best control and over full
    training alone, at equal total cost."""
    return plain(pd.DataFrame([{
        "method": told(one), "epochs": one.setting.run.epochs, "batch": one.setting.run.recipe.batch,
        "total": one.setting.total, "accuracy, %": one.setting.accuracy,
        "rare, %": rare(one), "minus the best control": POINTS(gained(one.gain)),
        "minus full training": POINTS(gained(one.over_full)), "verdict": "control" if one.is_control else one.verdict,
        "seeds": len(one.setting.records)} for one in sorted(lines, key=lambda one: one.setting.total)]))


def rare(line: Compared) -> str | None:
    """The accuracy on rare classes or kinds, in percent."""
    value = line.setting.last("rare_accuracy")
    return None if value is None else f"{100 * value:.1f}"


def gained(found: Gain | None):
    return found.value if found else interval([])
