"""Regimes as tables: what a part of the compute buys, and every setting beside its controls."""

from __future__ import annotations

import pandas as pd

from dietsb_book.tables.cells import POINTS, Cell
from dietsb_book.tables.shown import Table, plain
from dietsb_core.evidence.advice import Advice, told
from dietsb_core.evidence.equal_cost import Gain
from dietsb_core.evidence.statistics import interval
from dietsb_core.evidence.when import Compared


def budgets(found: list[Advice]) -> Table:
    """A line a regime and budget: the best of each way of training within it, with its accuracy in percent."""
    return plain(pd.DataFrame([{
        "regime": one.regime.name, "compute": f"{100 * one.budget:g} %", "full training": reached(one.full),
        "classes balanced": reached(one.balanced), "examples left out": reached(one.method),
        "by": one.method and told(one.method)} for one in found]))


def reached(line: Compared | None) -> Cell | None:
    """An accuracy in percent; None of nothing on record."""
    return line and percent(line.setting.accuracy.mean)


def percent(value: float) -> Cell:
    return Cell(f"{100 * value:.1f}", 100 * value)


def regimes(lines: list[Compared], name: str = "") -> Table:
    """A line a setting, by cost: accuracy, accuracy on what is rare, and the gain over the best control and over full
    training alone, at equal total cost. `name`: of the regime."""
    frame = pd.DataFrame([{
        "method": told(one), "epochs": one.setting.run.epochs, "batch": one.setting.run.recipe.batch,
        "total": one.setting.total, "accuracy, %": one.setting.accuracy,
        "rare, %": rare(one), "minus the best control": gained(one.gain),
        "minus full training": gained(one.over_full), "verdict": "control" if one.is_control else one.verdict,
        "seeds": len(one.setting.records)} for one in sorted(lines, key=lambda one: one.setting.total)])
    main = ("method", "total", "minus the best control", "verdict", "accuracy, %", "epochs")
    return plain(frame, dict.fromkeys(("minus the best control", "minus full training"), POINTS), main).captioned(name)


def rare(line: Compared) -> Cell | None:
    """The accuracy on rare classes or kinds, in percent."""
    value = line.setting.last("rare_accuracy")
    return None if value is None else percent(value)


def gained(found: Gain | None):
    return found.value if found else interval([])
