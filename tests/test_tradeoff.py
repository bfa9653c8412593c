"""Accuracy against total cost, by hand."""

from __future__ import annotations

import math

import pytest
from one_line import refused
from rows import a_row

from dietsb_core.evidence import tradeoff
from dietsb_core.evidence.row import Row
from dietsb_core.evidence.statistics import interval


def row(policy: str, flops: float, accuracies: list[float], scoring: float = 0.0, epochs: int = 10,
        steps: float = 100.0, **more) -> Row:
    return a_row(policy, accuracies, flops=flops, scoring_flops=scoring, epochs=epochs, steps=steps, **more)


# Full training of 10 epochs costs 800; half of it 400, a quarter 200. Their accuracies are .60, .50 and .40.
FULL = row("full", 800.0, [0.59, 0.60, 0.61])
HALF = row("full", 400.0, [0.49, 0.50, 0.51], epochs=5, steps=50)
QUARTER = row("full", 200.0, [0.39, 0.40, 0.41], epochs=2, steps=25)


def judge(*rows: Row) -> tradeoff.Judged:
    return tradeoff.judged([FULL, *rows, QUARTER, HALF])[1]


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


# How good the line between two controls is

def test_a_control_left_out_is_predicted_from_its_neighbours():
    """.40 at 200 and .60 at 800 predict .50 at 400, half way in the logarithm; .53 is there, seed by seed."""
    bent = row("full", 400.0, [0.52, 0.53, 0.54], epochs=5)
    front = tradeoff.Front(tradeoff.costs([FULL, bent, QUARTER], epochs=10))
    error = front.interpolation_error
    (epochs, gap), = front.left_out().items()
    assert epochs == 5 and gap.mean == pytest.approx(0.03) and gap.high - gap.low < 1e-9
    assert error(math.sqrt(0.25 * 0.5)) == pytest.approx((0.03, 0))
    assert error(0.5) == error(0.51) == error(1.0) == (0.0, 0.0)  # a control is there


def test_a_control_that_lacks_a_seed_is_none_for_a_method_that_has_it():
    """Seed 2 is read off the line between 2.5 and 10 epochs, .03 too low at 5 by what seeds 0 and 1 say."""
    two = row("full", 400.0, [0.52, 0.53], epochs=5)
    front = tradeoff.Front(tradeoff.costs([FULL, two, QUARTER], epochs=10))
    error = front.interpolation_error
    assert error(0.5, [0, 1]) == (0.0, 0.0) and error(0.5, [0, 1, 2]) == pytest.approx((0.03, 0))


def test_what_is_allowed_for_is_of_the_two_controls_next_to_a_cost():
    """Of .2, .4, .5 and .6 at 1, 2, 4 and 8 epochs the second is .05 above its neighbours' line, the third on it."""
    rows = [row("full", 100.0 * epochs, [accuracy] * 2, epochs=epochs)
            for epochs, accuracy in ((1, 0.2), (2, 0.4), (4, 0.5), (8, 0.6))]
    front = tradeoff.Front(tradeoff.costs(rows, epochs=8))
    error = front.interpolation_error
    assert {epochs: gap.mean for epochs, gap in front.left_out().items()} == pytest.approx({2: 0.05, 4: 0.0})
    assert [error(epochs / 8)[0] for epochs in (1.5, 3, 6)] == pytest.approx([0.05, 0.05, 0.0])
    assert [error(epochs / 8)[1] for epochs in (1.5, 3, 6)] == pytest.approx([0, 0, 0])
    assert error(0.5 / 8) is None and error(2.0) is None


def test_the_line_may_be_too_high_and_two_controls_check_nothing():
    sagging = row("full", 400.0, [0.47, 0.48, 0.49], epochs=5)
    front = tradeoff.Front(tradeoff.costs([FULL, sagging, QUARTER], epochs=10))
    error = front.interpolation_error
    assert front.left_out()[5].mean == pytest.approx(-0.02) and error(0.7) == pytest.approx((0, 0.02))
    two = tradeoff.Front(tradeoff.costs([FULL, QUARTER], epochs=10))
    assert two.left_out() == {} and two.interpolation_error(0.7) is None and two.interpolation_error(0.25) == (0.0, 0.0)


def test_how_often_a_score_must_be_reused_by_hand():
    """Accuracy .55 costs the controls √.5 = .707 of full training; training costs .5, so .207 is saved a time, and a
    score of .6 is paid for by the third."""
    found = judge(row("el2n", 400.0, [0.54, 0.55, 0.56], scoring=480.0))
    assert found.reuses_to_pay == 3
    assert judge(row("random", 400.0, [0.54, 0.55, 0.56])).reuses_to_pay == 1
    assert judge(row("el2n", 400.0, [0.45, 0.45, 0.45], scoring=1.0)).reuses_to_pay is None
    assert judge(row("el2n", 400.0, [0.9, 0.9, 0.9], scoring=1.0)).reuses_to_pay is None  # controls never get there


def test_below_the_cheapest_control_no_price_is_known():
    """Less than .40 full training buys for less than a quarter, and nothing says for how much less; .40 for that."""
    front = tradeoff.Front(tradeoff.costs([FULL, HALF, QUARTER], epochs=10))
    assert front.price(0.39) is None and front.price(QUARTER.accuracy.mean) == pytest.approx(0.25)
    assert front.price(0.6) == pytest.approx(1.0) and front.price(0.61) is None
    assert judge(row("el2n", 40.0, [0.3, 0.3, 0.3], scoring=1.0)).reuses_to_pay is None


def test_the_pareto_front_by_hand():
    rows = [row("full", 1.0, [0.6]), row("a", 0.5, [0.5]), row("b", 0.5, [0.55]), row("c", 0.7, [0.54]),
            row("d", 0.2, [0.3])]
    rows = tradeoff.judged(rows)
    assert {r.policy for r in rows if r.pareto} == {"d", "b", "full"}


def test_bad_input():
    refused(lambda: tradeoff.judged([FULL], "dollars"), "no unit of cost 'dollars'; there are: flops, seconds")
    refused(lambda: tradeoff.judged([row("random", 1.0, [0.1])]), "full training of 10 epochs is not on record")
    refused(lambda: tradeoff.judged([]), "full training is not on record")
