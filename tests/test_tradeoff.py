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
    ([0.59, 0.60, 0.61], "above"), ([0.39, 0.40, 0.41], "below"), ([0.50, 0.51, 0.52], "undecided"),
    ([0.60], "unknown"),
])
def test_a_method_wins_only_with_the_interval_of_its_difference_above_zero(accuracies, word):
    assert judge("random", 400, accuracies).against_front == word


def test_two_intervals_that_meet_do_not_make_it_undecided():
    """.525 ± .025 and .50 ± .025 overlap. With σ = .01 of four trainings of three seeds each, the difference of .025
    is known to t₈ · .01 · √(2/3) = .0188."""
    found = judge("random", 400, [0.515, 0.525, 0.535])
    assert interval([0.515, 0.525, 0.535]).low < HALF.accuracy.high
    gain = found.gain_at_equal_cost
    assert gain.high - gain.mean == pytest.approx(2.306 * 0.01 * (2 / 3) ** 0.5, rel=1e-3) and gain.df == 8
    assert gain.mean == pytest.approx(0.025)
    assert found.against_front == "above"


def test_equal_is_within_a_point_and_not_merely_undecided():
    """Of nine seeds each with σ = .00866: half a width of .0085 about .001."""
    many = [0.49, 0.50, 0.51] * 3
    rows = [a_row("full", [a + shift for a in many], cost=cost, epochs=epochs)
            for shift, cost, epochs in ((0.1, 800, 10), (0.0, 400, 5), (-0.1, 200, 2))]
    found = tradeoff.judged([*rows, a_row("random", [a + 0.001 for a in many], cost=400)], epochs=10)[-1]
    assert found.against_front == "equal" and found.gain_at_equal_cost.high < 0.01


def test_a_control_beside_itself_is_equal_without_doubt():
    found = tradeoff.judged([FULL, HALF, QUARTER], epochs=10)
    assert {(row.against_front, row.gain_at_equal_cost.low, row.gain_at_equal_cost.high) for row in found} == {
        ("equal", 0.0, 0.0)}


@pytest.mark.parametrize("cost", [150.0, 189.0, 841.0, 900.0])
def test_beyond_the_controls_nothing_is_said(cost):
    found = judge("random", cost, [0.9, 0.9, 0.9])
    assert found.against_front == "outside" and not found.gain_at_equal_cost.n


def test_a_control_within_five_per_cent_is_one_of_equal_cost():
    """Ten whole batches of 25 of 256 cost .098 of full training, whose shortest control costs .1."""
    found = judge("random", 192, [0.5, 0.51, 0.52])
    assert found.against_front == "above" and found.front.mean == pytest.approx(0.4)


def test_seeds_are_not_paired():
    """Whichever seed has which of three accuracies, the difference is the same and known as well."""
    one, other = (judge("random", 400, values).gain_at_equal_cost
                  for values in ([0.54, 0.55, 0.56], [0.56, 0.54, 0.55]))
    assert one == other and one.mean == pytest.approx(0.05) and one.high - one.mean > 0.01


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


def test_what_a_length_adds_is_its_gain_at_equal_cost():
    """Full training costs 400 with .50: half of a method's length costs half."""
    found = tradeoff.by_length(tradeoff.judged([
        FULL, HALF, QUARTER, a_row("el2n", [0.51, 0.52, 0.53], cost=400),
        a_row("el2n", [0.29, 0.30, 0.31], cost=200, epochs=5)], epochs=10))
    assert list(found["el2n"]) == [5, 10]
    assert (found["el2n"][10].mean, found["el2n"][5].mean) == pytest.approx((0.02, -0.1))


# Controls of several batches

SMALL = a_row("full", [0.54, 0.55, 0.56], cost=402, epochs=5, batch=128)  # beside HALF, which reaches .50


def test_of_controls_of_equal_cost_the_best_counts():
    found = tradeoff.judged([FULL, HALF, SMALL, QUARTER, a_row("random", [0.56, 0.57, 0.58], cost=399)], epochs=10)
    gains = {(row.policy, row.batch, row.epochs): row.gain_at_equal_cost.mean for row in found}
    assert gains["random", 256, 10] == pytest.approx(0.02) and gains["full", 128, 5] == 0.0
    assert gains["full", 256, 5] == pytest.approx(-0.05) and found[0].unit_epochs == 10
    assert tradeoff.judged([FULL, HALF, SMALL, a_row("random", [0.5, 0.5, 0.5], epochs=5, cost=200)], epochs=10)[
        -1].less_equal_epochs.mean == pytest.approx(-0.05)


def test_the_line_leads_to_the_best_control_of_a_cost():
    """Half way from .40 at 200 to .55 at 402 in the logarithm."""
    between = a_row("random", [0.5, 0.5, 0.5], cost=(200 * 402) ** 0.5)
    found = tradeoff.judged([FULL, HALF, SMALL, QUARTER, between], epochs=10)
    assert found[-1].front.mean == pytest.approx(0.475)
    assert [row.batch for row, _ in tradeoff.Front(found).left_out()] == [128]


def test_a_dearer_control_that_is_no_better_leaves_the_front_at_the_better_one():
    worse = a_row("full", [0.57, 0.58, 0.59], cost=1600, epochs=20)
    *_, found, at = tradeoff.judged([QUARTER, HALF, FULL, a_row("random", [0.6] * 3, cost=1200), worse], epochs=10)
    assert found.front.mean == pytest.approx(0.60) and at.gain_at_equal_cost.mean == 0.0


def test_the_unit_has_the_largest_batch():
    rows = [a_row("full", [0.5], cost=100, batch=128, cpu_seconds=7.0), a_row("full", [0.5], cost=100, cpu_seconds=4.0)]
    for order in (rows, rows[::-1]):
        assert [one.training for one in tradeoff.costs(order, "cpu_seconds") if one.batch == 256] == [1.0]


def test_bad_input():
    refused(lambda: tradeoff.judged([FULL], "dollars"), "no unit of cost 'dollars'; there are: flops, seconds")
    refused(lambda: tradeoff.judged([a_row("random", [0.1])]), "full training of 10 epochs is not on record")
    refused(lambda: tradeoff.judged([]), "full training is not on record")
