"""Seconds and joules of a report, where two machines made its records: the older one trains 1.8 times as fast."""

from __future__ import annotations

import json
from dataclasses import replace
from shutil import rmtree

import pytest
from rows import shown, write

from dietsb_book import tables
from dietsb_core.evidence import listing, report
from dietsb_core.evidence.row import Row
from dietsb_core.runs import grids
from dietsb_core.runs.presets import preset
from dietsb_core.runs.run import Run
from dietsb_core.runs.store import store

SMOKE = preset("smoke")  # two epochs
FULL, EL2N = (grids.run(SMOKE, name, keep, seed=0) for name, keep in (("full", 1.0), ("el2n", 0.75)))


def rows_of(*runs: Run) -> dict[str, Row]:
    return {row.policy: row for row in report.rows(list(runs))}


def old_and_new(method: str, keep: float, old: float, new: float, seeds: str = "onn") -> list[Run]:
    """Runs of three seeds, `o`n the older machine, which has no name, in `old` seconds an epoch or on the `n`ew one in
    `new`."""
    runs = [grids.run(SMOKE, method, keep, seed) for seed in range(3)]
    for run, machine in zip(runs, seeds, strict=True):
        seconds, made = (old, {}) if machine == "o" else (new, {"machine": "new"})
        write(run, seconds=seconds, cpu=seconds / 2, made=made)
    return runs


def test_seconds_of_two_machines_are_told_as_one_machine_s():
    """Two methods that take three quarters of full training on either machine: the same seconds, whoever made them."""
    runs = [*old_and_new("full", 1.0, 10, 18), *old_and_new("el2n", 0.75, 7.5, 13.5),
            *old_and_new("random_prune", 0.75, 0, 13.5, "nnn")]
    for run in EL2N.scored_by:
        write(run, seconds=3.0, cpu=1.5)
    found = rows_of(*runs)
    assert [found[name].seconds for name in ("full", "el2n", "random_prune")] == pytest.approx([36, 27, 27])
    assert [found[name].cpu_seconds for name in ("full", "el2n", "random_prune")] == pytest.approx([18, 13.5, 13.5])
    assert found["el2n"].scoring_seconds == pytest.approx(1.8 * 6.6)
    assert {row.machine for row in found.values()} == {"new, cpu"}
    assert found["el2n"].epoch_over_baseline.mean == pytest.approx(0.75)
    table = shown(tables.results(list(found.values())))
    assert list(table["training, s"]) == ["18", "14", "14"] and list(table["scoring once, s"]) == ["0", "6", "0"]


def test_what_cannot_be_converted_is_a_dash():
    """Full training is on record of the newer machine alone."""
    runs = [*old_and_new("full", 1.0, 0, 18, "nnn"), *old_and_new("el2n", 0.75, 7.5, 0, "ooo"),
            *old_and_new("random_prune", 0.75, 7.5, 13.5)]
    for run in EL2N.scored_by:
        write(run)
    found = rows_of(*runs)
    rows, el2n = list(found.values()), found["el2n"]
    assert el2n.seconds is el2n.cpu_seconds is el2n.scoring_seconds is None
    assert found["random_prune"].seconds == 27  # of the two seeds that the newer one made
    table = shown(tables.results(rows))
    assert list(table["training, s"]) == ["18", "–", "14"] and list(table["scoring once, s"]) == ["0", "–", "0"]
    assert list(shown(tables.runtime(rows[:2]))["s/epoch here"]) == ["9.00", "–"]
    assert listing.table(rows).splitlines()[2].split()[-3:] == ["-", "-", "0.75"]
    told = json.loads(json.dumps(listing.as_json(el2n), allow_nan=False))
    assert told["seconds"] is told["epoch_over_baseline"] is told["epoch_over_baseline_ci95"] is None


def test_joules_are_those_of_one_device():
    """Of the device that made most: another's are left out, also where they are those of a score."""
    runs = [grids.run(SMOKE, "full", 1.0, seed) for seed in range(3)]
    for run, joules, name in zip(runs, (5.0, 7.0, 100.0), ("cuda", "cuda", "other cuda"), strict=True):
        write(run, device="cuda", made={"device": name}, joules=joules)
    write(EL2N, device="cuda", joules=4.0)
    for run, name in zip(EL2N.scored_by, ("cuda", "other cuda"), strict=True):
        write(run, device="cuda", made={"device": name}, joules=1.0)
    found = rows_of(*runs, EL2N)
    assert (found["full"].joules, found["el2n"].joules) == (12, 8)  # two epochs each
    assert (found["full"].scoring_joules, found["el2n"].scoring_joules) == (0, None)
    rmtree(store() / EL2N.scored_by[1].name)
    write(EL2N.scored_by[1], device="cuda", joules=1.0)
    assert rows_of(*runs, EL2N)["el2n"].scoring_joules == 2  # two networks of an epoch each


def test_without_full_training_there_are_the_seconds_of_the_machine_of_most():
    found = rows_of(*old_and_new("random_prune", 0.75, 7.5, 13.5))
    assert found["random_prune"].seconds == 27 and found["random_prune"].machine == "new, cpu"


@pytest.mark.parametrize("other", [{"device": "cuda"}, {"made": {"threads": 2, "machine": "old"}},
                                   {"made": {"threads": 1, "machine": "new"}}])
def test_two_devices_or_counts_of_threads_on_one_machine_do_not_compare(other):
    old = {"made": {"threads": 1, "machine": "old"}}
    both = [replace(FULL, seed=seed) for seed in (0, 1)]
    for run in both:
        write(run, seconds=10, **old)
    write(EL2N, seconds=1, **old | other)
    row = rows_of(*both, EL2N)["el2n"]
    assert row.seconds is None and not row.epoch_over_baseline.n and row.machine == "old, cpu, threads: 1"
