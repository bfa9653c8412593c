"""The second source's claims and the use of examples, on records that are made by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from rows import a_row
from second_source import ABSENT, measured, results

from dietsb_book import plots, tables
from dietsb_core.evidence import tradeoff, verdicts


def words(found) -> list[str]:
    return [verdict.word for verdict in found]


def by_score(accuracy: float, settled: str) -> SimpleNamespace:
    """A record whose epochs went by a score (`s`) or by who was never seen (`.`)."""
    rows = [{"settled": epoch == "s", "accuracy": accuracy} for epoch in settled]
    return SimpleNamespace(accuracy=accuracy, rows=rows)


def of_sets(settled: str, *sets: set[int]) -> SimpleNamespace:
    """A record of four examples and the set that each epoch had of them; `member` counts the settled epochs."""
    counted = [chosen for chosen, epoch in zip(sets, settled, strict=True) if epoch == "s"]
    member = np.array([sum(example in chosen for chosen in counted) for example in range(4)])
    return SimpleNamespace(rows=by_score(0.5, settled).rows, column=lambda name: {"member": member}[name])


def test_fresh_against_static_at_ninety_per_cent():
    found = results(dynamic_random_10=[0.30, 0.31, 0.32], el2n_10=[0.10, 0.11, 0.12], forgetting_10=[0.40, 0.41, 0.42],
                    random_prune_10=[0.30, 0.32, 0.31])
    assert words(verdicts.fresh_beats_static(found)) == ["confirmed", "refuted", "undecided"]


def test_bandits_are_compared_at_both_rates():
    found = results(dynamic_random_50=[0.50, 0.51, 0.52], dynamic_random_10=[0.3, 0.3, 0.3],
                    epsilon_greedy_50=[0.55, 0.56, 0.57], ucb_50=[0.40, 0.41, 0.42],
                    epsilon_greedy_10=[0.2, 0.21, 0.22], ucb_10=[0.4, 0.41, 0.42])
    assert words(verdicts.bandits(found)) == ["confirmed", "refuted", "refuted", "confirmed"]


def test_bandits_by_a_full_pass_are_those_and_no_others():
    """By training's losses UCB is above the random subset and by a pass below; of ε-greedy there is no pass."""
    found = results(dynamic_random_10=[0.3, 0.31, 0.32], ucb_10=[0.4, 0.41, 0.42], epsilon_greedy_10=[0.4, 0.41, 0.42])
    by_pass = verdicts.by_pass(found, results(ucb_10=[0.2, 0.21, 0.22]))
    assert words(by_pass) == ["undecided", "refuted"] and measured(by_pass[0]).endswith(ABSENT)
    assert [verdict.value.n for verdict in verdicts.by_pass({}, {})] == [0, 0]


def test_no_static_set_is_named_static_twice():
    assert [verdict.claim for verdict in verdicts.fresh_beats_static({})] == [
        f"A fresh random subset beats {name} at 90 %" for name in ("static EL2N", "static forgetting",
                                                                   "a static random one")]


def test_ten_times_shorter_needs_no_loss_and_says_what_it_cost():
    found = results(full_100=[0.60, 0.61, 0.62], dynamic_random_10=[0.599, 0.609, 0.619], epsilon_greedy_10=[0.3] * 3)
    def costing(total: float, keep: float = 0.1) -> tradeoff.Judged:
        return a_row("dynamic_random", of=tradeoff.Judged, keep=keep, total=total)

    priced = {"flops": [costing(0.101), costing(0.5, keep=0.5)], "cpu_seconds": [costing(0.149)]}
    told = verdicts.ten_times(found, priced)
    assert words(told) == ["confirmed", "refuted", "undecided"]  # of UCB nothing is on record
    assert measured(told[0]).startswith("dynamic random, 90 % pruned, at a total cost of 0.10 in floating-point "
                                        "operations, 0.15 in CPU seconds (full training: 1), minus full training: -0.1")
    assert "whose cost is not on record" in measured(told[1])
    assert measured(told[2]).endswith(f"minus full training: {ABSENT}")


# What went by who was never seen says nothing of a score

@pytest.mark.parametrize(("settled", "word"), [
    ("..........", "not testable"), ("......ssss", "not testable"), (".....sssss", "confirmed"), ("..sss", "confirmed"),
    ("...ss", "not testable")])
