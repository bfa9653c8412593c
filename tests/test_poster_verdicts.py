"""The poster's claims, each confirmed, refuted and undecided, on records that are made by hand."""

from __future__ import annotations

import numpy as np
import pytest
from rows import a_record, results, words

from dietsb_core.evidence import verdicts
from dietsb_core.evidence.overlap import FRACTIONS
from dietsb_core.evidence.statistics import interval
from dietsb_core.evidence.verdicts import common, poster
from dietsb_core.runs.facts import Facts
from dietsb_core.runs.presets import preset

SMOKE = preset("smoke")
UP, DOWN = np.arange(8.0), np.arange(8.0)[::-1]
TOP, LEVEL, LOW = [0.606, 0.61, 0.614], [0.60, 0.604, 0.599], [0.306, 0.31, 0.314]  # LEVEL may lose a point
NEAR = [0.600, 0.606, 0.606]  # and this may be equal to TOP
FULL = ("full", 1.0)


def test_panel_a_asks_for_no_loss_and_for_sb_above_a_random_draw():
    rb, sb = "random_backprop", "selective_backprop"
    found = results({FULL: TOP, (rb, 0.5): [a + 0.003 for a in TOP], (sb, 0.5): LOW, (rb, 0.25): LEVEL,
                     (rb, 0.1): LOW, (sb, 0.1): [0.4, 0.41, 0.42]})
    assert words(verdicts.panel_a(found)) == ["confirmed", "refuted", "confirmed", "undecided", "confirmed"]
    assert words(verdicts.panel_a(found, margin=0.5))[:2] == ["confirmed", "confirmed"]
    swapped = found | {(rb, 0.1): found[sb, 0.1], (sb, 0.1): found[rb, 0.1]}
    assert words(verdicts.panel_a(swapped))[4] == "refuted"


@pytest.mark.parametrize(("sb", "word"), [(TOP, "confirmed"), (NEAR, "confirmed"), (LOW, "confirmed"),
                                          ([a + 0.01 for a in TOP], "undecided"), ([0.65, 0.66, 0.67], "refuted")])
def test_on_par_is_no_more_than_a_point_below(sb, word):
    found = results({FULL: TOP, ("random_backprop", 0.5): TOP[::-1], ("selective_backprop", 0.5): sb})
    assert words(verdicts.panel_a(found))[2] == word


def test_panel_b_compares_el2n_with_sb_and_with_chance_and_the_diet_with_full_training_and_el2n():
    sb, el2n, diet = ("selective_backprop", 0.5), ("el2n", 0.75), ("diet_sb", 0.5)
    fresh, good = ("dynamic_random", 0.5), ("random_prune", 0.5)
    found = results({FULL: TOP, sb: TOP, el2n: LOW, ("random_prune", 0.75): TOP, fresh: TOP, good: LOW, diet: LEVEL,
                     ("diet_sb", 0.375): TOP[::-1], ("diet_random", 0.5): LOW})
    assert words(verdicts.panel_b(found)) == ["confirmed", "confirmed", "refuted", "undecided", "confirmed", "refuted",
                                              "confirmed"]
    found |= results({sb: LOW, el2n: TOP, ("random_prune", 0.75): NEAR, fresh: LOW, good: LOW[::-1], diet: LOW,
                      ("diet_random", 0.5): LEVEL})
    assert words(verdicts.panel_b(found))[:4] == ["refuted", "equal", "undecided", "refuted"]
    assert words(verdicts.panel_b(found))[5:] == ["confirmed", "refuted"]


def shared(monkeypatch, cross: list[float], within: list[float]) -> list[verdicts.Verdict]:
    """Panel (c), at a quarter, of these overlaps between two architectures and within one."""
    values = {"panel_c": dict.fromkeys(FRACTIONS, cross), "within": dict.fromkeys(FRACTIONS, within)}
    monkeypatch.setattr(poster, "overlaps", lambda name, p: values[name])
    return verdicts.panel_c(SMOKE)


@pytest.mark.parametrize(("cross", "within", "expected"), [
    ([0.50, 0.51, 0.52], [0.65, 0.65], ["confirmed", "confirmed"]),  # .26 of .40 above chance
    ([0.35, 0.36, 0.37], [0.65, 0.65], ["confirmed", "refuted"]),    # .11 of .40
    ([0.20, 0.21, 0.22], [0.65, 0.65], ["refuted", "refuted"]),
    ([0.20, 0.35, 0.50], [0.65, 0.65], ["undecided", "undecided"]),
    ([0.50, 0.51, 0.52], [], ["confirmed", "undecided"]),            # one network of an architecture is no measure
    ([0.20, 0.21, 0.22], [0.24, 0.24], ["refuted", "undecided"]),    # and two that share less than chance are none
])
def test_panel_c_is_less_chance_and_transfer_is_the_ratio_of_both(monkeypatch, cross, within, expected):
    assert words(shared(monkeypatch, cross, within)) == expected


