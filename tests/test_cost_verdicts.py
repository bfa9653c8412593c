"""What is said of total cost, and how tables show it, on rows that are made by hand."""

from __future__ import annotations

import pytest
from cost_rows import BETWEEN, CONTROLS, around, full, judged, measured, row

from dietsb_core.evidence import tradeoff, verdicts
from dietsb_core.evidence.row import Row


def said(*rows: Row) -> str:
    return verdicts.answer(judged(*rows))


# The answer

def test_where_no_method_wins_none_is_said_to_and_those_that_are_level_are_counted():
    told = said(row("el2n", 500, around(0.40), keep=0.5), row("ucb", 500, around(0.53), keep=0.5),
                row("infobatch", 500, around(0.531), keep=0.5))
    assert told == ("In floating-point operations, no method is shown to beat full training of the same total cost: "
                    "of 3 methods and rates that have controls 1 is below it and 2 cannot be told apart from it.")


def test_winners_are_named_with_the_cheapest_first_and_what_it_costs():
    told = said(row("ucb", 1000, around(0.7), keep=0.5), row("el2n", 500, around(0.6), keep=0.5),
                row("infobatch", 500, around(0.4), keep=0.5))
    assert "2 beat full training of the same total cost; 1 is below it and 0 cannot be told apart from it." in told
    assert "EL2N, 50 % pruned (0.50 of the cost, +7.0 points); UCB, 50 % pruned (1.00 of the cost, +10.0" in told
    assert told.endswith("The cheapest of these costs 0.50 of full training of 10 epochs, less than it.")


def test_a_win_that_costs_no_less_than_full_training_says_so():
    told = said(row("ucb", 1000, around(0.7), keep=0.5))
    assert told.endswith("1.00 of full training of 10 epochs, no less than it.")


@pytest.mark.parametrize(("accuracy", "wide", "marked"), [(0.59, 0, True), (0.60, 0, False), (0.60, 0.003, True)])
def test_a_win_not_clear_of_what_the_line_may_be_too_low_by_is_marked(accuracy, wide, marked):
    """.59 is .025 above the line, which may be .03 too low; .60 is .035 above it, but its interval may reach below."""
    won = row("ucb", BETWEEN, [accuracy - 0.001 - wide, accuracy, accuracy + 0.001 + wide], keep=0.5)
    assert ("smaller than the possible error of the line between two controls" in said(won)) == marked
    assert verdicts.doubtful(judged(won)[-1]) == marked


def test_where_a_control_is_at_the_very_cost_no_win_is_marked():
    assert "too low" not in said(row("ucb", 500, around(0.54), keep=0.5))


def test_the_answer_says_no_more_than_the_controls_do():
    told = said(row("ucb", 50, around(0.9), keep=0.1))
    assert told.startswith("Which way is quickest cannot be said yet. Of 1 nothing can be said")
    told = said(row("ucb", 500, around(0.4), keep=0.5), row("el2n", 500, [0.4], keep=0.5))
    assert "of 1 methods" in told and "Of 1 nothing can be said" in told
    assert verdicts.answer(judged()) == "Which way is quickest cannot be said yet."


def test_the_answer_names_its_unit():
    priced = tradeoff.priced([*CONTROLS, row("ucb", 500, around(0.4), keep=0.5)], 10)
    assert list(priced) == ["flops", "cpu_seconds"]
    assert verdicts.answer(priced["cpu_seconds"]).startswith("In CPU seconds, no method")


# What is allowed for between two controls

def test_the_line_between_two_controls_is_checked_on_the_page():
    told = verdicts.interpolation(judged())
    assert "5 epochs +3.0." in told and "favours the methods" in told
    alone = verdicts.interpolation(tradeoff.judged([full(10, 0.6), row("full", 500, [0.53], epochs=5), full(2.5, 0.4)],
                                                   epochs=10))
    assert "5 epochs +3.1 (one seed)." in alone
    two = tradeoff.judged([CONTROLS[0], CONTROLS[2]], epochs=10)
    assert "cannot be checked" in verdicts.interpolation(two)


@pytest.mark.parametrize(("accuracy", "word"), [(0.60, "confirmed"), (0.59, "undecided"), (0.56, "refuted")])
def test_a_length_is_won_only_by_more_than_the_line_may_be_too_low(accuracy, word):
    """The line says .565 and may be .03 too low: .59 may be no more than full training reaches, and .56 is less."""
    verdict, = verdicts.turning(judged(row("selective_backprop", BETWEEN, around(accuracy), keep=0.5)))
    assert verdict.word == word and "3.0 points too low: allowed for" in measured(verdict)
    assert verdict.claim == "Selective-Backprop, 50 % pruned beats full training of the same cost in 10 epochs"


