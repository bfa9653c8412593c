"""Grids: that a page which draws accuracy over epochs gets it, and that no other run pays for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dietsb_core.runs.grids import GRIDS, PANEL_A, PANEL_B, grid, members, regimes, run
from dietsb_core.runs.presets import PRESETS


@pytest.mark.parametrize("scale", PRESETS)
@pytest.mark.parametrize("name", ["panel_a", "panel_b", "poster"])
def test_panels_that_draw_accuracy_over_epochs_have_it(name, scale):
    assert all(run.curve for run in grid(name, scale) if (run.policy, run.keep) in {*PANEL_A, *PANEL_B})


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


def test_a_preset_s_batch_rule_and_start_go_to_the_policies_that_have_them():
    p = replace(PRESETS["smoke"], rule="refill", start=0.5)
    for name in ("random_backprop", "selective_backprop", "stale_selective_backprop", "diet_sb", "diet_random",
                 "forgetting_sb", "balanced_sb"):
        assert dict(run(p, name, 0.25, seed=0).options) == {"rule": "refill", "start": 0.5}
        assert run(PRESETS["smoke"], name, 0.25, seed=0).options == ()  # the preset's values are the defaults
    for name in ("el2n", "random_prune", "cdf_selective_backprop", "ucb", "infobatch", "diet_dynamic"):
        assert run(p, name, 0.25, seed=0).options == ()


@pytest.mark.parametrize(("scale", "el2n", "networks"), [("cifar-cpu", "el2n", 3), ("as_run", "el2n_as_run", 1)])
def test_a_policy_is_scored_by_what_it_needs_in_the_preset_s_own_form(scale, el2n, networks):
    needed = {"el2n": el2n, "el2n_balanced": el2n, "diet_sb": el2n, "diet_random": el2n, "diet_dynamic": el2n,
              "grand": "grand", "grand_last": "grand_last", "forgetting": "forgetting", "forgetting_sb": "forgetting"}
    p = PRESETS[scale]
    for name, score in needed.items():
        pruned = run(p, name, 0.5, seed=0)
        count, epochs = (1, p.recipe.epochs) if score == "forgetting" else (networks, p.score_epoch)
        assert [(one.score, one.epochs) for one in pruned.scored_by] == [(score, epochs)] * count
        pruned.build()
    assert all(run(p, name, 0.5, seed=0).scored_by == () for name in ("random_prune", "selective_backprop", "ucb"))


def test_the_order_of_everything_is_the_most_telling_first():
    runs = grid("all", "cifar-cpu")
    first = [min(map(runs.index, set(grid(name, "cifar-cpu")) - set(grid("cost", "cifar-cpu")) - set(grid("poster",
             "cifar-cpu")))) for name in ("passes", "rates", "cifar10", "claim7", "lengths", "sensitivity")]
    assert first == sorted(first) and max(map(runs.index, grid("poster", "cifar-cpu"))) < first[0]


@pytest.mark.parametrize("scale", PRESETS)
def test_the_race_to_an_accuracy_trains_nothing_that_all_does_not(scale):
    race = set(grid("quickest", scale))
    assert race <= set(grid("all", scale)) and set(grid("cost", scale)) | set(grid("lengths", scale)) <= race


@pytest.mark.parametrize("scale", PRESETS)
@pytest.mark.parametrize("name", ["cost", "lengths", "cifar10"])
def test_controls_are_tuned_over_the_batch(name, scale):
    """Beside Random-Backprop at one half stands full training in half of the epochs with half of the batch; on the
    preset's own data it is that of `batches`."""
    p = PRESETS[scale]
    small = {run for run in grid(name, scale) if run.recipe.batch != p.recipe.batch}
    assert {(run.policy, run.recipe.batch, run.epochs) for run in small} == {
        ("full", p.recipe.batch // 2, p.recipe.epochs // 2)}
    assert {run.seed for run in small} == set(p.seeds) and (name == "cifar10" or small <= set(grid("batches", scale)))


def test_annealed_scores_come_from_a_whole_schedule_of_their_length():
    p = PRESETS["cifar-cpu"]
    for annealed, epochs, stop in ((False, p.recipe.epochs, 2), (True, 2, 0)):
        made = members(replace(p, annealed=annealed))
        assert {(one.recipe.epochs, one.stop, one.epochs) for one in made} == {(epochs, stop, 2)}
        assert {one.recipe.lr for one in made} == {p.recipe.lr}


def test_the_learning_rate_is_scaled_with_the_batch_or_left_and_names_tell():
    recipe = PRESETS["cifar-cpu"].recipe
    assert regimes.batched(recipe, 256, True) is recipe
    half, same = regimes.batched(recipe, 128, True), regimes.batched(recipe, 128, False)
    assert (half.batch, half.lr) == (128, recipe.lr / 2) and (same.batch, same.lr) == (128, recipe.lr)
    assert len({recipe.name, half.name, same.name}) == 3


def test_a_regime_has_a_start_and_scores_of_its_own():
    """Scores of a quarter of its length, three epochs at least; a method says itself where its selection starts."""
    p = replace(PRESETS["cifar-cpu"], start=0.5)
    lengths = {regime.epochs: regimes.scale(p, regime).score_epoch for regime in regimes.REGIMES}
    assert lengths == {10: 3, 40: 10} and {regimes.scale(p, one).start for one in regimes.REGIMES} == {0.0}


def test_early_stopping_has_the_authors_threshold_for_each_data_set():
    found = {(one.data, dict(one.options).get("threshold", 1e-3)) for one in grid("when", "cifar-cpu")
             if one.policy == "early_stopping"}
    assert found == {("cifar10", 1e-3), ("cifar10-lt", 1e-3), ("cifar100-hidden", 1e-3), ("cifar100", 2e-3),
                     ("cifar100-lt", 2e-3)}
