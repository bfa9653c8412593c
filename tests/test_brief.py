"""The answer in a sentence a kind of training set, from settings made by hand: each way it can come out."""

from __future__ import annotations

from dataclasses import replace

from rows import a_record
from test_advice import line
from test_lessons import BALANCED, HIDDEN, SHOWN, at

from dietsb_core.evidence import when
from dietsb_core.evidence.brief import brief

SCALE = "40 epochs, a network of 0.3 M parameters)."


def said(*lines) -> list[str]:
    record = a_record()
    record.info["parameters"] = 300_000
    sized = [replace(one, setting=replace(one.setting, records=dict.fromkeys(one.setting.records, record)))
             for one in lines]
    return brief(when.corrected(sized))


def test_where_nothing_is_above_the_best_gain_is_said():
    assert said(*at(BALANCED, line(20.0, 0.4), line(40.0, 0.5), line(20.0, 0.38, "ucb", 0.5),
                    line(20.0, 0.401, "random_backprop", 0.5))) == [
        "Classes in balance? Leave nothing out, and train for half as long: the best of 2 ways to leave examples out "
        f"gains 0.1 points beside a schedule of equal cost (cifar10, {SCALE}"]


def test_where_something_is_above_it_is_the_advice():
    one, = said(*at(SHOWN, line(20.0, 0.4), line(40.0, 0.5), line(20.0, 0.47, "dynamic_balanced", 0.5)))
    assert one == ("Rare classes, and labels that say which? Leave examples out by random undersampling, 50 % pruned: "
                   f"+7.0 points (6.7 to 7.3) at 50 % of the compute (cifar10-lt, {SCALE}")


def test_one_seed_decides_nothing_and_a_regime_without_methods_says_nothing():
    lines = at(HIDDEN, line(20.0, 0.4), line(40.0, 0.5), line(20.0, 0.39, "ucb", 0.5, seeds=1))
    assert said(*lines) == ["Rare kinds within the classes? Nothing is decided yet: with one seed, the one way to "
                            "leave examples out loses 1.0 points beside a schedule of equal cost (cifar100-hidden, "
                            + SCALE]
    assert said(*lines[:2]) == []
