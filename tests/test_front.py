"""What full training reaches at each cost, and how good the line between two of its trainings is, by hand."""

from __future__ import annotations

import math

import pytest
from rows import a_row

from dietsb_core.evidence import tradeoff
from dietsb_core.evidence.row import Row

FULL = a_row("full", [0.59, 0.60, 0.61], cost=800)
QUARTER = a_row("full", [0.39, 0.40, 0.41], cost=200, epochs=2)


def half(*accuracies: float) -> Row:
    """A control of 400; .40 at 200 and .60 at 800 predict .50 for it, half way in the logarithm."""
    return a_row("full", accuracies, cost=400, epochs=5)


def front(*rows: Row) -> tradeoff.Front:
    return tradeoff.Front(tradeoff.costs(list(rows), epochs=max(row.epochs for row in rows)))


def test_between_two_controls_the_front_is_linear_in_the_logarithm():
    """√(200·400) is half way from .40 to .50."""
    random = a_row("random", [0.7, 0.7, 0.7], cost=math.sqrt(200 * 400))
    *_, found = tradeoff.judged([FULL, half(0.49, 0.50, 0.51), QUARTER, random], epochs=10)
    assert found.front.mean == pytest.approx(0.45) and found.gain_at_equal_cost.mean == pytest.approx(0.25)


def test_a_control_left_out_is_predicted_from_its_neighbours():
    """.53 is there: σ² · (1 + ¼ + ¼) / 3 is the variance of the difference, with σ = .01 and 6 degrees of freedom."""
    bent = front(FULL, half(0.52, 0.53, 0.54), QUARTER)
    (row, gap), = bent.left_out()
    assert row.epochs == 5 and gap.mean == pytest.approx(0.03) and gap.error == pytest.approx(0.01 * 0.5**0.5)
    assert gap.df == 6
    assert bent.interpolation_error(math.sqrt(0.25 * 0.5)) == pytest.approx((0.03, 0))
    assert [bent.interpolation_error(cost) for cost in (0.5, 0.51, 1.0)] == [(0.0, 0.0)] * 3  # a control is there


def test_what_is_allowed_for_is_of_the_two_controls_next_to_a_cost():
    """Of .2, .4, .5 and .6 at 1, 2, 4 and 8 epochs the second is .05 above its neighbours' line, the third on it."""
    four = front(*(a_row("full", [accuracy] * 2, cost=100 * epochs, epochs=epochs)
                   for epochs, accuracy in ((1, 0.2), (2, 0.4), (4, 0.5), (8, 0.6))))
    assert {row.epochs: gap.mean for row, gap in four.left_out()} == pytest.approx({2: 0.05, 4: 0.0})
    low, high = zip(*(four.interpolation_error(epochs / 8) for epochs in (1.5, 3, 6)), strict=True)
    assert low == pytest.approx((0.05, 0.05, 0)) and high == pytest.approx((0, 0, 0))
    assert four.interpolation_error(0.5 / 8) is None and four.interpolation_error(2.0) is None


def test_the_line_may_be_too_high():
    sagging = front(FULL, half(0.47, 0.48, 0.49), QUARTER)
    (_, gap), = sagging.left_out()
    assert gap.mean == pytest.approx(-0.02)
    assert sagging.interpolation_error(0.7) == pytest.approx((0, 0.02))


def test_below_the_cheapest_control_no_price_is_known():
    """Less than .40 full training buys for less than a quarter, and nothing says for how much less; .40 for that."""
    three = front(FULL, half(0.49, 0.50, 0.51), QUARTER)
    assert three.price(0.39) is None and three.price(QUARTER.accuracy.mean) == pytest.approx(0.25)
    assert three.price(0.6) == pytest.approx(1.0) and three.price(0.61) is None


def test_two_controls_check_nothing():
    two = front(FULL, QUARTER)
    assert two.left_out() == [] and two.interpolation_error(0.7) is None
    assert two.interpolation_error(0.25) == (0.0, 0.0)
