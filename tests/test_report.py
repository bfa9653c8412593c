"""Rows of a report and their tables, from records made by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from shutil import rmtree

import pytest
from report_records import (
    EL2N,
    FULL,
    SMOKE,
    rows,  # noqa: F401
    rows_of,
    write,
)

from dietsb_book import tables
from dietsb_core.evidence import listing, report, tradeoff, verdicts
from dietsb_core.runs import grids
from dietsb_core.runs.run import Run
from dietsb_core.runs.store import store

SCORING = ("scoring_flops", "scoring_seconds", "scoring_cpu_seconds", "scoring_joules")


def test_a_row_by_hand(rows):
    device, found = rows
    row = found["el2n"]
    assert (row.pruned_nominal, row.pruned_realised) == (0.25, 0.25)
    assert row.accuracies == [row.accuracy.mean] == [0.5]  # of the last epoch, which is not the best
    assert (row.forwards, row.backprops, row.flops) == (576, 576, 10 * 3 * 576)
    assert (row.seconds, row.cpu_seconds) == (3, 1.5 if device == "cpu" else 0)
    assert row.epoch_over_baseline.mean == 0.75 and row.epoch_over_baseline.n == 1
    assert row.scoring_seconds == pytest.approx(6.6)
    assert row.scoring_cpu_seconds == pytest.approx(3.3 if device == "cpu" else 0)
    assert found["full"].scoring_seconds == found["full"].scoring_cpu_seconds == 0


@pytest.mark.parametrize(("method", "networks", "passes"), [
    ("el2n", 2, 1), ("grand", 2, 3), ("grand_last", 2, 1), ("forgetting", 1, 0)])
def test_operations_of_scoring_by_hand(method, networks, passes):
    """Each network trains on 384 of 400 examples an epoch (forward 1, backward 2), and then passes all 400."""
    run = grids.run(SMOKE, method, 0.5, seed=0)
    write(run)
    for scorer in run.scored_by:
        write(scorer)
    epochs = 2 if method == "forgetting" else 1  # forgetting is counted over a whole training
    assert rows_of(run)[method].scoring_flops == 10 * networks * (3 * 384 * epochs + passes * 400)


@pytest.mark.parametrize("lost", [0, 1])
def test_a_score_whose_maker_is_not_on_record_is_not_free(lost):
    """One of two networks that scored is missing: what the score cost is not known, and EL2N is left out of what is
    compared by cost, where it would look cheaper than it is."""
    for run in (FULL, EL2N, EL2N.scored_by[1 - lost]):
        write(run)
    found = rows_of(FULL, EL2N)
    assert all(getattr(found["el2n"], name) is None for name in SCORING)
    assert all(getattr(found["full"], name) == 0 for name in SCORING[:3])
    rows = list(found.values())
    assert [row.policy for row in tradeoff.costs(rows)] == ["full"]
    assert verdicts.poster.least_work(report.results_of("panel_b", "smoke"), rows, 0.5).startswith("Full training")
    assert "–" in tables.results(rows).data["scoring once, s"].iloc[1]


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
    assert row.seeds == [0, 1] and row.accuracy.mean == pytest.approx(0.5)
    low, high = row.accuracy.low, row.accuracy.high
    assert low == pytest.approx(0.5 - 12.7062 * 0.1, abs=1e-4) and high == pytest.approx(0.5 + 12.7062 * 0.1, abs=1e-4)


# Seconds of two machines: the older, which has no name, trains 1.8 times as fast

def old_and_new(method: str, keep: float, old: float, new: float, seeds: str = "onn") -> list[Run]:
    """Runs of three seeds, `o`n the older machine in `old` seconds an epoch or on the `n`ew one in `new`."""
    runs = [grids.run(SMOKE, method, keep, seed) for seed in range(3)]
    for run, made in zip(runs, seeds, strict=True):
        write(run, seconds=old if made == "o" else new, cpu=(old if made == "o" else new) / 2,
              **({"machine": "new"} if made == "n" else {}))
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
    shown = tables.results(list(found.values())).data
    assert list(shown["training, s"]) == ["18", "14", "14"] and list(shown["scoring once, s"]) == ["0", "6", "0"]


def test_what_cannot_be_converted_is_a_dash():
    """Full training is on record of the newer machine alone."""
    runs = [*old_and_new("full", 1.0, 0, 18, "nnn"), *old_and_new("el2n", 0.75, 7.5, 0, "ooo"),
            *old_and_new("random_prune", 0.75, 7.5, 13.5)]
    for run in EL2N.scored_by:
        write(run)
    found = rows_of(*runs)
    assert found["el2n"].seconds is found["el2n"].cpu_seconds is found["el2n"].scoring_seconds is None
    assert found["random_prune"].seconds == 27  # of the two seeds that the newer one made
    shown = tables.results(list(found.values())).data
    assert list(shown["training, s"]) == ["18", "–", "14"] and list(shown["scoring once, s"]) == ["0", "–", "0"]
    assert list(tables.runtime(list(found.values())[:2]).data["s/epoch here"]) == ["9.00", "–"]
    assert listing.table(list(found.values())).splitlines()[2].split()[-3:] == ["-", "-", "0.75"]
    assert json.dumps([listing.as_json(row) for row in found.values()], allow_nan=False)


def test_joules_are_those_of_one_device():
    """Of the device that made most: another's are left out, also where they are those of a score."""
    runs = [grids.run(SMOKE, "full", 1.0, seed) for seed in range(3)]
    for run, joules, device in zip(runs, (5.0, 7.0, 100.0), ("cuda", "cuda", "other cuda"), strict=True):
        write(run, device=device, device_type="cuda", joules=joules)
    write(EL2N, device="cuda", joules=4.0)
    for run, device in zip(EL2N.scored_by, ("cuda", "other cuda"), strict=True):
        write(run, device=device, device_type="cuda", joules=1.0)
    found = rows_of(*runs, EL2N)
    assert (found["full"].joules, found["el2n"].joules) == (12, 8)  # two epochs each
    assert (found["full"].scoring_joules, found["el2n"].scoring_joules) == (0, None)
    rmtree(store() / EL2N.scored_by[1].name)
    write(EL2N.scored_by[1], device="cuda", joules=1.0)
    assert rows_of(*runs, EL2N)["el2n"].scoring_joules == 2  # two networks of an epoch each


def test_without_full_training_there_are_the_seconds_of_the_machine_of_most():
    found = rows_of(*old_and_new("random_prune", 0.75, 7.5, 13.5))
    assert found["random_prune"].seconds == 27 and found["random_prune"].machine == "new, cpu"


@pytest.mark.parametrize("other", [{"device": "cuda"}, {"threads": 2}, {"machine": "new"}])
def test_two_devices_or_counts_of_threads_on_one_machine_do_not_compare(other):
    both = [replace(FULL, seed=seed) for seed in (0, 1)]
    for run in both:
        write(run, seconds=10, threads=1, machine="old")
    write(EL2N, **{"seconds": 1, "threads": 1, "machine": "old"} | other)
    row = rows_of(*both, EL2N)["el2n"]
    assert row.seconds is None and not row.epoch_over_baseline.n and row.machine == "old, cpu, threads: 1"
