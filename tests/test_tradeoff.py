"""Accuracy against total cost: units, differences to the controls, and what a score must be reused for, by hand."""

from __future__ import annotations

import pytest
from one_line import refused
from rows import a_row

from dietsb_core.evidence import tradeoff
from dietsb_core.evidence.row import Row
from dietsb_core.evidence.statistics import interval

# Full training of 10 epochs costs 800, in operations as in steps; half of it 400, a quarter 200. Their accuracies are
# .60, .50 and .40.
FULL = a_row("full", [0.59, 0.60, 0.61], cost=800)
HALF = a_row("full", [0.49, 0.50, 0.51], cost=400, epochs=5)
QUARTER = a_row("full", [0.39, 0.40, 0.41], cost=200, epochs=2)


def judge(policy: str, cost: float, accuracies: list[float], **more) -> tradeoff.Judged:
    """One method beside the three controls."""
    return tradeoff.judged([FULL, a_row(policy, accuracies, cost=cost, **more), QUARTER, HALF], epochs=10)[1]


def test_costs_are_in_units_of_full_training_and_scoring_is_charged():
    found = tradeoff.costs([FULL, a_row("el2n", [0.5], cost=400, scoring=480)])[1]
    assert (found.training, found.scoring, found.total) == pytest.approx((0.5, 0.6, 1.1))


def test_networks_trained_for_their_scores_are_no_comparison():
    assert len(tradeoff.costs([FULL, a_row("el2n", [0.5], compared=False)])) == 1


def test_a_row_whose_cost_is_not_known_is_left_out():
    assert len(tradeoff.costs([FULL, a_row("el2n", [0.5], scoring_flops=None), a_row("ucb", [0.5])])) == 2


@pytest.mark.parametrize(("accuracies", "word"), [
    ([0.59, 0.60, 0.61], "above"), ([0.39, 0.40, 0.41], "below"), ([0.50, 0.51, 0.52], "level"),
    ([0.60], "unknown"),
])
def test_a_method_wins_only_with_its_interval_clear_of_the_controls(accuracies, word):
    assert judge("random", 400, accuracies).against_front == word


def test_the_interval_that_must_be_clear_is_both():
    """.55 ± .032 is over .50, but not over the front's upper end, .525."""
    mine, theirs = interval([0.54, 0.55, 0.565]), HALF.accuracy
    assert mine.low > theirs.mean and mine.low < theirs.high
    assert judge("random", 400, [0.54, 0.55, 0.565]).against_front == "level"


@pytest.mark.parametrize("cost", [150.0, 189.0, 841.0, 900.0])
def test_beyond_the_controls_nothing_is_said(cost):
    found = judge("random", cost, [0.9, 0.9, 0.9])
    assert found.against_front == "outside" and not found.gain_at_equal_cost.n


def test_a_control_within_five_per_cent_is_one_of_equal_cost():
    """Ten whole batches of 25 of 256 cost .098 of full training, whose shortest control costs .1."""
    found = judge("random", 192, [0.5, 0.51, 0.52])
    assert found.against_front == "above" and found.front.mean == pytest.approx(0.4)


def test_seeds_are_paired():
    """A method that adds .05 to each seed's control has a difference of .05 with no spread, whatever the seeds'."""
    gain = judge("random", 400, [a + 0.05 for a in HALF.accuracies]).gain_at_equal_cost
    assert gain.mean == pytest.approx(0.05) and gain.high - gain.low < 1e-9


def test_equal_epochs_and_equal_steps_are_other_controls():
    found = judge("random", 400, [0.49, 0.50, 0.51], steps=200)
    differences = found.less_equal_epochs.mean, found.less_equal_steps.mean, found.gain_at_equal_cost.mean
    assert differences == pytest.approx((-0.1, 0.1, 0))


def test_equal_epochs_are_of_no_other_length():
    """Without full training of 4 epochs there is nothing to say of a training of 4; another length is another thing."""
    assert not judge("random", 400, [0.5, 0.5, 0.5], epochs=4).less_equal_epochs.n


# What the unit is

def test_the_unit_is_full_training_as_long_as_the_methods_are_or_as_is_said():
    """Whichever row comes first: half of the work of 10 epochs is all of that of 5."""
    rows = [QUARTER, HALF, FULL, a_row("random", [0.5], cost=400)]
    assert [tradeoff.costs(rows, epochs=epochs)[-1].total for epochs in (0, 10, 5, 2)] == [0.5, 0.5, 1.0, 2.0]
    assert {found.unit_epochs for found in tradeoff.costs(rows)} == {10}


