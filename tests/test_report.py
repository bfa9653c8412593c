"""Rows of a report and their tables, from records made by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from one_line import refused

from dietsb_core import grids, overlap, records, report, tables, verdicts
from dietsb_core.presets import preset
from dietsb_core.runs import Run, canonical, store

SMOKE = preset("smoke")  # 400 examples in batches of 32, two epochs
FULL, EL2N = (grids.run(SMOKE, name, keep, seed=0) for name, keep in (("full", 1.0), ("el2n", 0.75)))


def write(run: Run, *, seconds: float = 1.0, cpu: float = 0.5, device: str = "cpu", fingerprint: str = "same",
          backprops: int = 384, accuracy: float = 0.5, column: np.ndarray | None = None) -> records.Record:
    """A record of `run` with every epoch alike: training takes `seconds`, and scoring a tenth of that."""
    def times(one: float) -> dict[str, float]:
        return {"prune": 0.0, "select": 0.0, "train": one} | ({"score": one / 10} if run.score else {})

    row = {"accuracy": accuracy, "forwards": backprops, "backprops": backprops, "steps": 12, "epoch_seconds": seconds,
           "seconds": times(seconds), "cpu_seconds": times(cpu) if device == "cpu" else {}}
    info = {"environment": {"device": device, "device_type": device, "precision": "float64", "commit": "abc"},
            "fingerprint": fingerprint, "examples": 400, "forward_flops": 10}
    rows = [row | {"epoch": epoch + 1} for epoch in range(run.epochs)]
    return records.write(store() / run.name, canonical(run), rows, info,
                         {run.score or "loss": np.zeros(400) if column is None else column})


def rows_of(*runs: Run) -> dict[str, dict]:
    return {row["policy"]: row for row in report.rows(list(runs))}


@pytest.fixture(params=["cpu", "cuda"])
def rows(request) -> tuple[str, dict[str, dict]]:
    """Full training of 2 + 2 s and EL2N of 1.5 + 1.5 s, whose two networks took 3.3 s each; half is the process's."""
    for run, seconds, backprops in ((FULL, 2.0, 384), (EL2N, 1.5, 288), *((run, 3.0, 384) for run in EL2N.scored_by)):
        write(run, seconds=seconds, cpu=seconds / 2, device=request.param, backprops=backprops)
    return request.param, rows_of(FULL, EL2N)


def test_a_row_by_hand(rows):
    device, found = rows
    row = found["el2n"]
    assert (row["pruned_nominal"], row["pruned_realised"]) == (0.25, 0.25)
    assert (row["forwards"], row["backprops"], row["flops"]) == (576, 576, 10 * 3 * 576)
    assert (row["seconds"], row["cpu_seconds"]) == (3, 1.5 if device == "cpu" else 0)
    assert row["epoch_over_baseline"] == 0.75 and row["epoch_over_baseline_ci95"] is None
    assert row["scoring_seconds"] == pytest.approx(6.6)
    assert row["scoring_cpu_seconds"] == pytest.approx(3.3 if device == "cpu" else 0)
    assert found["full"]["scoring_seconds"] == found["full"]["scoring_cpu_seconds"] == 0


def test_the_table_shows_the_processs_own_seconds_where_there_are_some(rows):
    device, found = rows
    shown = tables.results(list(found.values())).data
    assert list(shown["training, s"]) == (["2", "2"] if device == "cpu" else ["4", "3"])  # 1.5 rounds to even
    assert list(shown["scoring once, s"]) == (["0", "3"] if device == "cpu" else ["0", "7"])
    assert list(tables.runtime(list(found.values())).data["s/epoch here"]) == (
        ["1.00", "0.75"] if device == "cpu" else ["2.00", "1.50"])


def test_seeds_of_a_method_are_one_row_with_an_interval():
    for seed, accuracy in ((0, 0.4), (1, 0.6)):
        write(replace(FULL, seed=seed), accuracy=accuracy)
    row = rows_of(FULL, replace(FULL, seed=1))["full"]
    assert row["seeds"] == [0, 1] and row["accuracy_mean"] == pytest.approx(0.5)
    low, high = row["accuracy_ci95"]
    assert low == pytest.approx(0.5 - 12.7062 * 0.1, abs=1e-4) and high == pytest.approx(0.5 + 12.7062 * 0.1, abs=1e-4)


def test_runs_on_different_data_of_one_name_are_not_compared():
    """As when the images of a folder changed between two runs; what is told needs no data on this machine."""
    random = grids.run(SMOKE, "random_prune", 0.75, seed=0)
    write(FULL)
    write(random, fingerprint="of other images")
    refused(lambda: report.recorded([FULL, random]), "'procedural-small'", "fingerprints", "DIETSB_RUNS")
    assert list(report.recorded([FULL])) == [FULL] and list(report.recorded([random])) == [random]


# Networks of one architecture, compared with each other

def scored(*values: int) -> None:
    for run, seed in zip(grids.members(SMOKE), values, strict=False):
        write(run, column=np.random.default_rng(seed).permutation(400).astype(float))
    for run in grids.members(SMOKE, SMOKE.other):
        write(run, column=np.random.default_rng(run.seed).permutation(400).astype(float))


def test_two_networks_are_one_pair():
    """Counted twice, one value would look like two that agree to the last digit."""
    scored(1, 2)
    assert [len(values) for values in overlap.overlaps("within", SMOKE).values()] == [1] * len(overlap.FRACTIONS)


def test_a_network_is_not_compared_with_itself():
    """That would agree entirely, and no other architecture could come near it."""
    scored(1)
    alone = replace(SMOKE, members=1)
    assert overlap.pairs("within", alone) == []
    above_chance, transfer = verdicts.panel_c(alone)
    assert above_chance.value.n == 1 and transfer.word == "undecided"
    assert transfer.row()["measured"].endswith("not on record yet")


def test_what_is_missing_is_said_with_the_preset_that_makes_it():
    refused(lambda: overlap.el2n(SMOKE), "python -m dietsb_core run all --preset smoke")
