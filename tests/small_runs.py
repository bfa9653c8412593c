"""Runs that take seconds, and a process that trains one."""

from __future__ import annotations

import pytest

from dietsb_core.recipe import Recipe
from dietsb_core.runs import execute, records
from dietsb_core.runs.run import Run

RECIPE = Recipe("tiny-run", epochs=3, batch=64, lr=0.05, crop=1, flip=True, precision="float32")

RUN = Run("procedural-small", "airbench_small", RECIPE, 0, "selective_backprop", 0.5)


def results(record: records.Record) -> tuple[list[dict], dict[str, list]]:
    """All of a record that does not depend on how fast or how warm the machine was."""
    timed = ("seconds", "cpu_seconds", "epoch_seconds", "joules")
    rows = [{name: value for name, value in row.items() if name not in timed} for row in record.rows]
    return rows, {name: record.column(name).tolist() for name in ("loss", "selected", "seen")}


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory) -> tuple[list[dict], dict[str, list]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DIETSB_RUNS", str(tmp_path_factory.mktemp("uninterrupted")))
        return results(execute.execute(RUN, "cpu"))


@pytest.fixture
def trained(monkeypatch) -> list[Run]:
    """The runs that are really trained from here on."""
    seen, train = [], execute._train
    monkeypatch.setattr(execute, "_train", lambda run, *rest: seen.append(run) or train(run, *rest))
    return seen
