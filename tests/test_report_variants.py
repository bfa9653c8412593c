"""Rows of a report: variants, text, and networks that are compared with each other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from one_line import refused
from report_records import FULL, SMOKE, write

from dietsb_book import tables
from dietsb_core.evidence import listing, overlap, report, verdicts
from dietsb_core.runs import grids
from dietsb_core.runs.run import Run

# A method with a constant of its own

def greedy(**options: float) -> Run:
    return grids.run(SMOKE, "epsilon_greedy", 0.5, 0, **options)


def test_a_variant_has_its_own_ratio():
    for run, seconds in ((FULL, 2.0), (greedy(), 1.0), (greedy(alpha=0.2), 1.5), (greedy(alpha=0.4), 3.0)):
        write(run, cpu=seconds)
    runs = [FULL, greedy(alpha=0.4), greedy(alpha=0.2), greedy()]
    assert {str(row.options): row.epoch_over_baseline.mean for row in report.rows(runs)[1:]} == {
        "{'alpha': 0.4}": 1.5, "{'alpha': 0.2}": 0.75, "{}": 0.5}


def test_a_variant_never_stands_in_for_the_plain_run():
    for run, accuracy in ((FULL, 0.5), (greedy(alpha=0.2), 0.6), (greedy(alpha=0.4), 0.7)):
        write(run, accuracy=accuracy)
    runs = [FULL, greedy(alpha=0.2), greedy(alpha=0.4), greedy()]
    assert list(report.by_method(report.recorded(runs))) == [("full", 1.0)]
    write(greedy(), accuracy=0.3)
    assert report.by_method(report.recorded(runs))["epsilon_greedy", 0.5][0].accuracy == 0.3


def test_what_the_preset_gives_to_all_its_runs_makes_no_variant():
    run = grids.run(replace(SMOKE, start=0.5, rule="refill"), "selective_backprop", 0.5, 0)
    write(run)
    assert dict(run.options) == {"rule": "refill", "start": 0.5}
    assert list(report.by_method(report.recorded([run]))) == [("selective_backprop", 0.5)]


# Text

def test_the_text_tells_rows_of_other_options_and_lengths_apart():
    short = grids.run(SMOKE, "full", 1.0, 0, epochs=1)
    for run in (FULL, short, greedy(), greedy(alpha=0.2)):
        write(run)
    title, *lines = listing.table(report.rows([FULL, short, greedy(), greedy(alpha=0.2)])).splitlines()
    assert title.split()[:5] == ["policy", "keep", "options", "epochs", "seeds"]
    assert [line.split()[:4] for line in lines] == [
        ["full", "1", "-", "2"], ["full", "1", "-", "1"], ["epsilon_greedy", "0.5", "-", "2"],
        ["epsilon_greedy", "0.5", "alpha=0.2", "2"]]
    plain = listing.table(report.rows([FULL, greedy()])).splitlines()[0]
    assert plain.split()[:3] == ["policy", "keep", "seeds"]


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


@pytest.mark.parametrize(("figure", "keep", "accuracy"), [("panel_c", 1.0, 0.5), ("panel_d", 0.5, 0.6)])
def test_a_fraction_compared_is_not_the_rate_of_the_runs_behind_it(figure, keep, accuracy):
    """EL2N was taken from trainings on everything, and the use from trainings on half."""
    scored(1, 2)
    for seed in SMOKE.seeds:
        write(grids.run(SMOKE, "selective_backprop", 0.5, seed), accuracy=0.6, backprops=192,
              column=np.random.default_rng(seed).permutation(400).astype(float))
    found = report.report(figure, "smoke")
    assert [row.fraction for row in found] == [row.chance for row in found] == list(overlap.FRACTIONS)
    for row in found:
        assert row.keep == keep and row.pruned_nominal == pytest.approx(row.pruned_realised) == 1 - keep
        assert row.accuracy.mean == pytest.approx(accuracy) and row.floor == (1 if keep == 1 else 0.5 + 1 / 3)
    assert list(tables.overlaps(found).data["lowest"])[:2] == ["5%", "10%"]
    title, *lines = listing.table(found).splitlines()
    assert title.split()[-3:] == ["fraction", "in", "common"] and "  0.05  " in lines[0] and "  0.9  " in lines[-1]


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
    assert transfer.row()["measured"].endswith("not on record at this preset")


def test_what_is_missing_is_said_with_the_preset_that_makes_it():
    refused(lambda: overlap.el2n(SMOKE), "python -m dietsb_core run all --preset smoke")
