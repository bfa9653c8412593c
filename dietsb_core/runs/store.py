"""Where records stand: the folder of new ones, and those that come with the project."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dietsb_core import files
from dietsb_core.environment import PROJECT
from dietsb_core.runs import records
from dietsb_core.runs.records import Record
from dietsb_core.runs.run import Run, canonical

RECORDED = PROJECT / "results"  # committed records, read but never written unless named


def store() -> Path:
    """Where new records go: $DIETSB_RUNS, or `runs/` of the project. UserError where no record can be there."""
    return files.place(os.environ.get("DIETSB_RUNS") or PROJECT / "runs", "DIETSB_RUNS")


def find(run: Run) -> Record | None:
    """The record of `run`, new or committed; None where it has not been run."""
    for root in (store(), RECORDED):
        if record := records.read(root / run.name, canonical(run)):
            return record
    return None


@contextmanager
def room() -> Iterator[None]:
    """Turn a full disk, or a folder of records that cannot be written, into one clear line."""
    with files.room(store(), "DIETSB_RUNS"):
        yield
