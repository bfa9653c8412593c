"""The second source's claims and the use of examples, on records that are made by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from dietsb_core import sweeps, usage, verdicts
from dietsb_core.statistics import interval
from dietsb_core.tradeoff import by_length


def record(accuracy: float, selected: list[int] | None = None, epochs: int = 4, **last) -> SimpleNamespace:
    """What of a Record these functions read."""
    rows = [{"jaccard": 0.5} if epoch else {} for epoch in range(epochs)]
    rows[-1] |= {"accuracy": accuracy, **last}
    return SimpleNamespace(accuracy=accuracy, rows=rows, column=lambda name: np.array(selected, dtype=np.uint8))


def results(**accuracies: list[float]) -> dict:
    """`ucb_10=[...]`: the policy ucb at keep .1, an accuracy a seed."""
    out = {}
    for name, values in accuracies.items():
        policy, percent = name.rsplit("_", 1)
        out[policy, int(percent) / 100] = {seed: record(value) for seed, value in enumerate(values)}
    return out


def words(found) -> list[str]:
    return [verdict.word for verdict in found]


def test_fresh_against_static_at_ninety_per_cent():
    found = results(dynamic_random_10=[0.30, 0.31, 0.32], el2n_10=[0.10, 0.11, 0.12], forgetting_10=[0.40, 0.41, 0.42],
                    random_prune_10=[0.30, 0.32, 0.31])
    assert words(verdicts.fresh_beats_static(found)) == ["confirmed", "refuted", "undecided"]


def test_bandits_are_compared_at_both_rates():
    found = results(dynamic_random_50=[0.50, 0.51, 0.52], dynamic_random_10=[0.3, 0.3, 0.3],
                    epsilon_greedy_50=[0.55, 0.56, 0.57], ucb_50=[0.40, 0.41, 0.42],
                    epsilon_greedy_10=[0.2, 0.21, 0.22], ucb_10=[0.4, 0.41, 0.42])
    assert words(verdicts.bandits(found)) == ["confirmed", "refuted", "refuted", "confirmed"]


def test_ten_times_shorter_needs_no_loss():
    found = results(full_100=[0.60, 0.61, 0.62], dynamic_random_10=[0.599, 0.609, 0.619], epsilon_greedy_10=[0.3] * 3)
    assert words(verdicts.ten_times(found)) == ["confirmed", "refuted", "undecided"]  # of UCB nothing is on record


def test_scoring_costs_more_than_it_saves_where_the_control_is_better():
    def row(policy: str, less: list[float], keep: float = 0.5) -> dict:
        return {"policy": policy, "keep": keep, "total": 1.1, "less_equal_cost": interval(less)}

    found = verdicts.scoring_costs([row("el2n", [-0.1, -0.11, -0.12]), row("forgetting", [0.1, 0.11, 0.12]),
                                    row("el2n", [0.1, 0.1, 0.1], keep=0.1), row("ucb", [0.1, 0.1, 0.1])])
    assert words(found) == ["confirmed", "refuted"]


def test_shares_by_hand():
    assert usage.shares(record(0.5, [4, 4, 2, 1, 0])) == pytest.approx({"always": 0.4, "sometimes": 0.4, "never": 0.2})


def test_turnover_is_the_mean_over_neighbouring_epochs_and_unknown_of_one():
    assert usage.turnover(record(0.5)) == 0.5
    assert np.isnan(usage.turnover(record(0.5, epochs=1)))


def test_the_worst_class_is_the_lowest_and_unknown_of_an_older_record():
    assert usage.worst_class(record(0.5, class_accuracy=[0.7, 0.1, 0.9])) == 0.1
    assert np.isnan(usage.worst_class(record(0.5)))


def test_class_balance_by_hand():
    """All of one class: one effective class of two. Alike: two."""
    labels = np.array([0, 0, 1, 1])
    assert usage.class_balance(record(0.5, [3, 3, 0, 0]), labels) == pytest.approx(0.5)
    assert usage.class_balance(record(0.5, [1, 3, 2, 2]), labels) == pytest.approx(1.0)


def test_emphasis_by_hand():
    group = np.array([True, True, False, False])
    assert usage.emphasis(record(0.5, [4, 2, 1, 2]), group) == pytest.approx(2.0)


def test_use_and_el2n_are_ranked_together():
    assert usage.with_el2n(record(0.5, [1, 2, 3, 4]), np.array([0.1, 0.2, 0.3, 0.4])) == pytest.approx(1.0)
    assert usage.with_el2n(record(0.5, [2, 2, 2, 2]), np.array([0.1, 0.2, 0.3, 0.4])) == 0.0


def test_known_truth_of_the_drawn_set_and_of_no_other():
    known = usage.truth("procedural-small")
    assert set(known) == {"hard", "rare", "flipped"} and known["hard"].mean() == pytest.approx(0.25, abs=0.01)
    assert usage.truth("digits") == {}


def test_what_a_length_adds_is_against_full_training_of_the_same_cost():
    """Half of 10 epochs costs 5 of full training, whose accuracy is .5; half of 4 costs 2: .3."""
    def row(policy: str, epochs: int, cost: float, accuracies: list[float]) -> dict:
        return {"policy": policy, "epochs": epochs, "flops": cost, "scoring_flops": 99.0, "compared": True,
                "seeds": [0, 1], "accuracies": accuracies, "accuracy_mean": float(np.mean(accuracies))}

    found = by_length([row("full", 10, 10, [0.7, 0.7]), row("full", 5, 5, [0.5, 0.5]), row("full", 2, 2, [0.3, 0.3]),
                       row("el2n", 10, 5, [0.55, 0.57]), row("el2n", 4, 2, [0.2, 0.2])])
    assert list(found["el2n"]) == [4, 10]
    assert found["el2n"][10] == pytest.approx([0.05, 0.07]) and found["el2n"][4] == pytest.approx([-0.1, -0.1])
    turned = verdicts.turning({"el2n": {4: [-0.1, -0.1, -0.11], 10: [0.05, 0.06, 0.07]}})
    assert words(turned) == ["refuted", "confirmed"]


def test_a_sweep_takes_the_plain_run_at_the_default():
    def row(policy: str, accuracy: float, **options) -> dict:
        return {"policy": policy, "options": options, "accuracies": [accuracy]}

    rows = [row("ucb", 0.5), row("ucb", 0.6, c=4.0), row("ucb", 0.4, c=0.0), row("ucb", 0.55, source="pass")]
    found = sweeps.groups(rows)
    assert found == {("ucb", "c"): {"0": [0.4], "1": [0.5], "4": [0.6]},
                     ("ucb", "source of the score"): {"training": [0.5], "pass": [0.55]}}
    assert sweeps.spread(rows)["ucb", "c"] == pytest.approx(0.2)


def test_the_answer_says_no_more_than_the_controls_do():
    def row(policy: str, against: str) -> dict:
        return {"policy": policy, "keep": 0.5, "against_front": against, "total": 0.5,
                "less_equal_cost": interval([0.02])}

    assert verdicts.answer([row("full", "level"), row("ucb", "outside")]).startswith("Which way is quickest cannot be")
    assert "0 beat full training" in verdicts.answer([row("ucb", "below"), row("el2n", "level")])
    assert "Of 1 methods" in verdicts.answer([row("ucb", "below"), row("el2n", "unknown")])
    assert "UCB, 50 % pruned (0.50 of the cost, +2.0 points)" in verdicts.answer([row("ucb", "above")])
