"""The answers of the first page: what trains fastest, and what the methods have in common."""

from __future__ import annotations

import numpy as np
from rows import a_row, results

from dietsb_core.evidence import verdicts
from dietsb_core.evidence.row import Row
from dietsb_core.evidence.verdicts import poster, questions
from dietsb_core.runs.presets import preset

TOP, LEVEL, LOW = [0.606, 0.61, 0.614], [0.60, 0.604, 0.599], [0.306, 0.31, 0.314]  # LEVEL may lose a point
UP = np.arange(8.0)
WHOLE = a_row("full", TOP, cost=100)


def method(policy: str, keep: float, cost: float, accuracies: list[float] = TOP, **more) -> Row:
    return a_row(policy, accuracies, keep, cost=cost, **more)


def fastest(*rows: Row, margin: float = 0.01) -> str:
    """The third answer, with the rows' accuracies on record."""
    return questions.least_work(results({row.method: row.accuracies for row in rows}), list(rows), margin)


def test_the_least_work_is_with_the_scores_paid_for():
    """EL2N trains for .75, and its scores cost .6; a random draw of 80 % is less work in all."""
    said = fastest(WHOLE, method("el2n", 0.75, 75, scoring=60), method("random_backprop", 0.8, 80))
    assert said == ("Of the methods shown to stay within that in as many epochs, Random-Backprop, 20 % pruned: the "
                    "least work in all, 0.80 of full training's with its scores paid for.")
    said = fastest(WHOLE, method("el2n", 0.75, 75, scoring=20), method("random_backprop", 0.99, 99))
    assert "EL2N, 25 % pruned" in said and "0.95" in said


def test_where_scores_cost_more_than_they_save_full_training_is_the_least_work():
    said = fastest(WHOLE, method("el2n", 0.75, 75, scoring=60))
    assert said == "Full training: no method that prunes is shown to stay within that for less work in all."


def test_the_least_work_is_of_methods_that_are_shown_to_lose_nothing():
    """Random-Backprop is refuted and EL2N undecided, at 1 point; half of the accuracy is a margin that all keep to."""
    rows = (WHOLE, method("random_backprop", 0.5, 50, LOW), method("selective_backprop", 0.5, 83),
            method("el2n", 0.9, 70, LEVEL))
    assert "Selective-Backprop, 50 % pruned" in fastest(*rows)
    assert "Random-Backprop, 50 % pruned" in fastest(*rows, margin=0.5)


def test_methods_of_equal_work_do_not_hide_each_other():
    said = fastest(WHOLE, method("random_backprop", 0.5, 50), method("dynamic_random", 0.5, 50))
    assert "Random-Backprop, 50 % pruned" in said


def test_other_lengths_and_networks_that_only_score_are_not_asked():
    said = fastest(WHOLE, a_row("full", TOP, cost=10, epochs=1), method("el2n", 1.0, 20, compared=False),
                   method("random_backprop", 0.5, 5, epochs=1))
    assert said.startswith("Full training")


def test_without_full_training_no_method_is_the_fastest():
    said = fastest(method("random_backprop", 0.5, 50))
    assert said == "That cannot be said yet: full training is not on record."


def test_the_answers_name_the_weaker_claim_and_the_stronger(monkeypatch):
    """The lowest quarter of eight is the same two, and the other six are ranked the other way: ρ = 1/6."""
    monkeypatch.setattr(poster, "pairs", lambda name, p: [(np.array([0, 1, 7, 6, 5, 4, 3, 2.0]), UP)] * 3)
    found = results({("full", 1.0): TOP, ("diet_sb", 0.5): LOW})
    images, combine, quickest = verdicts.answers(preset("smoke"), found, [WHOLE])
    assert images == (
        "Do the methods pick the same images? Of the 25 % that SB uses least, 100.0 % [100.0, 100.0] are among EL2N's "
        "lowest 25 %, where chance has 25 %. More alike than chance: confirmed. More in common than not (Spearman's ρ: "
        "+0.17 [+0.17, +0.17], to be above 0.5): refuted.")
    assert combine == ("Do they combine without loss? Diet-SB, 50 % pruned, minus full training: -30.0 points "
                       "[-30.9, -29.1]: refuted.")
    assert quickest == f"What trains fastest within 1 point of full training? {fastest(WHOLE)}"
    monkeypatch.setattr(poster, "pairs", lambda name, p: [(UP, UP)])
    assert "100.0 % (one seed) are among" in verdicts.answers(preset("smoke"), {}, [])[0]
