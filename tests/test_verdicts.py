"""The second source's claims, on records that are made by hand."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pytest
from rows import InMemory, a_record, around, judged_by_hand, measured, results, words

from dietsb_core.evidence import verdicts

FRESH, UCB, GREEDY = ("dynamic_random", 0.1), ("ucb", 0.1), ("epsilon_greedy", 0.1)


def of_sets(settled: str, *sets: set[int], examples: int = 4) -> InMemory:
    """A record and the set that each epoch had of its examples; `member` counts the settled epochs."""
    counted = [chosen for chosen, epoch in zip(sets, settled, strict=True) if epoch == "s"]
    member = [sum(example in chosen for chosen in counted) for example in range(examples)]
    return a_record(settled=settled, columns={"member": member})


def three(record: InMemory) -> dict:
    """The results of three seeds of UCB at 50 % that all came out as `record`."""
    return {("ucb", 0.5): dict.fromkeys(range(3), record)}


def numbers_of(verdict: verdicts.Verdict) -> list[int]:
    """The numbers in the reason why a claim was not tested: epochs that went by the score, all epochs, and how many it
    takes."""
    assert verdict.word == verdict.row()["verdict"] == "not testable" and verdict.row()["n"] == "0"
    return [int(number) for number in re.findall(r"\d+", measured(verdict))]


def test_fresh_against_static_at_ninety_per_cent():
    found = results({FRESH: [0.30, 0.31, 0.32], ("el2n", 0.1): [0.10, 0.11, 0.12],
                     ("forgetting", 0.1): [0.40, 0.41, 0.42], ("random_prune", 0.1): [0.30, 0.32, 0.31]})
    assert words(verdicts.fresh_beats_static(found)) == ["confirmed", "refuted", "undecided"]


def test_no_static_set_is_named_static_twice():
    assert [verdict.claim for verdict in verdicts.fresh_beats_static({})] == [
        f"A fresh random subset beats {name} at 90 %" for name in ("static EL2N", "static forgetting",
                                                                   "a static random one")]


def test_bandits_are_compared_at_both_rates():
    found = results({("dynamic_random", 0.5): [0.50, 0.51, 0.52], FRESH: [0.3, 0.3, 0.3],
                     ("epsilon_greedy", 0.5): [0.55, 0.56, 0.57], ("ucb", 0.5): [0.40, 0.41, 0.42],
                     GREEDY: [0.2, 0.21, 0.22], UCB: [0.4, 0.41, 0.42]})
    assert words(verdicts.bandits(found)) == ["confirmed", "refuted", "refuted", "confirmed"]


def test_bandits_by_a_full_pass_are_those_and_no_others():
    """By training's losses UCB is above the random subset and by a pass below; of ε-greedy there is no pass."""
    found = results({FRESH: [0.3, 0.31, 0.32], UCB: [0.4, 0.41, 0.42], GREEDY: [0.4, 0.41, 0.42]})
    greedy, ucb = verdicts.by_pass(found, results({UCB: [0.2, 0.21, 0.22]}))
    assert (greedy.word, greedy.value.n, ucb.word) == ("undecided", 0, "refuted")
    assert [verdict.value.n for verdict in verdicts.by_pass({}, {})] == [0, 0]


def test_ten_times_shorter_needs_no_loss_and_says_what_it_cost():
    found = results({("full", 1.0): around(0.61), FRESH: around(0.609), GREEDY: [0.3] * 3})
    priced = {"flops": [judged_by_hand("dynamic_random", [], keep, total=total)
                        for keep, total in ((0.1, 0.101), (0.5, 0.5))],
              "cpu_seconds": [judged_by_hand("dynamic_random", [], 0.1, total=0.149)]}
    fresh, greedy, ucb = verdicts.ten_times(found, priced)
    assert words([fresh, greedy, ucb]) == ["confirmed", "refuted", "undecided"]
    assert fresh.quantity == ("dynamic random, 90 % pruned, at a total cost of 0.10 in floating-point operations, "
                              "0.15 in CPU seconds (full training: 1), minus full training:")
    assert fresh.value.mean == pytest.approx(-0.001) and fresh.threshold == -verdicts.MARGIN
    assert "whose cost is not on record" in greedy.quantity and ucb.value.n == 0


