"""The poster's three questions answered, on rows that are made by hand."""

from __future__ import annotations

import numpy as np
from poster_records import DOWN, FULL, LEVEL, LOW, PARTLY, SMOKE, TOP, UP, compared, results, shared
from rows import a_row

from dietsb_core.evidence import verdicts
from dietsb_core.evidence.row import Row
from dietsb_core.evidence.verdicts import poster
from dietsb_core.runs.facts import Facts


def test_everything_is_every_claim_of_the_panels_once(monkeypatch):
    shared(monkeypatch, [0.5, 0.5], [0.6])
    compared(monkeypatch, (UP, UP))
    monkeypatch.setattr(poster, "el2n_members", lambda p: [UP, DOWN])
    about = Facts(np.array(list("abcdefgh")), np.arange(8) % 2, np.array(["a", "b"]), np.array([1.0, 2]), "")
    found = results({FULL: TOP})
    parts = [*verdicts.panel_a(found), *verdicts.panel_b(found), *verdicts.panel_c(SMOKE), *verdicts.panel_d(SMOKE),
             *verdicts.composition([UP, DOWN], about), *verdicts.table1(found)]
    claims = [verdict.claim for verdict in verdicts.everything(SMOKE, found, about)]
    assert sorted(claims) == sorted(verdict.claim for verdict in parts) and len(claims) == 18


# The answers of the first page

def row(policy: str, keep: float, flops: float, scoring: float = 0.0, **more) -> Row:
    return a_row(policy, keep=keep, flops=flops, scoring_flops=scoring, **more)


def fastest(*rows: Row, margin: float = 0.01, **accuracies: list[float]) -> str:
    """The third answer, where every method loses nothing but those that `accuracies` say more of."""
    found = results({r.method: accuracies.get(r.policy, TOP) for r in rows})
    return poster.least_work(found, list(rows), margin)

WHOLE = row("full", 1.0, 100.0)


def test_the_least_work_is_with_the_scores_paid_for():
    """EL2N trains for .75, and its scores cost .6; a random draw of 80 % is less work in all."""
    said = fastest(WHOLE, row("el2n", 0.75, 75, 60), row("random_backprop", 0.8, 80))
    assert "Random-Backprop, 20 % pruned: the least work in all, 0.80 of full" in said
    assert "EL2N, 25 % pruned: the least work in all, 0.95" in fastest(WHOLE, row("el2n", 0.75, 75, 20))
    assert fastest(WHOLE, row("el2n", 0.75, 75, 60)).startswith("Full training: no method")


def test_the_least_work_is_of_methods_that_are_shown_to_lose_nothing():
    rows = WHOLE, row("random_backprop", 0.5, 50), row("selective_backprop", 0.5, 83), row("el2n", 0.9, 70)
    said = fastest(*rows, random_backprop=LOW, el2n=LEVEL)  # refuted and undecided
    assert "Selective-Backprop, 50 % pruned: the least work in all, 0.83" in said
    assert "Random-Backprop" in fastest(*rows, random_backprop=LOW, margin=0.5)


def test_methods_of_equal_work_do_not_hide_each_other():
    said = fastest(WHOLE, row("random_backprop", 0.5, 50), row("dynamic_random", 0.5, 50))
    assert "Random-Backprop, 50 % pruned" in said


def test_other_lengths_and_networks_that_only_score_are_not_asked():
    said = fastest(WHOLE, row("full", 1.0, 10, epochs=1), row("el2n", 1.0, 20, compared=False),
                   row("random_backprop", 0.5, 5, epochs=1))
    assert said.startswith("Full training: no method")
    assert fastest(row("random_backprop", 0.5, 50)).startswith("That cannot be said yet")


def test_the_answers_name_the_weaker_claim_and_the_stronger(monkeypatch):
    compared(monkeypatch, *[(PARTLY, UP)] * 3)
    images, combine, quickest = verdicts.answers(SMOKE, results({FULL: TOP, ("diet_sb", 0.5): LOW}), [WHOLE])
    assert images == (
        "Do the methods pick the same images? Of the 25 % that SB uses least, 100.0 % [100.0, 100.0] are among EL2N's "
        "lowest 25 %, where chance has 25 %. More alike than chance: confirmed. More in common than not (Spearman's ρ: "
        "+0.17 [+0.17, +0.17], to be above 0.5): refuted.")
    assert combine.endswith("-30.0 points [-30.0, -30.0]: refuted.")
    assert quickest.startswith("What trains fastest within 1 point of full training? Full training: no method")
    compared(monkeypatch, (UP, UP))
    assert "100.0 % (one seed) are among" in verdicts.answers(SMOKE, {}, [])[0]
