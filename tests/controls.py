"""Controls of full training, by hand."""

from __future__ import annotations

from rows import a_row

from dietsb_core.evidence import tradeoff
from dietsb_core.evidence.row import Row


def row(policy: str, flops: float, accuracies: list[float], scoring: float = 0.0, epochs: int = 10,
        steps: float = 100.0, **more) -> Row:
    return a_row(policy, accuracies, flops=flops, scoring_flops=scoring, epochs=epochs, steps=steps, **more)

# Full training of 10 epochs costs 800; half of it 400, a quarter 200. Their accuracies are .60, .50 and .40.
FULL = row("full", 800.0, [0.59, 0.60, 0.61])

HALF = row("full", 400.0, [0.49, 0.50, 0.51], epochs=5, steps=50)

QUARTER = row("full", 200.0, [0.39, 0.40, 0.41], epochs=2, steps=25)


def judge(*rows: Row) -> tradeoff.Judged:
    return tradeoff.judged([FULL, *rows, QUARTER, HALF])[1]