def test_no_other_length_stands_in_for_the_unit():
    methods = [a_row("random", [0.5]), a_row("random", [0.5], epochs=5)]
    refused(lambda: tradeoff.costs([HALF, methods[0]]), "full training of 10 epochs is not on record")
    refused(lambda: tradeoff.costs([FULL, HALF], epochs=30), "full training of 30 epochs is not on record")
    refused(lambda: tradeoff.costs([FULL, HALF, *methods]), "trainings of 5, 10 epochs", "epochs=10")
    refused(lambda: tradeoff.costs([FULL, HALF]), "trainings of 5, 10 epochs")
    assert tradeoff.costs([FULL])[0].total == 1.0  # of one length alone there is no doubt


def test_scores_that_are_given_cost_nothing():
    given = tradeoff.uncharged([FULL, a_row("el2n", [0.5], cost=400, scoring=480)])
    assert tradeoff.costs(given)[1].total == 0.5 and [row.given for row in given] == [False, True]


def clocked(policy: str, cost: float, seconds: float | None) -> Row:
    """The clock counts others' work too."""
    return a_row(policy, [0.5, 0.5], cost=cost, cpu_seconds=seconds, seconds=9.0)


def test_costs_in_every_unit_that_is_known():
    """Half of the work, three quarters of the seconds. The clock, which counts others' work, gives way to the process's
    own time; a method that ran on another machine has no seconds here, and joules nothing has."""
    found = tradeoff.priced([clocked("full", 800, 4), clocked("random", 400, 3), clocked("el2n", 400, None)])
    assert {unit: [row.total for row in rows] for unit, rows in found.items()} == {
        "flops": [1.0, 0.5, 0.5], "cpu_seconds": [1.0, 0.75]}


def test_on_a_gpu_seconds_are_the_clocks_and_alone_operations_stand():
    """There is no CPU time of a GPU's work: it reads 0."""
    rows = [clocked("full", 800, 0), clocked("random", 400, 0)]
    assert list(tradeoff.priced(rows)) == ["flops", "seconds"]
    assert list(tradeoff.priced(rows[:1])) == ["flops"]


# Whether a score pays, and what is best of all

def test_how_often_a_score_must_be_reused_by_hand():
    """Accuracy .55 costs the controls √.5 = .707 of full training; training costs .5, so .207 is saved a time, and a
    score of .6 is paid for by the third."""
    assert judge("el2n", 400, [0.54, 0.55, 0.56], scoring=480).reuses_to_pay == 3
    assert judge("random", 400, [0.54, 0.55, 0.56]).reuses_to_pay == 1
    assert judge("el2n", 400, [0.45, 0.45, 0.45], scoring=1).reuses_to_pay is None
    assert judge("el2n", 400, [0.9, 0.9, 0.9], scoring=1).reuses_to_pay is None  # the controls never get there
    assert judge("el2n", 40, [0.3, 0.3, 0.3], scoring=1).reuses_to_pay is None  # nor are they so cheap


def test_the_pareto_front_by_hand():
    rows = [a_row("full", [0.6], cost=1.0), a_row("a", [0.5], cost=0.5), a_row("b", [0.55], cost=0.5),
            a_row("c", [0.54], cost=0.7), a_row("d", [0.3], cost=0.2)]
    assert {row.policy for row in tradeoff.judged(rows) if row.pareto} == {"d", "b", "full"}


def test_what_a_length_adds_is_a_value_a_seed():
    """Full training costs 400 with .50, seed by seed: half of a method's length costs half."""
    found = tradeoff.by_length(tradeoff.judged([
        FULL, HALF, QUARTER, a_row("el2n", [0.51, 0.52, 0.53], cost=400),
        a_row("el2n", [0.29, 0.30, 0.31], cost=200, epochs=5)], epochs=10))
    assert list(found["el2n"]) == [5, 10]
    assert found["el2n"][10] == pytest.approx([0.02] * 3) and found["el2n"][5] == pytest.approx([-0.1] * 3)


def test_bad_input():
    refused(lambda: tradeoff.judged([FULL], "dollars"), "no unit of cost 'dollars'; there are: flops, seconds")
    refused(lambda: tradeoff.judged([a_row("random", [0.1])]), "full training of 10 epochs is not on record")
    refused(lambda: tradeoff.judged([]), "full training is not on record")
