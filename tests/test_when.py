"""When leaving out pays: costs, tuned fronts and gains by hand, and the rows that are on record."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from one_line import refused
from rows import a_record, around, write

from dietsb_core.__main__ import main
from dietsb_core.evidence import when
from dietsb_core.evidence.pooled import Spread
from dietsb_core.evidence.when import Setting
from dietsb_core.runs.grids import regimes, run
from dietsb_core.runs.presets import preset
from dietsb_core.runs.store import RECORDED

P = preset("smoke")
NARROW = Spread(0.002, 60)


def setting(cost: float, accuracies: list[float], policy: str = "full") -> Setting:
    records = {seed: SimpleNamespace(accuracy=a, rows=[{}]) for seed, a in enumerate(accuracies)}
    return Setting(replace(run(P, "full", 1.0, 0), policy=policy), records, cost)


QUARTER, HALF, WHOLE = (setting(cost, around(a)) for cost, a in ((10.0, 0.4), (20.0, 0.5), (40.0, 0.6)))
FRONT = [QUARTER, HALF, WHOLE]


@pytest.mark.parametrize(("score", "made"), [("el2n", 6 * 384 + 2 * 400), ("grand", 6 * 384 + 2 * 3 * 400)])
def test_a_cost_is_in_epochs_of_full_training_with_its_scores(score, made):
    """Two epochs of 150 + 2 · 50, or as many of 170 + 2 · 40, where full training takes 3 · 400. Behind the score are
    two networks: each trains on 384 once, and passes all 400 once for EL2N and three times for GraNd."""
    pruned = run(P, score, 0.75, 0)
    found = [a_record(epochs=2, forwards=150, backprops=50), a_record(epochs=2, forwards=170, backprops=40)]
    assert when.cost(pruned, found) is None
    for scorer in pruned.scored_by:
        write(scorer)
    assert when.cost(pruned, found) == pytest.approx((2 * 250 + made) / 1200)
    assert when.cost(run(P, "full", 1.0, 0), found) == pytest.approx(2 * 250 / 1200)


def test_tuned_means_that_the_best_control_of_a_cost_counts():
    worse, better = setting(20.0, around(0.45)), setting(20.1, around(0.52))
    assert when.pareto([WHOLE, worse, HALF, better, QUARTER]) == [QUARTER, HALF, better, WHOLE]
    control, gain = when.beside(setting(20.0, around(0.55)), [QUARTER, HALF, better, WHOLE], NARROW)
    assert control is better and gain.mean == pytest.approx(0.03)


def test_a_dearer_control_that_is_no_better_is_none():
    assert when.pareto([HALF, setting(30.0, around(0.49))]) == [HALF]


def test_between_two_controls_the_better_one_of_a_cost_counts():
    """The same 20 epochs at two batch sizes: the line of a cheaper setting leads to the better of them."""
    front = when.pareto([QUARTER, setting(20.0, around(0.45)), HALF])
    control, gain = when.beside(setting(math.sqrt(10 * 20), around(0.58), "x"), front, NARROW)
    assert control is HALF and gain.mean == pytest.approx(0.58 - 0.45)


@pytest.mark.parametrize(("cost", "control", "line"), [
    (20.9, HALF, 0.5),                                    # within 5 %
    (math.sqrt(20 * 40), WHOLE, 0.55), (math.sqrt(10 * 20), HALF, 0.45)])
def test_between_two_controls_the_front_is_linear_in_the_logarithm(cost, control, line):
    found, gain = when.beside(setting(cost, around(0.58), "x"), FRONT, NARROW)
    assert found is control and gain.mean == pytest.approx(0.58 - line)


def test_the_interval_between_two_controls_is_of_all_nine_values():
    """Half way the line's variance is σ²/4 · (1/3 + 1/3); with the method's σ²/3 that is σ²/2."""
    _, gain = when.beside(setting(math.sqrt(20 * 40), around(0.58), "x"), FRONT, NARROW)
    assert gain.high - gain.mean == pytest.approx(2.0003 * 0.002 * math.sqrt(0.5), rel=1e-3)


@pytest.mark.parametrize("cost", [9.0, 43.0])
def test_beyond_the_controls_nothing_is_said(cost):
    assert when.beside(setting(cost, around(0.9), "x"), FRONT, NARROW) is None


HALVED = regimes.Regime("procedural-small", 4, (("random_backprop", 0.5, {}), ("dynamic_random", 0.75, {})),
                        controls=(0.5, 1.0))


@pytest.mark.parametrize(("seeds", "verdict"), [(1, when.TOO_FEW), (3, "above")])
def test_a_regime_is_judged_by_the_best_of_its_controls(seeds, verdict):
    """Random-Backprop takes as many examples in four epochs as full training in two, where the third batch is best.
    Dynamic random takes half as many again, and is as good as the line between the best controls of two and of four."""
    p = replace(P, seeds=tuple(range(seeds)))
    at = regimes.scale(p, HALVED)
    for seed, shift in zip(p.seeds, (0.0, 0.001, -0.001), strict=False):
        for one in regimes.controls(at, HALVED, seed):
            better = {P.recipe.batch: 0.40, P.recipe.batch // 2: 0.42, P.recipe.batch // 4: 0.44}[one.recipe.batch]
            write(regimes.passed_once(one), better + 0.1 * (one.epochs == 4) + shift)
        for one, accuracy, backprops in zip(regimes.methods(at, HALVED, seed), (0.5, 0.44 + 0.1 * math.log2(1.5)),
                                            (192, 288), strict=True):
            write(regimes.passed_once(one), accuracy + shift, backprops=backprops)
    rows = when.rows_of(HALVED, p)
    method, level = rows[-2:]
    assert method["policy"] == "random_backprop" and method["control"]["batch"] == P.recipe.batch // 4
    assert method["total_cost"] == pytest.approx(2 * 384 / 400) and method["gain"] == pytest.approx(0.06)
    assert method["verdict"] == verdict and len(method["seeds"]) == seeds
    assert level["gain"] == pytest.approx(0.0, abs=1e-9) and level["verdict"] == (verdict if seeds == 1 else "equal")
    assert len([row for row in rows if row["policy"] == "full"]) == 5 + 3  # half as long, with either learning rate


def test_every_row_on_record_has_its_keys_and_is_recomputed(capsys):
    assert main(["report", "when", "--preset", "cifar-cpu", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    for row in rows:
        assert list(row) == [
            "regime", "data", "model", "epochs", "batch", "policy", "keep", "options", "seeds", "accuracy_mean",
            "accuracy_ci95", "accuracy_rare", "total_cost", "control", "gain", "gain_ci95", "redundancy", "verdict",
            "scale", "recipe", "records"]
        made = [json.loads((RECORDED / name / "record.json").read_text()) for name in row["records"]]
        assert row["accuracy_mean"] == pytest.approx(np.mean([one["rows"][-1]["accuracy"] for one in made]))
        assert len(row["seeds"]) == len(made)
    tail = [row for row in rows if row["regime"] == "cifar10-lt-40"]
    assert {"full", "dynamic_balanced"} <= {row["policy"] for row in tail}
    assert all(0 < row["redundancy"]["fit"] < 1 and 0 < row["accuracy_rare"] < 1 or row["epochs"] == 4 for row in tail)
    assert main(["report", "when", "--preset", "cifar-cpu"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(rows) + 1


def test_a_preset_of_other_data_has_no_regimes():
    refused(lambda: when.report_when("quick"), "'quick'", "cifar-cpu")
    refused(lambda: when.report_when("poster"), "python -m dietsb_core run when --preset poster")


def test_balanced_sampling_is_the_rate_at_which_classes_count_alike():
    regime = regimes.REGIMES[0]
    sampling = list(regimes.balanced_sampling(regimes.scale(preset("cifar-cpu"), regime), regime, 0))
    assert {round(one.keep * 12_406) for one in sampling} == {10 * 50}
    assert {round(one.epochs * one.keep) for one in sampling} == {20, 10, 4}
