"""Rows of a report and records of runs, made by hand: a test gives what matters to it, and the rest has defaults."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from dietsb_book.tables.board import Board
from dietsb_book.tables.shown import Table
from dietsb_core.evidence.row import Results, Row
from dietsb_core.evidence.statistics import Verdict, interval
from dietsb_core.evidence.tradeoff import Judged
from dietsb_core.runs import records
from dietsb_core.runs.records import Record
from dietsb_core.runs.run import Run, canonical
from dietsb_core.runs.store import store


def a_row(policy: str, accuracies: Sequence[float], keep: float | None = None, *, cost: float = 100.0,
          scoring: float = 0.0, epochs: int = 10, **more: object) -> Row:
    """A row with an accuracy a seed, which keeps half unless it is of full training. `cost` is its operations, its
    steps and its seconds of either kind, `scoring` those of its score; there are no joules."""
    keep = keep or (1.0 if policy == "full" else 0.5)
    known: dict[str, object] = {
        "data": "procedural-small", "model": "airbench_small", "policy": policy, "keep": keep, "options": {},
        "recipe": "by hand", "epochs": epochs, "compared": True, "seeds": list(range(len(accuracies))),
        "accuracies": list(accuracies), "device": "cpu", "precision": "float64", "batch": 256, "records": [],
        "pruned_nominal": 1 - keep, "pruned_realised": 1 - keep, "forwards": cost, "backprops": cost, "steps": cost,
        "settled": epochs, "machine": "cpu", "flops": cost, "seconds": cost, "cpu_seconds": cost, "joules": None,
        "scoring_flops": scoring, "scoring_seconds": scoring, "scoring_cpu_seconds": scoring, "scoring_joules": None,
        "epoch_over_baseline": interval([]), "floor": keep}
    return Row(**known | more)


def judged_by_hand(policy: str, gains: Sequence[float], keep: float = 0.5, *, total: float = 1.0,
                   error: tuple[float, float] | None = (0.0, 0.0)) -> Judged:
    """A row with these gains at equal cost, a value a seed; nothing else of it is compared."""
    nothing = interval([])
    return Judged(**vars(a_row(policy, [0.5] * len(gains), keep)), unit="flops", unit_epochs=10, training=total,
                  scoring=0.0, total=total, front=nothing, interpolation_error=error, against_front="undecided",
                  pareto=False, gain_at_equal_cost=interval(gains), less_equal_steps=nothing,
                  less_equal_epochs=nothing, reuses_to_pay=None)


@dataclass(frozen=True)
class InMemory(Record):
    """A record whose ledger's columns were never written."""

    columns: dict[str, np.ndarray] = field(default_factory=dict)

    def column(self, name: str) -> np.ndarray:
        return self.columns[name]


def a_record(accuracy: float = 0.5, *, epochs: int = 1, settled: str = "", seconds: float = 1.0,
             cpu: float | None = None, device: str = "cpu", made: dict | None = None, config: dict | None = None,
             columns: dict[str, Sequence[float]] | None = None, **each: object) -> InMemory:
    """A record of so many epochs, all alike: each trains for `seconds`, or `cpu` (the same) of the process's own, and
    scores for a tenth of that, and has `each`. `accuracy` is the last epoch's; every other one is better, since nobody
    may choose the best. `made` says more of where it was made.

    settled: of each epoch, in place of `epochs`, whether it went by its rule (`s`) or by who was never seen (`.`).
    """
    cpu = seconds if cpu is None else cpu
    times = {"seconds": {"train": seconds, "score": seconds / 10},
             "cpu_seconds": {"train": cpu, "score": cpu / 10} if device == "cpu" else {}}  # of a GPU there are none
    count = len(settled) or epochs
    rows = [{"epoch": epoch, "accuracy": accuracy + 0.2 * (epoch < count), **times, **each}
            for epoch in range(1, count + 1)]
    for row, went in zip(rows, settled, strict=False):
        row["settled"] = went == "s"
    environment = {"device": device, "device_type": device, "precision": "float64", "commit": "abc"} | (made or {})
    info = {"environment": environment, "fingerprint": "same", "examples": 400, "forward_flops": 10}
    return InMemory(Path("by-hand"), {"policy": "ucb"} if config is None else config, rows, info,
                    {name: np.asarray(values) for name, values in (columns or {}).items()})


def write(run: Run, accuracy: float = 0.5, *, seconds: float = 1.0, cpu: float = 0.5, backprops: int = 384,
          fingerprint: str = "same", column: np.ndarray | None = None, **more: object) -> Record:
    """`a_record` in the store as that of `run`, where a report finds it. `column` [400] is its score, or its use."""
    record = a_record(accuracy, epochs=run.epochs, seconds=seconds, cpu=cpu, epoch_seconds=seconds, steps=12,
                      forwards=backprops, backprops=backprops, **more)
    return records.write(store() / run.name, canonical(run), record.rows, record.info | {"fingerprint": fingerprint},
                         {run.score or "selected": np.zeros(400) if column is None else column})


def results(accuracies: dict[tuple[str, float], Sequence[float]]) -> Results:
    """{(policy, keep): an accuracy a seed}, as records."""
    return {method: {seed: a_record(value) for seed, value in enumerate(values)}
            for method, values in accuracies.items()}


def around(accuracy: float) -> list[float]:
    """Accuracies of three seeds, close together."""
    return [accuracy - 0.001, accuracy, accuracy + 0.001]


def words(found: Sequence[Verdict]) -> list[str]:
    return [verdict.word for verdict in found]


def measured(verdict: Verdict) -> str:
    return verdict.row()["measured"]


def shown(table: Table | Board) -> pd.DataFrame:
    """What a table shows: a text a cell."""
    return table.texts
