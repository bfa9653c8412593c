"""From which length of training on a method wins, on rows that are made by hand."""

from __future__ import annotations

import pytest
from rows import a_row, around

from dietsb_core.evidence import tradeoff, verdicts
from dietsb_core.evidence.row import Row

CONTROLS = [a_row("full", around(accuracy), cost=100 * epochs, epochs=epochs)
            for epochs, accuracy in ((10, 0.60), (5, 0.53), (2, 0.40))]


def method(policy: str, cost: float, accuracy: float, **more) -> Row:
    return a_row(policy, around(accuracy), cost=cost, **more)


def judged(*rows: Row) -> list[tradeoff.Judged]:
    return tradeoff.judged([*CONTROLS, *rows], epochs=10)


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
    """At 500 the control has .53 and at 200 .40: EL2N loses in 5 epochs and wins in 10. Of UCB there is one length."""
    found = verdicts.turns(judged(method("el2n", 200, 0.3, epochs=5), method("el2n", 500, 0.6),
                                  method("ucb", 500, 0.6)))
    assert found == {"EL2N, 50 % pruned": verdicts.total_cost.turn({5: "refuted", 10: "confirmed"}),
                     "UCB, 50 % pruned": verdicts.total_cost.turn({10: "confirmed"})}


def test_each_length_has_a_verdict_and_a_length_without_controls_has_none():
    rows = [method("el2n", cost, accuracy, epochs=epochs)
            for epochs, cost, accuracy in ((10, 500, 0.6), (5, 200, 0.3), (1, 50, 0.3))]
    found = verdicts.turning(judged(*rows))
    assert [(v.claim.split(" in ")[1], v.word) for v in found] == [("5 epochs", "refuted"), ("10 epochs", "confirmed")]


def test_where_a_score_is_not_charged_the_claim_says_so():
    rows = tradeoff.uncharged([*CONTROLS, method("el2n", 500, 0.6, scoring=600), method("ucb", 500, 0.6)])
    found = verdicts.turning(tradeoff.judged(rows, epochs=10))
    assert [v.claim.split(" beats")[0] for v in found] == ["EL2N, 50 % pruned, its score given,", "UCB, 50 % pruned"]
