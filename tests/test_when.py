"""When leaving out pays: costs by hand, a regime judged end to end, and the rows that are on record."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from one_line import refused
from rows import a_record, around, write
from test_equal_cost import NARROW, setting

from dietsb_core.__main__ import main
from dietsb_core.evidence import settings, when
from dietsb_core.runs.grids import regimes, run
from dietsb_core.runs.presets import preset
from dietsb_core.runs.store import RECORDED

P = preset("smoke")


@pytest.mark.parametrize(("score", "made"), [("el2n", 6 * 384 + 2 * 400), ("grand", 6 * 384 + 2 * 3 * 400)])
def test_a_cost_is_in_epochs_of_full_training_with_its_scores(score, made):
    """Two epochs of 150 + 2 · 50, or as many of 170 + 2 · 40, where full training takes 3 · 400. Behind the score are
    two networks: each trains on 384 once, and passes all 400 once for EL2N and three times for GraNd."""
    pruned = run(P, score, 0.75, 0)
    found = [a_record(epochs=2, forwards=150, backprops=50), a_record(epochs=2, forwards=170, backprops=40)]
    assert settings.cost(pruned, found) is None
    for scorer in pruned.scored_by:
        write(scorer)
    assert settings.cost(pruned, found) == pytest.approx((2 * 250 + made) / 1200)
    assert settings.cost(run(P, "full", 1.0, 0), found) == pytest.approx(2 * 250 / 1200)


HALVED = regimes.Regime("procedural-small", 4, (("random_backprop", 0.5, {}), ("dynamic_random", 0.75, {})),
                        controls=(0.25, 0.5, 1.0))


@pytest.mark.parametrize(("seeds", "verdict"), [(1, when.TOO_FEW), (3, "above")])
def test_a_regime_is_judged_by_the_best_of_its_controls(seeds, verdict):
    """Random-Backprop takes as many examples in four epochs as full training in two, where the third batch is best.
    Dynamic random takes half as many again, and is as good as the line through the best controls, which is straight."""
    p = replace(P, seeds=tuple(range(seeds)))
    at = regimes.scale(p, HALVED)
    for seed, shift in zip(p.seeds, (0.0, 0.001, -0.001), strict=False):
        for one in regimes.controls(at, HALVED, seed):
            better = {P.recipe.batch: 0.40, P.recipe.batch // 2: 0.42, P.recipe.batch // 4: 0.44}[one.recipe.batch]
            write(regimes.passed_once(one), better + 0.1 * math.log2(one.epochs / 2) + shift)
        for one, accuracy, backprops in zip(regimes.methods(at, HALVED, seed), (0.5, 0.44 + 0.1 * math.log2(1.5)),
                                            (192, 288), strict=True):
            write(regimes.passed_once(one), accuracy + shift, backprops=backprops)
    rows = [when.row(line) for line in when.corrected(when.compare(HALVED, p))]
    method, level = rows[-2:]
    assert method["policy"] == "random_backprop" and method["control"]["batch"] == P.recipe.batch // 4
    assert method["total_cost"] == pytest.approx(2 * 384 / 400) and method["gain"] == pytest.approx(0.06)
    assert method["verdict"] == verdict and len(method["seeds"]) == seeds
    assert level["gain"] == pytest.approx(0.0, abs=1e-9) and level["verdict"] == (verdict if seeds == 1 else "equal")
    assert len([row for row in rows if row["policy"] == "full"]) == 3 + 5 + 3  # half as long, with either learning rate


def test_a_control_of_fewer_seeds_is_not_compared_with():
    """Tried with one seed, and not repeated since another was better: by luck its mean may be above the other's."""
    tried, repeated = (SimpleNamespace(records=dict.fromkeys(range(n))) for n in (1, 3))
    assert when.most_seeds([tried, repeated, repeated]) == [repeated, repeated]
    assert when.most_seeds([tried, tried]) == [tried, tried] and when.most_seeds([]) == []


def test_where_no_repeated_control_is_of_a_cost_one_of_one_seed_is_shown():
    repeated, tried = setting(20.0, around(0.5)), setting(40.0, [0.6])
    for cost, control in ((20.0, repeated), (39.0, tried)):
        assert when.tuned_gain(setting(cost, around(0.7), "x"), [repeated, tried], NARROW).control is control


def test_every_row_on_record_has_its_keys_and_is_recomputed(capsys):
    assert main(["report", "when", "--preset", "cifar-cpu", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    for row in rows:
        assert list(row) == [
            "regime", "data", "model", "epochs", "batch", "policy", "keep", "options", "seeds", "accuracy_mean",
            "accuracy_ci95", "accuracy_rare", "total_cost", "control", "gain", "gain_ci95", "gain_over_full",
            "gain_over_full_ci95", "redundancy", "verdict", "scale", "recipe", "records"]
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


def test_balanced_sampling_takes_as_many_examples_as_full_training():
    """50 of each of ten classes, in whole batches of 128 or 64; the training set has 12,406 examples."""
    regime = regimes.REGIMES[0]
    sampling = list(regimes.balanced_sampling(regimes.scale(preset("cifar-cpu"), regime), regime, 0))
    assert {round(one.keep * 12_406) for one in sampling} == {10 * 50}
    assert [(one.recipe.batch, one.recipe.lr) for one in sampling] == [(128, 0.23), (64, 0.115)] * 3
    trained = [one.epochs * (500 // one.recipe.batch * one.recipe.batch) / 12_406 for one in sampling]
    assert trained == pytest.approx([20, 20, 10, 10, 4, 4], rel=5e-3)
    assert len({one.recipe.name for one in sampling}) == 6
