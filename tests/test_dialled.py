"""The dials: what is compared at each position, and from which position on a method pays, by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from rows import measured, words, write

from dietsb_core.evidence import dialled, when
from dietsb_core.runs.grids import grid, regimes
from dietsb_core.runs.grids.dial import DIALS, IMBALANCE, REDUNDANCY, SCALE
from dietsb_core.runs.presets import PRESETS

RB, SB = ("random_backprop", 0.5), ("selective_backprop", 0.5)


def test_the_dial_is_the_same_at_every_preset_and_part_of_everything_where_the_data_are_drawn_as_it_is():
    runs = grid("dial", "quick")
    assert {one.data for one in runs} == {one.regime(n).data for one in DIALS for n in one.positions}
    for name in PRESETS:
        assert grid("dial", name) == runs
        assert set(runs) <= set(grid("all", name)) if name == "quick" else not set(runs) & set(grid("all", name))
    assert not set(runs) & set(grid("all", "quick@digits"))


@pytest.mark.parametrize("one", DIALS)
def test_controls_differ_in_length_and_batch_and_methods_cost_no_more_than_the_longest(one):
    regime = one.regime(one.positions[-1])
    at = regimes.scale(SCALE, regime)
    made = [(run.epochs, run.recipe.batch, run.recipe.lr) for run in regimes.controls(at, regime, 0)
            if run.policy == "full"]
    lengths = [round(5 * share) for share in one.shares]
    assert sorted(made) == sorted((n, batch, SCALE.recipe.lr) for n in lengths for batch in (64, 32))
    assert {run.policy for run in regimes.controls(at, regime, 0)} == (
        {"full", "class_weights"} if one is IMBALANCE else {"full"})
    assert not one.regime(one.positions[0]).weighted  # weights of 1 are full training again
    methods = list(regimes.methods(at, regime, 0))
    assert {(run.policy, run.keep) for run in methods} == {(policy, keep) for policy, keep, _ in one.methods}
    assert not any(run.scored_by or run.recipe.batch != 64 or run.epochs != 5 for run in methods)


def test_a_regime_s_own_parts_and_rate_leave_the_others_as_they_were():
    p = replace(PRESETS["smoke"], recipe=replace(PRESETS["smoke"].recipe, epochs=4))
    usual = regimes.Regime("procedural-small", 4, ())
    own = replace(usual, parts=(2,), scaled=False)
    batches = [{(run.recipe.batch, run.recipe.lr) for run in regimes.tuned(p, "full", 1.0, 0, 4, one)}
               for one in (usual, own)]
    assert batches == [{(32, 0.05), (16, 0.025), (8, 0.0125)}, {(32, 0.05), (16, 0.05)}]


TWO = replace(REDUNDANCY, positions=(0, 90), methods=((*RB, {}), (*SB, {})))


def turn(gains: dict[int, tuple[float, float]], backprops: int = 384) -> None:
    """Write the records of TWO: full training reaches .4 in two epochs, .5 in three and .6 in four, whatever the
    batch, and the two methods as much as in three epochs, and more by `gains`."""
    for seed, shift in zip(SCALE.seeds, (0.0, 0.001, -0.001), strict=True):
        for position, more in gains.items():
            regime = TWO.regime(position)
            at = regimes.scale(SCALE, regime)
            for run in regimes.controls(at, regime, seed):
                write(regimes.passed_once(run), 0.2 + 0.1 * run.epochs + shift)
            for run, gain in zip(regimes.methods(at, regime, seed), more, strict=True):
                write(regimes.passed_once(run), 0.5 + gain + shift, backprops=backprops * 3 // 5)


def test_gains_come_from_records_by_method_and_position_and_controls_are_beside_them():
    turn({0: (0.02, -0.02), 90: (0.0, 0.05)})
    found = dialled.gains(TWO)
    assert {method: list(at) for method, at in found.items()} == {RB: [0, 90], SB: [0, 90]}
    told = {method: [dialled.gain(row).mean for row in at.values()] for method, at in found.items()}
    assert told == {RB: pytest.approx([0.02, 0.0], abs=1e-9), SB: pytest.approx([-0.02, 0.05], abs=1e-9)}
    assert found[SB][90]["control"] == {"policy": "full", "epochs": 3, "batch": 64, "accuracy": pytest.approx(0.5)}
    assert dialled.pays(TWO, found) == {"Random-Backprop, 50 % pruned": "pays at 0 % easy, and not from there on",
                                        "Selective-Backprop, 50 % pruned": "pays from 90 % easy on"}
    assert dialled.answer(TWO, found) == (
        "Of 2 methods, Random-Backprop, 50 % pruned, pays at 0 % easy, and not from there on; Selective-Backprop, "
        "50 % pruned, pays from 90 % easy on (0 % easy, 90 % easy).")
    assert dialled.by_chance(found).startswith("Of 4 intervals, 2 lie above zero and 1 below")


def test_each_method_s_claims_are_of_the_highest_position_and_of_both_ends():
    turn({0: (0.02, -0.02), 90: (0.0, 0.05)})
    found = dialled.gains(TWO)
    claims = dialled.claims(TWO, found)
    assert words(claims) == ["undecided", "refuted", "confirmed", "confirmed"]
    assert [measured(one).split(" points")[0] for one in claims] == [
        "gain: +0.0", "difference of gains: -2.0", "gain: +5.0", "difference of gains: +7.0"]
    assert dialled.turned(TWO, found) == (
        "More is gained at 90 % easy than at 0 % easy by: Selective-Backprop, 50 % pruned. Less is gained by: "
        "Random-Backprop, 50 % pruned.")
    half = [one.value.high - one.value.mean for one in claims]
    ends = [dialled.gain(found[SB][n]) for n in TWO.positions]
    assert half[3] == pytest.approx(math.sqrt(sum((one.high - one.mean) ** 2 for one in ends))) and half[3] > half[2]


def test_positions_without_records_or_controls_are_not_known():
    turn({0: (0.12, 0.12)}, backprops=3 * 384)  # dearer than four epochs, 9 / 5 of five, and no less accurate
    found = dialled.gains(TWO)
    assert list(found[RB]) == [0] and found[RB][0]["verdict"] == when.NO_CONTROL
    assert dialled.gain(found[RB][0]).n == 0
    assert words(dialled.claims(TWO, found)) == ["undecided"] * 4
    assert dialled.answer(TWO, found) == "None of 2 methods pays at any position (0 % easy, 90 % easy)."
    assert dialled.turned(TWO, found) == (
        "More is gained at 90 % easy than at 0 % easy by: no method. Less is gained by: no method.")
    assert dialled.gains(replace(TWO, positions=(30,))) == {}


@pytest.mark.parametrize(("above", "said"), [
    ("000", "pays at no position"), ("111", "pays at every position"), ("011", "pays from 30 % easy on"),
    ("001", "pays from 60 % easy on"), ("100", "pays at 0 % easy, and not from there on"),
    ("110", "pays at 0 % easy, 30 % easy, and not from there on"), ("101", "pays from 60 % easy on")])
def test_a_method_pays_from_the_position_from_which_it_pays_at_all_higher_ones(above, said):
    row = {"verdict": "above"}
    at = {n: row if one == "1" else {"verdict": "undecided"} for n, one in zip((0, 30, 60), above, strict=True)}
    assert dialled.pays(REDUNDANCY, {SB: at}) == {"Selective-Backprop, 50 % pruned": said}
