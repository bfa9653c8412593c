"""Rows of panels (c) and (d), which compare two rankings, from records made by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from one_line import refused
from rows import shown, write

from dietsb_book import tables
from dietsb_core.evidence import listing, overlap, report, verdicts
from dietsb_core.runs import grids
from dietsb_core.runs.presets import preset

SMOKE = preset("smoke")


def drawn(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).permutation(400).astype(float)


def scored(*values: int) -> None:
    for run, seed in zip(grids.members(SMOKE), values, strict=False):
        write(run, column=drawn(seed))
    for run in grids.members(SMOKE, SMOKE.other):
        write(run, column=drawn(run.seed))


@pytest.mark.parametrize(("figure", "keep", "accuracy"), [("panel_c", 1.0, 0.5), ("panel_d", 0.5, 0.6)])
def test_a_fraction_compared_is_not_the_rate_of_the_runs_behind_it(figure, keep, accuracy):
    """EL2N was taken from trainings on everything, and the use from trainings on half."""
    scored(1, 2)
    for seed in SMOKE.seeds:
        write(grids.run(SMOKE, "selective_backprop", 0.5, seed), accuracy, backprops=192, column=drawn(seed))
    found = report.report(figure, "smoke")
    assert [row.fraction for row in found] == [row.chance for row in found] == list(overlap.FRACTIONS)
    for row in found:
        assert row.keep == keep and row.pruned_nominal == pytest.approx(row.pruned_realised) == 1 - keep
        assert row.accuracy.mean == pytest.approx(accuracy) and row.floor == (1 if keep == 1 else 0.5 + 1 / 3)
    assert list(shown(tables.overlaps(found))["lowest"])[:2] == ["5%", "10%"]
    title, *lines = listing.table(found).splitlines()
    assert title.split()[-3:] == ["fraction", "in", "common"] and "  0.05  " in lines[0] and "  0.9  " in lines[-1]


def test_json_has_the_overlap_and_its_ends_under_two_keys():
    scored(1, 2)
    first = report.report("panel_c", "smoke")[0]
    told = listing.as_json(first)
    assert (told["overlap_mean"], told["overlap_ci95"]) == (first.overlap.mean, [first.overlap.low, first.overlap.high])
    assert list(told)[-5:] == ["fraction", "overlap_mean", "overlap_ci95", "chance", "poster"]


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
    assert above_chance.value.n == 1 and transfer.value.n == 0


def test_what_is_missing_is_said_with_the_preset_that_makes_it():
    refused(lambda: overlap.el2n(SMOKE), "python -m dietsb_core run all --preset smoke")