# What went by who was never seen says nothing of a score

@pytest.mark.parametrize(("settled", "word"), [
    ("..........", "not testable"), ("......ssss", "not testable"), (".....sssss", "confirmed"), ("..sss", "confirmed"),
    ("...ss", "not testable")])
def test_a_bandit_is_judged_where_half_of_its_epochs_went_by_its_score(settled, word):
    found = results({FRESH: around(0.31), ("full", 1.0): around(0.41)})
    found[UCB] = {seed: a_record(0.41 + (seed - 1) / 1000, settled=settled) for seed in range(3)}
    bandit, shorter = verdicts.bandits(found)[3], verdicts.ten_times(found, {})[2]
    assert (bandit.word, shorter.word) == (word, word)
    if word == "not testable":
        assert numbers_of(bandit) == [settled.count("s"), len(settled), -(-len(settled) // 2)]


def test_one_seed_that_did_not_go_by_its_score_withholds_the_verdict():
    found = results({FRESH: [0.3, 0.3]}) | {UCB: {0: a_record(settled="ssss"), 1: a_record(settled="...s")}}
    assert measured(verdicts.bandits(found)[3]) == "not testable: 1 of 4 epochs went by its score (it takes 2)"


def test_a_score_that_keeps_picking_the_same_half_refutes_sometimes():
    """Two epochs see everybody; then the same half comes again and again, and nobody is in and out."""
    share, less = verdicts.sometimes(three(of_sets("..ssss", {0, 1}, {2, 3}, *[{0, 1}] * 4)))
    assert share.word == "refuted" and share.value.mean == 0.0
    assert share.quantity == ("share of them, UCB at 50 %, over the 4 of 6 epochs that went by its score (coin "
                              "tosses make 87.5 %):")
    assert less.word == "confirmed" and less.value.mean == pytest.approx(1 - 2 / 16)  # chance leaves 2 of 16 as one


def test_a_score_that_picks_the_other_half_each_time_confirms_it():
    share, less = verdicts.sometimes(three(of_sets("..ssss", {0, 1}, {2, 3}, *[{0, 2}, {1, 3}] * 2)))
    assert share.word == "confirmed" and share.value.mean == 1.0
    assert less.word == "refuted"  # no random draws would make as many


def halves_by_chance(seed: int) -> Sequence[set[int]]:
    """Six independent halves of 4,000 examples."""
    order = np.random.default_rng(seed).random((6, 4000)).argsort(axis=1)
    return [set(half) for half in order[:, :2000].tolist()]


def test_sets_drawn_by_chance_are_not_told_from_a_scores():
    """Three times: as many are sometimes of them as chance makes."""
    drawn = {seed: of_sets("ssssss", *halves_by_chance(seed), examples=4000) for seed in range(3)}
    share, less = verdicts.sometimes({("ucb", 0.5): drawn})
    assert share.word == "confirmed" and less.word == "undecided" and abs(less.value.mean) < 0.01


@pytest.mark.parametrize(("settled", "numbers"), [("..", [0, 2, 3]), ("..ss", [2, 4, 3]), ("....ssss....", [4, 12, 6])])
def test_too_few_draws_say_nothing_of_sometimes(settled, numbers):
    """Two independent halves leave half of the examples in just one of them, which is the threshold itself."""
    found = three(of_sets(settled, *[{0, 1}, {2, 3}] * (len(settled) // 2)))
    assert [numbers_of(verdict) for verdict in verdicts.sometimes(found)] == [numbers, numbers]


def test_of_what_is_not_on_record_sometimes_says_so():
    share, less = verdicts.sometimes({})
    assert share.word == less.word == "undecided"
    assert measured(share) == "share of them, UCB at 50 %: not on record at this preset"
