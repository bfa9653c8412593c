"""Controls and methods by total cost, as rows made by hand."""

from __future__ import annotations

import math

from rows import a_row

from dietsb_core.evidence import tradeoff
from dietsb_core.evidence.row import Row


def row(policy: str, cost: float, accuracies: list[float], keep: float = 1.0, epochs: int = 10,
        scoring: float = 0.0) -> Row:
    """A row whose steps and seconds are its cost. It was made on a CPU, whose machine measures no joules."""
    return a_row(policy, accuracies, keep=keep, epochs=epochs, steps=cost, flops=cost, scoring_flops=scoring,
                 seconds=cost, scoring_seconds=scoring, cpu_seconds=cost, scoring_cpu_seconds=scoring)


def full(epochs: int, accuracy: float) -> Row:
    return row("full", 100.0 * epochs, [accuracy - 0.001, accuracy, accuracy + 0.001], epochs=epochs)


def around(accuracy: float) -> list[float]:
    return [accuracy - 0.001, accuracy, accuracy + 0.001]

# 2.5 and 10 epochs predict .50 for 5, which reaches .53: between two of them the line may be .03 too low.
CONTROLS = [full(10, 0.60), full(5, 0.53), full(2.5, 0.40)]

BETWEEN = 100 * math.sqrt(5 * 10)  # half way between 5 and 10 epochs, where the line says .565


def judged(*rows: Row) -> list[tradeoff.Judged]:
    return tradeoff.judged([*CONTROLS, *rows], epochs=10)


def measured(verdict) -> str:
    return verdict.row()["measured"]