def test_a_bandit_is_judged_where_half_of_its_epochs_went_by_its_score(settled, word):
    found = results(dynamic_random_10=[0.30, 0.31, 0.32], full_100=[0.40, 0.41, 0.42])
    found["ucb", 0.1] = {seed: by_score(0.40 + seed / 100, settled) for seed in range(3)}
    bandit, shorter = verdicts.bandits(found)[3], verdicts.ten_times(found, {})[2]
    assert (bandit.word, shorter.word) == (word, word)
    if word == "not testable":
        went, of = settled.count("s"), len(settled)
        assert measured(bandit) == f"not testable: {went} of {of} epochs went by its score (it takes {(of + 1) // 2})"
        assert bandit.row()["verdict"] == "not testable" and bandit.row()["n"] == "0"


def test_one_seed_that_did_not_go_by_its_score_withholds_the_verdict():
    found = results(dynamic_random_10=[0.3, 0.3])
    found["ucb", 0.1] = {0: by_score(0.4, "ssss"), 1: by_score(0.4, "...s")}
    assert "1 of 4 epochs" in measured(verdicts.bandits(found)[3])


def test_a_score_that_keeps_picking_the_same_half_refutes_sometimes():
    """Two epochs see everybody; then the same half comes again and again, and nobody is in and out."""
    same = of_sets("..ssss", {0, 1}, {2, 3}, *[{0, 1}] * 4)
    share, less = verdicts.sometimes({("ucb", 0.5): {0: same, 1: same, 2: same}})
    assert share.word == "refuted" and share.value.mean == 0.0 and "4 of 6 epochs" in measured(share)
    assert less.word == "confirmed" and less.value.mean == pytest.approx(1 - 2 / 16)  # chance leaves 2 of 16 as one


def test_a_score_that_picks_the_other_half_each_time_confirms_it():
    turns = of_sets("..ssss", {0, 1}, {2, 3}, *[{0, 2}, {1, 3}] * 2)
    share, less = verdicts.sometimes({("ucb", 0.5): {0: turns, 1: turns, 2: turns}})
    assert share.word == "confirmed" and share.value.mean == 1.0
    assert less.word == "refuted"  # no random draws would make as many


def test_sets_drawn_by_chance_are_not_told_from_a_scores():
    """Six independent halves of 4,000 examples, three times: as many are sometimes of them as chance makes."""
    def drawn(seed: int) -> SimpleNamespace:
        keys = np.random.default_rng(seed).random((6, 4000)).argsort(axis=1) < 2000
        return SimpleNamespace(rows=[{"settled": True}] * 6, column=lambda name: keys.sum(axis=0))

    share, less = verdicts.sometimes({("ucb", 0.5): {seed: drawn(seed) for seed in range(3)}})
    assert share.word == "confirmed" and less.word == "undecided" and abs(less.value.mean) < 0.01


@pytest.mark.parametrize(("settled", "line"), [("..", "0 of 2 epochs went by its score (it takes 3)"),
                                               ("..ss", "2 of 4 epochs went by its score (it takes 3)"),
                                               ("....ssss....", "4 of 12 epochs went by its score (it takes 6)")])
def test_too_few_draws_say_nothing_of_sometimes(settled, line):
    """Two independent halves leave half of the examples in just one of them, which is the threshold itself."""
    found = of_sets(settled, *[{0, 1}, {2, 3}] * (len(settled) // 2))
    for verdict in verdicts.sometimes({("ucb", 0.5): {0: found, 1: found, 2: found}}):
        assert verdict.word == "not testable" and measured(verdict) == f"not testable: {line}"


def test_of_what_is_not_on_record_sometimes_says_so():
    verdict, less = verdicts.sometimes({})
    assert verdict.word == less.word == "undecided" and measured(verdict) == f"share of them, UCB at 50 %: {ABSENT}"


def test_a_seed_that_tells_nothing_is_left_out_of_the_table_and_the_figure_says_where_none_does():
    def told(*always: float) -> dict:
        return dict.fromkeys(("always", "sometimes", "never", "turnover", "EL2N", "worst class", "balance"), [*always])

    found = {("ucb", 0.1): told(np.nan, np.nan), ("ucb", 0.5): told(0.2, np.nan, 0.4)}
    shown = tables.usage(found).data["always, %"]
    assert shown[0] == "–" and shown[1].startswith("30.0 [")
    axes, = plots.usage_bars(found).axes
    assert [text.get_text() for text in axes.texts] == ["no epoch went by its score"]
    assert [round(bar.get_width()) for bar in axes.patches] == [0, 0, 0, 30, 30, 30]
