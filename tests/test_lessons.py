"""What page one says of each kind of training set, from settings made by hand: each way it can come out."""

from __future__ import annotations

from dataclasses import replace

from test_advice import line

from dietsb_core.evidence import when
from dietsb_core.evidence.lessons import lessons
from dietsb_core.runs.grids.regimes import Regime

BALANCED, SHOWN = Regime("cifar10", 40, ()), Regime("cifar10-lt", 40, (), (5000, 10, 100))
HIDDEN = Regime("cifar100-hidden", 40, ())


def at(regime, *lines):
    return [replace(one, regime=regime) for one in lines]


def test_where_nothing_is_above_nothing_is_to_be_left_out():
    said, = lessons(when.corrected(at(BALANCED, line(20.0, 0.4), line(40.0, 0.5), line(20.0, 0.38, "ucb", 0.5),
                                      line(20.0, 0.4, "random_backprop", 0.5))))
    assert said == (
        "Classes in balance (cifar10-40): leave nothing out. Of 2 settings, beside tuned controls of their total "
        "cost, 1 is equal, 1 is below. Half of the compute buys 40.0 % by full training, 40.0 % by "
        "leaving out.")


def test_where_something_is_above_the_largest_gain_is_the_advice():
    said, = lessons(when.corrected(at(SHOWN, line(20.0, 0.4), line(40.0, 0.5), line(20.0, 0.41, "class_weights"),
                                      line(20.0, 0.45, "ucb", 0.5), line(20.0, 0.47, "dynamic_balanced", 0.5))))
    assert said.startswith(
        "A long tail that the labels show (cifar10-lt-40): leave examples out by random undersampling, 50 % pruned. At "
        "50 % of the compute it gains +7.0 points (6.7 to 7.3) over every control of that cost. Of 2 settings, beside "
        "tuned controls of their total cost, 2 are above.")
    assert said.endswith("40.0 % by full training, 41.0 % with balanced classes, 47.0 % by leaving out.")


def test_where_balanced_classes_do_better_they_are_the_advice():
    lines = [line(20.0, 0.4), line(20.0, 0.45, "class_weights"), line(20.0, 0.4, "ucb", 0.5)]
    said, = lessons(when.corrected(at(SHOWN, *lines)))
    assert said.startswith(
        "A long tail that the labels show (cifar10-lt-40): balance the classes, and leave nothing out.")


def test_one_seed_says_nothing_unless_another_regime_of_the_kind_has_more():
    one, more = line(20.0, 0.6, "ucb", 0.5, seeds=1), line(20.0, 0.4, "ucb", 0.5)
    said, = lessons(when.corrected(at(HIDDEN, line(20.0, 0.4), one)))
    assert said == "A long tail within the labels (cifar100-hidden-40): one seed so far, which decides nothing."
    longer = replace(HIDDEN, epochs=80)
    said, = lessons(when.corrected(at(HIDDEN, line(20.0, 0.4), one) + at(longer, line(20.0, 0.4), more)))
    assert said.startswith("A long tail within the labels (cifar100-hidden-80): leave nothing out.")


def test_kinds_come_in_their_order_and_only_where_they_are_on_record():
    lines = at(SHOWN, line(20.0, 0.4), line(20.0, 0.4, "ucb", 0.5)) + at(BALANCED, line(20.0, 0.4, "ucb", 0.5))
    assert [said.split(" (")[0] for said in lessons(when.corrected(lines))] == [
        "Classes in balance", "A long tail that the labels show"]
