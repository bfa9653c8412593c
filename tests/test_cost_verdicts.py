"""What is said of total cost, on rows that are made by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from rows import a_row, around, judged_by_hand, measured, words

from dietsb_core.evidence import tradeoff, verdicts
from dietsb_core.evidence.row import Row


def full(epochs: float, accuracy: float) -> Row:
    return a_row("full", around(accuracy), cost=100 * epochs, epochs=epochs)


# 2.5 and 10 epochs predict .50 for 5, which reaches .53: between two of them the line may be .03 too low.
CONTROLS = [full(10, 0.60), full(5, 0.53), full(2.5, 0.40)]
BETWEEN = 100 * math.sqrt(5 * 10)  # half way between 5 and 10 epochs, where the line says .565


def method(policy: str, cost: float, accuracy: float, **more) -> Row:
    return a_row(policy, around(accuracy), cost=cost, **more)


def judged(*rows: Row) -> list[tradeoff.Judged]:
    return tradeoff.judged([*CONTROLS, *rows], epochs=10)


def turning(*rows: Row) -> list[verdicts.Verdict]:
    return verdicts.turning(judged(*rows))


# The answer

def test_where_no_method_wins_none_is_said_to_and_those_that_are_equal_are_counted():
    told = verdicts.answer(judged(method("el2n", 500, 0.40), method("ucb", 500, 0.53), method("infobatch", 500, 0.531)))
    assert told == ("In floating-point operations, no method is shown to beat full training of the same total cost: "
                    "of 3 methods and rates that have controls 1 is below it, 2 equal to it within 1 point, and 0 "
                    "undecided.")


def test_winners_are_named_with_the_cheapest_first_and_what_it_costs():
    rows = judged(method("ucb", 1000, 0.7), method("el2n", 500, 0.6), method("infobatch", 500, 0.4))
    assert [row.policy for row in verdicts.wins(rows)] == ["el2n", "ucb"]
    assert verdicts.answer(rows) == (
        "In floating-point operations, of 3 methods and rates that have controls, 2 beat full training of the same "
        "total cost; 1 is below it, 0 equal to it within 1 point, and 0 undecided. Above it: EL2N, 50 % pruned (0.50 "
        "of the cost, +7.0 points); UCB, 50 % pruned (1.00 of the cost, +10.0 points). The cheapest of these costs "
        "0.50 of full training of 10 epochs, less than it.")


def test_a_win_that_costs_no_less_than_full_training_says_so():
    assert verdicts.answer(judged(method("ucb", 1000, 0.7))).endswith("no less than it.")


@pytest.mark.parametrize(("accuracy", "word", "doubt"), [
    (0.59, "undecided", True), (0.60, "above", False), (0.596, "undecided", True), (0.566, "undecided", True)])
def test_a_win_must_be_clear_of_what_the_line_may_be_too_low_by(accuracy, word, doubt):
    """The line says .565 and may be .03 too low: .60 is above that for certain. The others would be above it, or equal
    to it, if it were exact."""
    *_, found = rows = judged(method("ucb", BETWEEN, accuracy))
    assert (found.against_front, tradeoff.doubtful(found)) == (word, doubt)
    assert ("1 of the undecided would be decided if the line between two controls were exact." in
            verdicts.answer(rows)) == doubt


def test_where_a_control_is_at_the_very_cost_no_win_is_doubtful():
    *_, won = judged(method("ucb", 500, 0.54))
    assert won.against_front == "above" and not tradeoff.doubtful(won)


def test_the_answer_says_no_more_than_the_controls_do():
    """One costs less than any control, and of one there is a single seed."""
    outside, unknown = method("ucb", 50, 0.9, keep=0.1), a_row("el2n", [0.4], cost=500)
    assert [row.against_front for row in judged(outside, unknown)[3:]] == ["outside", "unknown"]
    assert verdicts.answer(judged()) == "Which way is quickest cannot be said yet."
    assert verdicts.answer(judged(outside, unknown)) == (
        "Which way is quickest cannot be said yet. Of 2 nothing can be said: no control costs as little, or as much, "
        "or one seed gives no interval.")
    assert "of 1 methods" in verdicts.answer(judged(method("ucb", 500, 0.4), unknown))


def test_the_answer_names_its_unit():
    priced = tradeoff.priced([*CONTROLS, method("ucb", 500, 0.4)], 10)
    assert list(priced) == ["flops", "cpu_seconds"]
    assert verdicts.answer(priced["cpu_seconds"]).startswith("In CPU seconds,")


# What is allowed for between two controls

def test_the_line_between_two_controls_is_checked_on_the_page():
    assert verdicts.interpolation(judged()) == (
        "Full training, minus what its shorter and its longer neighbour predict, in points: 5 epochs +3.0. Above zero "
        "the line between two controls is too low there, which favours the methods, and below zero too high. Where no "
        "control is at the very cost of a method, the gaps of the two next to it are allowed for.")
    alone = tradeoff.judged([CONTROLS[0], a_row("full", [0.53], cost=500, epochs=5), CONTROLS[2]], epochs=10)
    assert "5 epochs +3.0 (one seed)." in verdicts.interpolation(alone)
    two = tradeoff.judged([CONTROLS[0], CONTROLS[2]], epochs=10)
    assert "cannot be checked" in verdicts.interpolation(two)
    small = a_row("full", around(0.53), cost=500, epochs=5, batch=128)
    assert "5 epochs, batch 128, +3.0." in verdicts.interpolation(
        tradeoff.judged([CONTROLS[0], small, CONTROLS[2]], epochs=10))


@pytest.mark.parametrize(("accuracy", "word"), [(0.60, "confirmed"), (0.59, "undecided"), (0.56, "refuted")])
def test_a_length_is_won_only_by_more_than_the_line_may_be_too_low(accuracy, word):
    """The line says .565 and may be .03 too low: .59 may be no more than full training reaches, and .56 is less. With
    σ = .001 of four trainings the difference is known to t₈ · .001 · √(1/3 + 1/6)."""
    verdict, = turning(method("selective_backprop", BETWEEN, accuracy))
    assert verdict.word == word and verdict.value.mean == pytest.approx(accuracy - 0.565)
    assert verdict.value.mean - verdict.value.low == pytest.approx(0.03 + 2.306 * 0.001 * 0.5**0.5, rel=1e-4)
    assert verdict.quantity == ("accuracy minus the control's (between two controls, which may put it 3.0 points too "
                                "low: allowed for):")
    assert verdict.claim == "Selective-Backprop, 50 % pruned beats full training of the same cost in 10 epochs"


def test_at_a_controls_very_cost_nothing_is_allowed_for():
    verdict, = turning(method("el2n", 500, 0.535))
    assert verdict.word == "confirmed" and verdict.quantity == "accuracy minus the control's:"
    assert verdict.value.low == pytest.approx(0.005 - 2.306 * 0.001 * (2 / 3) ** 0.5, rel=1e-4)
    assert [one.word for one in turning(method("el2n", 500, 0.531))] == ["equal"]


def test_with_two_controls_no_win_between_them_is_confirmed():
    found = verdicts.turning(tradeoff.judged([CONTROLS[0], CONTROLS[2], method("el2n", 500, 0.59),
                                              method("ucb", 500, 0.4)], epochs=10))
    assert words(found) == ["undecided"] * 2 and [verdict.value.low for verdict in found] == [-np.inf] * 2


def test_a_line_that_may_be_too_high_refutes_no_more_than_that():
    """.40 and .60 predict .50, and .48 is there: the line says .54 and may be .02 too high, so .53 may be level."""
    sagging = [full(10, 0.60), full(5, 0.48), full(2.5, 0.40)]
    found = verdicts.turning(tradeoff.judged([*sagging, method("el2n", BETWEEN, 0.53), method("ucb", BETWEEN, 0.51)],
                                             epochs=10))
    assert words(found) == ["undecided", "refuted"]
    half = 2.228 * 0.001 * 0.5**0.5  # t of the ten degrees of freedom of five trainings
    assert [verdict.value.high for verdict in found] == pytest.approx([0.01 + half, -0.01 + half], rel=1e-3)
    assert "2.0 points too high" in found[0].quantity


# What scoring costs

def accuracies(paid: list[tradeoff.Judged], free: list[tradeoff.Judged]) -> list[verdicts.Verdict]:
    """Of the verdicts on scores, those of accuracy, which come second."""
    found = verdicts.scoring_costs(paid, free)
    return found[len(found) // 2:]


def test_a_score_costs_more_than_it_saves_where_the_whole_is_dearer_than_full_training():
    """Half and .6 are 1.1; a tenth and .6 are .7, which is cheaper whatever its accuracy. Counts do not scatter, and
    are no test among others."""
    rows = tradeoff.judged([*CONTROLS, method("el2n", 500, 0.9, scoring=600),
                            a_row("el2n", around(0.01), 0.1, cost=100, scoring=600)], epochs=10)
    dear, cheap, *_ = verdicts.corrected(verdicts.scoring_costs(rows))
    assert (dear.word, cheap.word) == ("confirmed", "refuted") and dear.p is cheap.p is None
    assert measured(dear) == ("in floating-point operations, training 0.50 and scoring 0.60 of full training, minus "
                              "full training: +10.0 % [+10.0, +10.0]")
    assert cheap.value.mean == pytest.approx(-0.3)


def test_of_accuracy_the_control_must_be_better():
    """Methods without a score, and rates other than 50 and 90 %, are not asked."""
    found = accuracies([
        judged_by_hand("el2n", [-0.1, -0.11, -0.12]), judged_by_hand("forgetting", [0.1, 0.11, 0.12]),
        judged_by_hand("el2n", [0.1] * 3, 0.1, error=(0.05, 0.0)),
        judged_by_hand("grand_last", [0.1] * 3, 0.1, error=(0.2, 0.0)),
        judged_by_hand("el2n", [0.1] * 3, 0.3), judged_by_hand("ucb", [0.1] * 3)], [])
    assert {v.claim.split(": ")[1]: v.word for v in found} == {
        "EL2N, 50 % pruned": "confirmed", "forgetting, 50 % pruned": "refuted", "EL2N, 90 % pruned": "refuted",
        "GraNd, last layer, 90 % pruned": "undecided"}


def test_beside_what_a_score_costs_stands_what_its_subset_does_for_free():
    """Paid for, the control is .60 at 1.0 of full training; for free, .53 at .5: EL2N with .50 is below both."""
    rows = [*CONTROLS, method("el2n", 500, 0.50, scoring=500)]
    paid, free = tradeoff.judged(rows, epochs=10), tradeoff.judged(tradeoff.uncharged(rows), epochs=10)
    verdict, = accuracies(paid, free)
    assert measured(verdict) == ("full training at the same total cost (1.00), minus it (were the score free: +3.0 "
                                 "[+2.8, +3.2]): +10.0 points [+9.8, +10.2]")
