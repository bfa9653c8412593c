"""Records of full training and EL2N, written by hand."""

from __future__ import annotations

import numpy as np
import pytest

from dietsb_core.evidence import report
from dietsb_core.evidence.row import Row
from dietsb_core.runs import grids, records
from dietsb_core.runs.presets import preset
from dietsb_core.runs.run import Run, canonical
from dietsb_core.runs.store import store

SMOKE = preset("smoke")  # 400 examples in batches of 32, two epochs

FULL, EL2N = (grids.run(SMOKE, name, keep, seed=0) for name, keep in (("full", 1.0), ("el2n", 0.75)))


def write(run: Run, *, seconds: float = 1.0, cpu: float = 0.5, device: str = "cpu", fingerprint: str = "same",
          backprops: int = 384, accuracy: float = 0.5, column: np.ndarray | None = None,
          joules: float | None = None, **made: str | int) -> records.Record:
    """A record of `run`, `made` where that says, with every epoch alike: training takes `seconds`, and scoring a tenth
    of that. But for the accuracy: `accuracy` is the last epoch's, and every other one is better."""
    def times(one: float) -> dict[str, float]:
        return {"prune": 0.0, "select": 0.0, "train": one} | ({"score": one / 10} if run.score else {})

    row = {"forwards": backprops, "backprops": backprops, "steps": 12, "epoch_seconds": seconds,
           "seconds": times(seconds), "cpu_seconds": times(cpu) if device == "cpu" else {}}
    row |= {} if joules is None else {"joules": joules}
    made = {"device": device, "device_type": device, "precision": "float64", "commit": "abc"} | made
    info = {"environment": made, "fingerprint": fingerprint, "examples": 400, "forward_flops": 10}
    rows = [row | {"epoch": epoch, "accuracy": accuracy + 0.2 * (epoch < run.epochs)}
            for epoch in range(1, run.epochs + 1)]
    return records.write(store() / run.name, canonical(run), rows, info,
                         {run.score or "selected": np.zeros(400) if column is None else column})


def rows_of(*runs: Run) -> dict[str, Row]:
    return {row.policy: row for row in report.rows(list(runs))}


@pytest.fixture(params=["cpu", "cuda"])
def rows(request) -> tuple[str, dict[str, Row]]:
    """Full training of 2 + 2 s and EL2N of 1.5 + 1.5 s, whose two networks took 3.3 s each; half is the process's."""
    for run, seconds, backprops in ((FULL, 2.0, 384), (EL2N, 1.5, 288), *((run, 3.0, 384) for run in EL2N.scored_by)):
        write(run, seconds=seconds, cpu=seconds / 2, device=request.param, backprops=backprops)
    return request.param, rows_of(FULL, EL2N)
