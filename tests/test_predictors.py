"""Which measure of redundancy predicts gains: leaving one out against NumPy's own fit, and regimes made by hand."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from test_advice import line

from dietsb_core.evidence.predictors import left_out, predictors, redundancy, said


def test_each_point_is_predicted_by_a_line_through_the_others():
    x, y = np.random.default_rng(0).normal(size=(2, 7))
    errors = [y[i] - np.polyval(np.polyfit(np.delete(x, i), np.delete(y, i), 1), x[i]) for i in range(7)]
    assert left_out(x, y) == pytest.approx(np.sqrt(np.mean(np.square(errors))))
    assert left_out(x, 3 * x + 1) == pytest.approx(0.0, abs=1e-12)
    # Of n values, each minus the mean of the others is n / (n - 1) times its distance to the mean of all.
    assert left_out(np.zeros(7), y) == pytest.approx(7 / 6 * y.std())


def measured(one, **values):
    """The line with these measures in its record's last row."""
    records = {0: SimpleNamespace(accuracy=one.setting.accuracy.mean, rows=[values])}
    return replace(one, setting=replace(one.setting, records=records))


def regime(name: str, fit: float, share: float, gain: float) -> list:
    """Full training of 40 epochs with two measures, and SB at equal cost."""
    full, sb = line(40.0, 0.5), line(20.0, 0.4 + gain, "selective_backprop", 0.5)
    full = measured(replace(full, setting=replace(full.setting, run=replace(
        full.setting.run, recipe=replace(full.setting.run.recipe, epochs=40)))), fit=fit, effective_share=share)
    return [replace(one, regime=replace(one.regime, data=name)) for one in (full, sb)]


def test_the_measure_that_goes_with_the_gain_comes_first():
    lines = [one for name, *rest in (("a", 0.1, 0.5, 0.0), ("b", 0.2, 0.3, 0.01), ("c", 0.4, 0.6, 0.03),
                                     ("d", 0.9, 0.4, 0.08)) for one in regime(name, *rest)]
    fit, share = predictors(lines, "selective_backprop", 0.5)
    assert (fit.measure, share.measure, fit.n) == ("fit", "effective_share", 4)
    assert fit.error == pytest.approx(0.0, abs=1e-9) and share.error > fit.error
    assert fit.points[3] == ("d-40", 0.9, pytest.approx(0.08))
    assert fit.without == pytest.approx(4 / 3 * np.std([0.0, 0.01, 0.03, 0.08]))
    assert redundancy(lines[:2], "loss_concentration") is None
    assert said([fit, share], "selective_backprop", 0.5) == (
        "Selective-Backprop, 50 % pruned, 4 regimes: error of the predicted gain, in points: share fit 0.0, effective "
        f"share {100 * share.error:.1f}; share fit predicts better than the mean of the other regimes (4.1).")


def test_redundancy_is_that_of_the_longest_full_training_with_the_first_batch():
    def full(epochs: int, fit: float):
        one = line(40.0, 0.5)
        recipe = replace(one.setting.run.recipe, epochs=epochs)
        run = replace(one.setting.run, recipe=recipe)
        return measured(replace(one, setting=replace(one.setting, run=run)), fit=fit)

    assert redundancy([full(20, 0.1), full(40, 0.2), full(40, 0.3), full(10, 0.4)], "fit") == 0.2


def test_of_three_regimes_nothing_is_said():
    lines = [one for name in "abc" for one in regime(name, 0.1, 0.2, 0.0)]
    assert predictors(lines, "selective_backprop", 0.5) == []
    assert predictors(lines, "ucb", 0.5) == []
    assert said([], "ucb", 0.5) == "UCB, 50 % pruned: too few regimes have both a gain and the measures."
