"""How good the line between two controls is, how often a score is reused, and the Pareto front."""

from __future__ import annotations

import math

import pytest
from controls import FULL, HALF, QUARTER, judge, row
from one_line import refused

from dietsb_core.evidence import tradeoff

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