def test_at_a_controls_very_cost_nothing_is_allowed_for():
    verdict, = verdicts.turning(judged(row("el2n", 500, around(0.535), keep=0.5)))
    assert verdict.word == "confirmed" and measured(verdict).startswith("accuracy less the control's: +0.5")


def test_with_two_controls_no_win_between_them_is_confirmed():
    two = tradeoff.judged([CONTROLS[0], CONTROLS[2], row("el2n", 500, around(0.59), keep=0.5),
                           row("ucb", 500, around(0.4), keep=0.5)], epochs=10)
    assert {v.claim.split(",")[0]: v.word for v in verdicts.turning(two)} == {"EL2N": "undecided", "UCB": "undecided"}


def test_a_line_that_may_be_too_high_refutes_no_more_than_that():
    """.40 and .60 predict .50, and .48 is there: the line says .54 and may be .02 too high, so .53 may be level."""
    sagging = [full(10, 0.60), full(5, 0.48), full(2.5, 0.40)]
    two = [row(name, BETWEEN, around(accuracy), keep=0.5) for name, accuracy in (("el2n", 0.53), ("ucb", 0.51))]
    found = verdicts.turning(tradeoff.judged([*sagging, *two], epochs=10))
    assert [verdict.word for verdict in found] == ["undecided", "refuted"]
    assert "may put it 2.0 points too high: allowed for" in measured(found[0])


def test_where_a_score_is_not_charged_the_claim_says_so():
    rows = [*CONTROLS, row("el2n", 500, around(0.6), keep=0.5, scoring=600), row("ucb", 500, around(0.6), keep=0.5)]
    found = [verdict.claim for verdict in verdicts.turning(tradeoff.judged(tradeoff.uncharged(rows), epochs=10))]
    assert [claim.split(" beats")[0] for claim in found] == ["EL2N, 50 % pruned, its score given,", "UCB, 50 % pruned"]


@pytest.mark.parametrize(("words", "line"), [
    ({4: "refuted", 10: "confirmed", 30: "confirmed"}, "from 10 epochs on, of 4, 10, 30 epochs"),
    ({4: "confirmed", 10: "undecided", 30: "confirmed"}, "from 30 epochs on, of 4, 10, 30 epochs"),
    ({4: "confirmed", 10: "confirmed"}, "at every length asked, of 4, 10 epochs"),
    ({4: "refuted", 10: "refuted"}, "at no length up to 10 epochs, of 4, 10 epochs"),
    ({4: "refuted", 10: "undecided"}, "not shown: refuted at 4, undecided at 10 epochs"),
    ({4: "confirmed", 10: "refuted"}, "not shown: confirmed at 4, refuted at 10 epochs"),
    ({10: "confirmed"}, "no two lengths have controls on record, so nothing can turn")])
def test_from_which_length_on_a_method_wins(words, line):
    assert verdicts.total_cost.turn(words) == line


def test_the_turn_is_read_off_the_verdicts_length_by_length():
    """At 500 the control has .53 and at 250 .40: EL2N loses in 5 epochs and wins in 10."""
    found = verdicts.turns(judged(row("el2n", 250, around(0.3), keep=0.5, epochs=5),
                                  row("el2n", 500, around(0.6), keep=0.5), row("ucb", 500, around(0.6), keep=0.5)))
    assert found == {"EL2N, 50 % pruned": "from 10 epochs on, of 5, 10 epochs",
                     "UCB, 50 % pruned": "no two lengths have controls on record, so nothing can turn"}


def test_each_length_has_a_verdict_and_a_length_without_controls_has_none():
    lengths = ((10, 500, 0.6), (5, 250, 0.3), (1, 50, 0.3))
    found = verdicts.turning(judged(*[row("el2n", cost, around(accuracy), keep=0.5, epochs=epochs)
                                      for epochs, cost, accuracy in lengths]))
    assert [(v.claim.split(" in ")[1], v.word) for v in found] == [("5 epochs", "refuted"), ("10 epochs", "confirmed")]


def test_what_a_length_adds_is_a_value_a_seed():
    found = tradeoff.by_length(judged(row("el2n", 500, [0.54, 0.55, 0.56], keep=0.5),
                                      row("el2n", 250, around(0.3), keep=0.5, epochs=5)))
    assert list(found["el2n"]) == [5, 10]
    assert found["el2n"][10] == pytest.approx([0.011, 0.02, 0.029]) and found["el2n"][5] == pytest.approx([-0.1] * 3)