def test_pairs_are_not_called_seeds(monkeypatch):
    found = [*shared(monkeypatch, [0.5, 0.5], [0.6]), *verdicts.panel_e([UP, UP, DOWN])]
    assert all("by pairs of networks" in v.quantity or "by networks" in v.quantity for v in found)


def compared(monkeypatch, *pairs: tuple[np.ndarray, np.ndarray]) -> None:
    monkeypatch.setattr(poster, "pairs", lambda name, p: pairs)


# The lowest quarter of eight is the same two, and the other six are ranked the other way: ρ = 1 − 6 · 70 / 504 = 1/6.
PARTLY = np.array([0, 1, 7, 6, 5, 4, 3, 2.0])


@pytest.mark.parametrize(("uses", "expected"), [
    ([UP] * 3, ["confirmed", "confirmed"]), ([DOWN] * 3, ["refuted", "refuted"]),
    ([UP, DOWN, UP], ["undecided", "undecided"]), ([PARTLY] * 3, ["confirmed", "refuted"]),
])
def test_panel_d_asks_for_more_than_chance_and_for_more_than_not(monkeypatch, uses, expected):
    compared(monkeypatch, *((used, UP) for used in uses))
    assert words(verdicts.panel_d(SMOKE)) == expected


def test_composition_by_hand():
    """Eight classes of eight, 28 lowest: seven of class 0, six of 1, down to none of 7; or the other way about."""
    labels = np.arange(64) % 8
    plain = np.where(np.arange(64) // 8 < 7 - labels, 0.0, 9.0)
    diverse = np.where(np.arange(64) // 8 < labels, 0.0, 9.0)
    about = Facts(labels.astype(str), labels, np.array(list("abcdefgh")), np.arange(8.0), "")
    assert verdicts.class_share(plain, about, 28 / 64) == pytest.approx(np.arange(7, -1, -1) / 8)
    for members, uses, said in (([plain, plain], [], ["confirmed", "undecided", "undecided"]),
                                ([diverse], [plain, plain], ["refuted", "confirmed", "refuted"]),
                                ([diverse], [diverse], ["refuted", "refuted", "confirmed"])):
        found = verdicts.composition(members, about, 28 / 64, uses)
        assert words(found) == said and [verdict.value.n for verdict in found][0] == 8


def test_networks_that_agree_make_no_claim_about_classes():
    """However many networks say the same, a correlation over 30 classes of which nothing is true is found one time in
    twenty, and no more."""
    rng, found = np.random.default_rng(0), []
    labels = np.arange(300) % 30
    for _ in range(200):
        about = Facts(labels.astype(str), labels, np.arange(30).astype(str), rng.random(30), "")
        found += words(verdicts.composition([rng.random(30)[labels] + 0.5 * rng.random(300)] * 3, about, 0.3)[:1])
    assert found.count("undecided") >= 180


def test_two_classes_decide_nothing():
    about = Facts(np.array(list("abcd")), np.arange(4) % 2, np.array(["a", "b"]), np.array([1.0, 2]), "")
    assert verdicts.composition([np.arange(4.0)] * 3, about)[0].value.n == 0


SB, EL2N, DIET, HALF_DIET = ("selective_backprop", 0.5), ("el2n", 0.75), ("diet_sb", 0.375), ("diet_sb", 0.5)
TOOK = {FULL: [1, 1, 2], SB: [0.8, 0.81, 1.6], HALF_DIET: [1.2, 1.21, 2.4], EL2N: [0.9, 0.91, 1.8], DIET: [0.5, 1.5, 2]}


def test_table1_is_of_seconds_seed_by_seed():
    """SB at one half has a floor of 5/6. The diet at one half takes .3 more than EL2N."""
    found = {method: {seed: a_record(seconds=9, cpu=one) for seed, one in enumerate(values)}
             for method, values in TOOK.items()}
    judged = {verdict.claim: verdict for verdict in verdicts.table1(found)}
    assert words(list(judged.values())) == ["confirmed", "undecided", "undecided", "confirmed", "refuted", "undecided",
                                            "refuted", "undecided"]
    sb, less = judged["6. Selective-Backprop, 50 % pruned: an epoch takes less time"], list(judged.values())[-2]
    assert sb.value.mean == pytest.approx(np.mean([0.2, 0.19, 0.2]))
    assert sb.quantity == "share of an epoch's seconds saved (it takes 0.96 times its floor of 0.83):"
    assert less.value.mean == pytest.approx(-0.3) and "cheaper than one of EL2N" in less.claim
    assert words(verdicts.table1({})) == ["undecided"] * 8


def test_a_seed_of_another_machine_is_compared_with_nobody():
    """Of seed 0 the full training was made elsewhere: the diet's seed 1 stands beside EL2N's seed 1."""
    found = {method: {seed: a_record(cpu=one, made={"machine": "far"} if (method, seed) == (FULL, 0) else None)
                      for seed, one in enumerate(values)} for method, values in TOOK.items()}
    *_, half, _ = verdicts.table1(found)
    assert half.value.n == 2 and half.value.mean == pytest.approx((0.91 - 1.21 + 0.9 - 1.2) / 2)


def test_panel_e_and_f_by_hand():
    """Four examples, whose lowest quarter is one: example 0 of `same` and of `alike`, others of `other` and `third`."""
    same, alike, other, third = np.array([[0, 1, 2, 3], [0, 3, 2, 1], [3, 1, 2, 0], [1, 0, 2, 3.0]])
    assert words(verdicts.panel_e([same, same, same], 0.25)) == ["confirmed"]
    assert words(verdicts.panel_e([same, other, third], 0.25)) == ["refuted"]
    assert words(verdicts.panel_e([same, same, other], 0.25)) == ["undecided"]
    assert verdicts.panel_e([same, same, other, third], 0.25)[0].value.n == 4  # networks, of which there are 6 pairs
    assert words(verdicts.panel_f(same, [same, alike, same], 0.25)) == ["confirmed"]
    assert words(verdicts.panel_f(same, [other, third, other], 0.25)) == ["refuted"]
    assert words(verdicts.panel_f(same, [same, other], 0.25)) == ["undecided"]
    assert verdicts.panel_f(same, [same, other], 0.25)[0].value.mean == pytest.approx(2)  # 4 times and 0 times chance


def test_the_interval_over_networks_is_by_the_jackknife():
    """By hand: pairs of .2, .3 and .4 have pseudo-values 3 · .3 − 2 · (.4, .3, .2). One network, or two, give none."""
    found = common.over_networks(np.array([[9, 0.2, 0.3], [0.2, 9, 0.4], [0.3, 0.4, 9]]))
    assert (found.mean, found.n) == (pytest.approx(0.3), 3)
    assert found.high - found.mean == pytest.approx(4.30265 * 0.2 / np.sqrt(3), abs=1e-4)
    assert common.over_networks(np.array([[9, 0.2], [0.2, 9]])).n == 1
    assert common.over_networks(np.array([[9.0]])).n == 0


def test_where_a_pair_is_the_mean_of_its_two_the_interval_is_that_of_the_networks():
    """The law by which the jackknife is right: such a number says nothing of a pair that its two do not."""
    own = np.random.default_rng(1).normal(size=6)
    found = common.over_networks((own[:, None] + own[None, :]) / 2)
    expected = interval(own)
    assert (found.mean, found.low, found.high, found.n) == pytest.approx(
        (expected.mean, expected.low, expected.high, 6))


def test_sb_is_compared_with_a_random_draw_at_every_rate():
    rb, sb = "random_backprop", "selective_backprop"
    found = results({(sb, 0.1): LOW, (rb, 0.1): TOP, (sb, 0.5): TOP, (rb, 0.5): LOW, (sb, 0.25): TOP,
                     (rb, 0.25): NEAR})
    judged = verdicts.by_rate(found)
    assert [v.claim.split("at ")[1] for v in judged] == ["50 % pruned", "75 % pruned", "90 % pruned"]
    assert words(judged) == ["confirmed", "undecided", "refuted"]


def test_everything_is_every_claim_of_the_panels_once(monkeypatch):
    shared(monkeypatch, [0.5, 0.5], [0.6])
    compared(monkeypatch, (UP, UP))
    monkeypatch.setattr(poster, "el2n_members", lambda p: [UP, DOWN])
    monkeypatch.setattr(poster, "sb_uses", lambda p: [DOWN])
    about = Facts(np.array(list("abcdefgh")), np.arange(8) % 2, np.array(["a", "b"]), np.array([1.0, 2]), "")
    found = results({FULL: TOP})
    parts = [*verdicts.panel_a(found), *verdicts.panel_b(found), *verdicts.panel_c(SMOKE), *verdicts.panel_d(SMOKE),
             *verdicts.composition([UP, DOWN], about), *verdicts.table1(found), *verdicts.not_measured()]
    claims = [verdict.claim for verdict in verdicts.everything(SMOKE, found, about)]
    assert sorted(claims) == sorted(verdict.claim for verdict in parts) and len(claims) == 30
