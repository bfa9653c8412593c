"""Grids: that a page which draws accuracy over epochs gets it, and that no other run pays for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dietsb_core.grids import GRIDS, PANEL_A, PANEL_B, grid
from dietsb_core.presets import PRESETS


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
