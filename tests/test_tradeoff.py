"""Accuracy against total cost, by hand."""

from __future__ import annotations

import math

import pytest
from controls import FULL, HALF, QUARTER, judge, row
from one_line import refused

from dietsb_core.evidence import tradeoff
from dietsb_core.evidence.row import Row
from dietsb_core.evidence.statistics import interval


def test_costs_are_in_units_of_full_training_and_scoring_is_charged():
    found = tradeoff.costs([FULL, row("el2n", 400.0, [0.5], scoring=480.0)])[1]
    assert (found.training, found.scoring, found.total) == pytest.approx((0.5, 0.6, 1.1))


def test_networks_trained_for_their_scores_are_no_comparison():
    assert len(tradeoff.costs([FULL, row("el2n", 400.0, [0.5], compared=False)])) == 1


def test_between_two_controls_the_front_is_linear_in_the_logarithm():
    """√(200·400) is half way from .40 to .50."""
    found = judge(row("random", math.sqrt(200 * 400), [0.7, 0.7, 0.7]))
    assert found.front.mean == pytest.approx(0.45)
    assert found.gain_at_equal_cost.mean == pytest.approx(0.25)


@pytest.mark.parametrize(("accuracies", "word"), [
    ([0.59, 0.60, 0.61], "above"), ([0.39, 0.40, 0.41], "below"), ([0.50, 0.51, 0.52], "level"),
    ([0.60], "unknown"),
])
def test_a_method_wins_only_with_its_interval_clear_of_the_controls(accuracies, word):
    assert judge(row("random", 400.0, accuracies)).against_front == word


def test_the_interval_that_must_be_clear_is_both():
    """.55 ± .032 is over .50, but not over the front's upper end, .525."""
    mine, theirs = interval([0.54, 0.55, 0.565]), interval(HALF.accuracies)
    assert mine.low > theirs.mean and mine.low < theirs.high
    assert judge(row("random", 400.0, [0.54, 0.55, 0.565])).against_front == "level"


@pytest.mark.parametrize("flops", [150.0, 189.0, 841.0, 900.0])
def test_beyond_the_controls_nothing_is_said(flops):
    found = judge(row("random", flops, [0.9, 0.9, 0.9]))
    assert found.against_front == "outside" and not found.gain_at_equal_cost.n


def test_a_control_within_five_per_cent_is_one_of_equal_cost():
    """Ten whole batches of 25 of 256 cost .098 of full training, whose shortest control costs .1."""
    found = judge(row("random", 192.0, [0.5, 0.51, 0.52]))
    assert found.against_front == "above" and found.front.mean == pytest.approx(0.4)


def test_seeds_are_paired():
    """A method that adds .05 to each seed's control has a difference of .05 with no spread, whatever the seeds'."""
    found = judge(row("random", 400.0, [a + 0.05 for a in HALF.accuracies]))
    assert found.gain_at_equal_cost.mean == pytest.approx(0.05)
    assert found.gain_at_equal_cost.high - found.gain_at_equal_cost.low < 1e-9


def test_equal_epochs_and_equal_steps_are_other_controls():
    found = judge(row("random", 400.0, [0.49, 0.50, 0.51], steps=25))
    assert found.less_equal_epochs.mean == pytest.approx(-0.1)
    assert found.less_equal_steps.mean == pytest.approx(0.1)
    assert found.gain_at_equal_cost.mean == pytest.approx(0.0)


def test_equal_epochs_are_of_no_other_length():
    """Without full training of 4 epochs there is nothing to say of a training of 4; another length is another thing."""
    short = row("random", 400.0, [0.5, 0.5, 0.5], epochs=4)
    assert not tradeoff.judged([FULL, short, HALF], epochs=10)[1].less_equal_epochs.n


# What the unit is

def test_the_unit_is_full_training_as_long_as_the_methods_are_or_as_is_said():
    """Whichever row comes first: half of the work of 10 epochs is all of that of 5."""
    rows = [QUARTER, HALF, FULL, row("random", 400.0, [0.5])]
    assert [tradeoff.costs(rows, epochs=epochs)[-1].total for epochs in (0, 10, 5, 2)] == [0.5, 0.5, 1.0, 2.0]
    assert {found.unit_epochs for found in tradeoff.costs(rows)} == {10}


def test_no_other_length_stands_in_for_the_unit():
    methods = [row("random", 400.0, [0.5]), row("random", 200.0, [0.5], epochs=5)]
    refused(lambda: tradeoff.costs([HALF, methods[0]]), "full training of 10 epochs is not on record")
    refused(lambda: tradeoff.costs([FULL, HALF], epochs=30), "full training of 30 epochs is not on record")
    refused(lambda: tradeoff.costs([FULL, HALF, *methods]), "trainings of 5, 10 epochs", "epochs=10")
    refused(lambda: tradeoff.costs([FULL, HALF]), "trainings of 5, 10 epochs")
    assert tradeoff.costs([FULL])[0].total == 1.0  # of one length alone there is no doubt


def test_scores_that_are_given_cost_nothing():
    given = tradeoff.uncharged([FULL, row("el2n", 400.0, [0.5], scoring=480.0)])
    assert tradeoff.costs(given)[1].total == 0.5


def clocked(policy: str, flops: float, seconds: float | None) -> Row:
    return row(policy, flops, [0.5, 0.5], cpu_seconds=seconds, seconds=9.0)


def test_costs_in_every_unit_that_is_known():
    """Half of the work, three quarters of the seconds. The clock, which counts others' work, gives way to the process's
    own time; a method that ran on another machine has no seconds here, and joules nothing has."""
    rows = [clocked("full", 800.0, 4.0), clocked("random", 400.0, 3.0), clocked("el2n", 400.0, None)]
    found = tradeoff.priced(rows)
    assert {unit: [r.total for r in rows] for unit, rows in found.items()} == {
        "flops": [1.0, 0.5, 0.5], "cpu_seconds": [1.0, 0.75]}


def test_on_a_gpu_seconds_are_the_clocks_and_alone_operations_stand():
    """There is no CPU time of a GPU's work: it reads 0."""
    rows = [clocked("full", 800.0, 0.0), clocked("random", 400.0, 0.0)]
    assert list(tradeoff.priced(rows)) == ["flops", "seconds"]
    assert list(tradeoff.priced(rows[:1])) == ["flops"]
