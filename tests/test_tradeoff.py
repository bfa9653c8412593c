"""Accuracy against total cost, by hand."""

from __future__ import annotations

import math

import pytest

from dietsb_core import tradeoff
from dietsb_core.errors import UserError
from dietsb_core.statistics import interval


def row(policy: str, flops: float, accuracies: list[float], scoring: float = 0.0, epochs: int = 10,
        steps: float = 100.0, **more) -> dict:
    return {"policy": policy, "flops": flops, "scoring_flops": scoring, "seeds": list(range(len(accuracies))),
            "accuracies": accuracies, "accuracy_mean": sum(accuracies) / len(accuracies), "epochs": epochs,
            "steps": steps, "compared": True, **more}


# Full training of 10 epochs costs 800; half of it 400, a quarter 200. Their accuracies are .60, .50 and .40.
FULL = row("full", 800.0, [0.59, 0.60, 0.61])
HALF = row("full", 400.0, [0.49, 0.50, 0.51], epochs=5, steps=50)
QUARTER = row("full", 200.0, [0.39, 0.40, 0.41], epochs=2, steps=25)


def judge(*rows: dict) -> dict:
    return tradeoff.judged([FULL, *rows, QUARTER, HALF])[1]


def test_costs_are_in_units_of_full_training_and_scoring_is_charged():
    found = tradeoff.costs([FULL, row("el2n", 400.0, [0.5], scoring=480.0)])[1]
    assert (found["training"], found["scoring"], found["total"]) == pytest.approx((0.5, 0.6, 1.1))


def test_networks_trained_for_their_scores_are_no_comparison():
    assert len(tradeoff.costs([FULL, row("el2n", 400.0, [0.5]) | {"compared": False}])) == 1


def test_between_two_controls_the_front_is_linear_in_the_logarithm():
    """√(200·400) is half way from .40 to .50."""
    found = judge(row("random", math.sqrt(200 * 400), [0.7, 0.7, 0.7]))
    assert found["front"].mean == pytest.approx(0.45)
    assert found["less_equal_cost"].mean == pytest.approx(0.25)


@pytest.mark.parametrize(("accuracies", "word"), [
    ([0.59, 0.60, 0.61], "above"), ([0.39, 0.40, 0.41], "below"), ([0.50, 0.51, 0.52], "level"),
    ([0.60], "unknown"),
])
def test_a_method_wins_only_with_its_interval_clear_of_the_controls(accuracies, word):
    assert judge(row("random", 400.0, accuracies))["against_front"] == word


def test_the_interval_that_must_be_clear_is_both():
    """.55 ± .032 is over .50, but not over the front's upper end, .525."""
    mine, theirs = interval([0.54, 0.55, 0.565]), interval(HALF["accuracies"])
    assert mine.low > theirs.mean and mine.low < theirs.high
    assert judge(row("random", 400.0, [0.54, 0.55, 0.565]))["against_front"] == "level"


@pytest.mark.parametrize("flops", [150.0, 189.0, 841.0, 900.0])
def test_beyond_the_controls_nothing_is_said(flops):
    found = judge(row("random", flops, [0.9, 0.9, 0.9]))
    assert found["against_front"] == "outside" and not found["less_equal_cost"].n


def test_a_control_within_five_per_cent_is_one_of_equal_cost():
    """Ten whole batches of 25 of 256 cost .098 of full training, whose shortest control costs .1."""
    found = judge(row("random", 192.0, [0.5, 0.51, 0.52]))
    assert found["against_front"] == "above" and found["front"].mean == pytest.approx(0.4)


def test_seeds_are_paired():
    """A method that adds .05 to each seed's control has a difference of .05 with no spread, whatever the seeds'."""
    found = judge(row("random", 400.0, [a + 0.05 for a in HALF["accuracies"]]))
    assert found["less_equal_cost"].mean == pytest.approx(0.05)
    assert found["less_equal_cost"].high - found["less_equal_cost"].low < 1e-9


def test_equal_epochs_and_equal_steps_are_other_controls():
    found = judge(row("random", 400.0, [0.49, 0.50, 0.51], steps=25))
    assert found["less_equal_epochs"].mean == pytest.approx(-0.1)
    assert found["less_equal_steps"].mean == pytest.approx(0.1)
    assert found["less_equal_cost"].mean == pytest.approx(0.0)


def test_how_often_a_score_must_be_reused_by_hand():
    """Accuracy .55 costs the controls √.5 = .707 of full training; training costs .5, so .207 is saved a time, and a
    score of .6 is paid for by the third."""
    found = judge(row("el2n", 400.0, [0.54, 0.55, 0.56], scoring=480.0))
    assert found["reuses_to_pay"] == 3
    assert judge(row("random", 400.0, [0.54, 0.55, 0.56]))["reuses_to_pay"] == 1
    assert judge(row("el2n", 400.0, [0.45, 0.45, 0.45], scoring=1.0))["reuses_to_pay"] is None
    assert judge(row("el2n", 400.0, [0.9, 0.9, 0.9], scoring=1.0))["reuses_to_pay"] is None  # controls never get there


def test_the_pareto_front_by_hand():
    rows = [row("full", 1.0, [0.6]), row("a", 0.5, [0.5]), row("b", 0.5, [0.55]), row("c", 0.7, [0.54]),
            row("d", 0.2, [0.3])]
    rows = tradeoff.judged(rows)
    assert {r["policy"] for r in rows if r["pareto"]} == {"d", "b", "full"}


def test_bad_input():
    with pytest.raises(UserError, match="no unit of cost 'dollars'; there are: flops, seconds"):
        tradeoff.judged([FULL], "dollars")
    with pytest.raises(UserError, match="full training is not on record"):
        tradeoff.judged([row("random", 1.0, [0.1])])
