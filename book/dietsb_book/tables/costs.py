"""Total cost as tables: its parts, the gain over full training of the same cost, and whether a score pays."""

from __future__ import annotations

import pandas as pd

from dietsb_book.tables.cells import POINTS, Cell
from dietsb_book.tables.shown import Table, plain
from dietsb_core.evidence.dialled import Gains, gain
from dietsb_core.evidence.pooled import word
from dietsb_core.evidence.row import Row
from dietsb_core.evidence.statistics import MARGIN
from dietsb_core.evidence.tradeoff import WORDS, Judged, doubtful, spent
from dietsb_core.evidence.verdicts import NAMES, label
from dietsb_core.runs.grids.dial import Dial


def reuse(row: Judged) -> str:
    """How often a score must be reused before it pays, in words."""
    if row.is_control:
        return ""
    if row.reuses_to_pay is None:
        return "never shown to"
    return "at once" if row.reuses_to_pay == 1 else f"by {row.reuses_to_pay:.0f} uses"


def standing(row: Judged) -> str:
    """Where a row stands against the controls, and what it would be if the line between two controls were exact."""
    said = f" ({word(row.gain_at_equal_cost, MARGIN)}, but for the line)" if doubtful(row) else ""
    return row.against_front + said


def named(row: Row) -> dict[str, object]:
    """The first cells of a line: a method and rate, how long it trained, and the batch of a whole step."""
    return {"method": label(row.method), "epochs": row.epochs, "batch": row.batch}


def unit(judged: list[Judged]) -> str:
    """What costs are measured in, in words."""
    return f"{WORDS[judged[0].unit]}; full training of {judged[0].unit_epochs} epochs = 1"


def total_cost(judged: list[Judged]) -> Table:
    """One line for each method and rate, by total cost: its parts, accuracy, and the differences to three controls."""
    frame = pd.DataFrame([named(r) | {
        "training": r.training, "scoring": r.scoring or None, "total": r.total, "accuracy, %": r.accuracy,
        "minus full: equal epochs": r.less_equal_epochs, "minus full: equal steps": r.less_equal_steps,
        "gain at equal total cost": r.gain_at_equal_cost, "against the controls": standing(r),
        "the score pays, by the means": reuse(r), "pruned, realised": r.pruned_realised}
        for r in sorted(judged, key=lambda r: r.total)])
    main = ("method", "total", "gain at equal total cost", "against the controls", "accuracy, %",
            "the score pays, by the means")
    return plain(frame, {"pruned, realised": "{:.0%}"}, main).captioned(f"Cost in {unit(judged)}.")


def measured_cost(priced: dict[str, list[Judged]]) -> Table:
    """One line for each method and rate: its total cost in seconds and in joules, and its gain over full training of
    the same cost; a dash where a cost is not known. `priced` are the rows of tradeoff.priced."""
    clock = "cpu_seconds" if "cpu_seconds" in priced else "seconds"
    known = {unit: {r.setting: r for r in priced.get(unit, [])} for unit in (clock, "joules")}
    frame = pd.DataFrame([
        named(r) | in_unit(known[clock].get(r.setting), clock) | in_unit(known["joules"].get(r.setting), "joules")
        for r in sorted(priced["flops"], key=lambda r: r.total)])
    gains = [name for name in frame if name.startswith("minus full")]
    return plain(frame, dict.fromkeys(gains, POINTS), [name for name in frame if name != "batch"])


def in_unit(row: Judged | None, unit: str) -> dict[str, object]:
    """What is known of a row in `unit`, a cell each; None where nothing is."""
    word = WORDS[unit]
    return {f"{word}, scoring too": row and amount(sum(spent(row, unit))),
            f"{word}, full training = 1": row and Cell(f"{row.total:.2f}", row.total),
            f"minus full: equal {word}": row and row.gain_at_equal_cost,
            f"against the controls, in {word}": row and standing(row)}


def amount(value: float) -> Cell:
    """Seconds or joules: whole ones, and of few a tenth."""
    return Cell(f"{value:.0f}" if value >= 10 else f"{value:.1f}", value)


def steps(rows: list[Row]) -> Table:
    """A line a training: the examples and the optimiser steps that it took, how many in a step, and its accuracy."""
    frame = pd.DataFrame([named(r) | {
        "examples, M": r.backprops / 1e6, "steps": r.steps, "examples a step": r.backprops / r.steps,
        "seeds": len(r.seeds), "accuracy, %": r.accuracy} for r in rows])
    return plain(frame, {"examples, M": "{:.2f}", "steps": "{:,.0f}", "examples a step": "{:.0f}"},
                 ("method", "batch", "steps", "accuracy, %", "examples a step", "examples, M"))


def by_length(judged: list[Judged]) -> Table:
    """One line for each method and length of training, scores not charged: cost, accuracy, and the differences to
    two controls."""
    frame = pd.DataFrame([named(r) | {
        "cost, no score charged": r.total, "accuracy, %": r.accuracy, "minus full: equal epochs": r.less_equal_epochs,
        "gain at equal cost": r.gain_at_equal_cost, "against the controls": standing(r)}
        for r in sorted(judged, key=lambda r: (r.policy, r.epochs))])
    main = ("method", "epochs", "gain at equal cost", "against the controls", "cost, no score charged", "accuracy, %")
    return plain(frame, {"cost, no score charged": "{:.2f}"}, main).captioned(f"Cost in {unit(judged)}.")


def dialled(dial: Dial, found: Gains) -> Table:
    """One line for each position of a dial and method: cost, accuracy, the control beside it, and the gain. Where the
    control is on a line between two, the dearer of them is named."""
    frame = pd.DataFrame([{
        "position": dial.at(position), "method": label(method), "total cost, epochs": row["total_cost"],
        "accuracy": row["accuracy_mean"], "rare classes": row["accuracy_rare"], "learnt": row["redundancy"]["fit"],
        "control": beside(row["control"]), "gain at equal total cost": gain(row),
        "against the controls": row["verdict"]}
        for position in dial.positions for method, at in found.items() for row in [at.get(position)] if row])
    shares = dict.fromkeys(("accuracy", "rare classes", "learnt"), "{:.1%}")
    main = ("position", "method", "gain at equal total cost", "against the controls", "accuracy",
            "total cost, epochs")
    return plain(frame.dropna(axis="columns", how="all"), shares | {"total cost, epochs": "{:.2f}"}, main)


def beside(control: dict[str, object] | None) -> str | None:
    """A control in words; None where there is none."""
    return control and (f"{NAMES[control['policy']]}, {control['epochs']} epochs of batch {control['batch']}: "
                        f"{control['accuracy']:.1%}")
