"""A setting beside the controls of its cost: tuned fronts, and the line between two controls."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from rows import a_record, around

from dietsb_core.evidence.equal_cost import gain
from dietsb_core.evidence.pooled import Spread
from dietsb_core.evidence.settings import Setting
from dietsb_core.evidence.statistics import t_tail
from dietsb_core.evidence.tradeoff import pareto
from dietsb_core.runs.grids import run
from dietsb_core.runs.presets import preset

P = preset("smoke")
NARROW = Spread(0.002, 60)


def setting(cost: float, accuracies: list[float], policy: str = "full") -> Setting:
    records = {seed: a_record(a) for seed, a in enumerate(accuracies)}
    return Setting(replace(run(P, "full", 1.0, 0), policy=policy), records, cost)


QUARTER, HALF, WHOLE = (setting(cost, around(a)) for cost, a in ((10.0, 0.4), (20.0, 0.5), (40.0, 0.6)))
FRONT = [QUARTER, HALF, WHOLE]


def test_tuned_means_that_the_best_control_of_a_cost_counts():
    worse, better = setting(20.0, around(0.45)), setting(20.1, around(0.52))
    assert pareto([WHOLE, worse, HALF, better, QUARTER]) == [QUARTER, HALF, better, WHOLE]
    found = gain(setting(20.0, around(0.55)), [QUARTER, HALF, better, WHOLE], NARROW)
    assert found.control is better and found.value.mean == pytest.approx(0.03)


def test_a_dearer_control_that_is_no_better_is_none():
    assert pareto([HALF, setting(30.0, around(0.49))]) == [HALF]


def test_between_two_controls_the_better_one_of_a_cost_counts():
    """The same 20 epochs at two batch sizes: the line of a cheaper setting leads to the better of them."""
    front = pareto([QUARTER, setting(20.0, around(0.45)), HALF])
    found = gain(setting(math.sqrt(10 * 20), around(0.58), "x"), front, NARROW)
    assert found.control is HALF and found.value.mean == pytest.approx(0.58 - 0.45)


@pytest.mark.parametrize(("cost", "control", "line"), [
    (20.9, HALF, 0.5),                                    # within 5 %
    (math.sqrt(20 * 40), WHOLE, 0.55), (math.sqrt(10 * 20), HALF, 0.45)])
def test_between_two_controls_the_front_is_linear_in_the_logarithm(cost, control, line):
    found = gain(setting(cost, around(0.58), "x"), FRONT, NARROW)
    assert found.control is control and found.value.mean == pytest.approx(0.58 - line)


def test_the_interval_between_two_controls_is_of_all_nine_values():
    """Half way the line's variance is σ²/4 · (1/3 + 1/3); with the method's σ²/3 that is σ²/2."""
    found = gain(setting(math.sqrt(20 * 40), around(0.58), "x"), FRONT, NARROW)
    assert found.value.high - found.value.mean == pytest.approx(2.0003 * 0.002 * math.sqrt(0.5), rel=1e-3)


@pytest.mark.parametrize("cost", [9.0, 43.0])
def test_beyond_the_controls_nothing_is_said(cost):
    assert gain(setting(cost, around(0.9), "x"), FRONT, NARROW) is None


def test_what_a_cheaper_control_beats_is_below_whatever_it_costs():
    found = gain(setting(60.0, around(0.55), "x"), FRONT, NARROW)
    assert found.control is WHOLE and found.value.mean == pytest.approx(-0.05)


def test_where_a_dearer_control_gains_nothing_the_cheaper_one_stays_beside():
    """Of 20 epochs the controls reach .5, of 40 no more: a setting of 30 is compared with .5 as it is."""
    flat = [QUARTER, HALF, setting(40.0, around(0.5))]
    found = gain(setting(30.0, around(0.52), "x"), flat, NARROW)
    assert found.control is HALF and found.value.mean == pytest.approx(0.02) and found.allowed == 0
    assert gain(setting(43.0, around(0.52), "x"), flat, NARROW) is None


@pytest.mark.parametrize(("accuracies", "cost", "allowed"), [
    ((0.4, 0.5, 0.6), math.sqrt(20 * 40), 0.0),    # the line through the two cheaper controls goes through the dearer
    ((0.4, 0.5, 0.54), math.sqrt(20 * 40), 0.02),  # that line is at .55, but the dearer control is at .54: line .52
    ((0.4, 0.44, 0.54), math.sqrt(20 * 40), 0.0),  # the curve bends upwards: the line is too high, never too low
    ((0.4, 0.5, 0.6), math.sqrt(10 * 20), 0.05)])  # no two cheaper controls: at most the dearer one's .5, line .45
def test_what_full_training_may_be_above_the_line_is_allowed_for(accuracies, cost, allowed):
    front = [setting(at, around(a)) for at, a in zip((10.0, 20.0, 40.0), accuracies, strict=True)]
    found = gain(setting(cost, around(0.58), "x"), front, NARROW)
    assert found.allowed == pytest.approx(allowed, abs=1e-9)
    half = found.value.high - found.value.mean
    assert found.value.low == pytest.approx(found.value.mean - half - allowed)


def test_a_gain_within_what_is_allowed_is_not_decided():
    """Half way between .4 and .5 the line is at .45, and full training may be at .5."""
    inside, beyond, worse = (gain(setting(math.sqrt(10 * 20), around(a), "x"), FRONT, NARROW)
                             for a in (0.48, 0.52, 0.43))
    assert inside.p == pytest.approx(1.0) and inside.value.low < 0
    error = 0.002 * math.sqrt(1 / 3 + 2 / 4 / 3)
    assert beyond.p == pytest.approx(t_tail(0.02 / error, 60), abs=1e-9)
    assert worse.p == pytest.approx(t_tail(0.02 / error, 60), abs=1e-9) and worse.value.high < 0


def test_one_seed_has_no_p():
    assert gain(setting(20.0, [0.6], "x"), FRONT, NARROW).p is None
    assert gain(setting(20.0, around(0.6), "x"), FRONT, None).p is None
