"""Grids: that a page which draws accuracy over epochs gets it, and that no other run pays for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dietsb_core.runs.grids import GRIDS, PANEL_A, PANEL_B, grid
from dietsb_core.runs.presets import PRESETS


@pytest.mark.parametrize("scale", PRESETS)
@pytest.mark.parametrize("name", ["panel_a", "panel_b", "poster"])
def test_panels_that_draw_accuracy_over_epochs_have_it(name, scale):
    assert all(run.curve for run in grid(name, scale))


@pytest.mark.parametrize("name", GRIDS)
def test_what_no_panel_draws_passes_the_test_set_once(name):
    drawn = {(run.policy, run.keep) for run in grid(name, "cifar-cpu") if run.curve and not run.score}
    assert drawn <= {*PANEL_A, *PANEL_B}
    assert not any(run.curve for run in grid("cifar10", "cifar-cpu") if run.policy != "full")


@pytest.mark.parametrize("scale", PRESETS)
def test_a_training_that_two_grids_share_is_one(scale):
    """Else the same network would be trained twice, with a curve and without."""
    runs = {run for name in GRIDS for run in grid(name, scale)}
    assert len(runs) == len({replace(run, curve=True) for run in runs})


@pytest.mark.parametrize("scale", PRESETS)
def test_the_bandits_by_full_passes_are_of_the_highest_rate_and_every_preset_s_own(scale):
    p = PRESETS[scale]
    found = {(run.policy, run.keep, run.options, run.seed) for run in grid("passes", scale)}
    assert found == {(policy, 0.1, (("source", "pass"),), seed) for policy in ("epsilon_greedy", "ucb")
                     if policy in p.methods for seed in p.seeds}
    assert set(grid("passes", scale)) <= set(grid("rates", scale))


def test_the_order_of_everything_is_the_most_telling_first():
    runs = grid("all", "cifar-cpu")
    first = [min(map(runs.index, set(grid(name, "cifar-cpu")) - set(grid("cost", "cifar-cpu")) - set(grid("poster",
             "cifar-cpu")))) for name in ("passes", "rates", "cifar10", "claim7", "batches", "lengths", "sensitivity")]
    assert first == sorted(first) and max(map(runs.index, grid("poster", "cifar-cpu"))) < first[0]
