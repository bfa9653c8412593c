"""What a page's scale does to a verdict's word, how a list of verdicts is corrected, and what the table says of it."""

from __future__ import annotations

import pytest
from rows import around, results, shown, words, write

from dietsb_book import tables
from dietsb_core.evidence import verdicts
from dietsb_core.evidence.report import recorded
from dietsb_core.evidence.scale import POSTER, RAJU, Scale, measured
from dietsb_core.evidence.statistics import Interval, Verdict, interval
from dietsb_core.runs import grids
from dietsb_core.runs.presets import preset

TOY, LIKE = Scale("cifar100", "airbench", 10, 0.088), Scale("cifar100", "resnet18", 30)
UP, DOWN = interval([0.2, 0.21, 0.22]), interval([-0.2, -0.21, -0.22])


def claim(value: Interval, **more: object) -> Verdict:
    return Verdict("claim", "what was measured:", value, 0.0, "points", **more)


@pytest.mark.parametrize(("scale", "below"), [
    (TOY, True), (LIKE, False), (Scale("cifar100", "resnet18", 20), False), (Scale("cifar100", "resnet18", 19), True),
    (Scale("cifar100", "resnet8", 200), True), (Scale("cifar10", "resnet20", 200), False)])
def test_far_below_is_another_network_or_fewer_than_a_tenth_of_the_epochs(scale, below):
    assert scale.below(POSTER) == below


def test_a_claim_of_200_epochs_is_not_refuted_by_ten_of_a_small_network():
    said = [claim(value, source=POSTER).at(TOY).said for value in (UP, DOWN, interval([0.1, -0.1, 0.2]))]
    assert said == ["toy scale, points to: confirmed", "toy scale, points to: refuted", "undecided"]
    assert claim(interval([0.001, 0.0, -0.001]), source=RAJU, margin=0.01).at(TOY).said == "toy scale, points to: equal"


def test_the_plain_word_stands_at_a_comparable_scale_and_for_what_no_source_claims():
    assert claim(DOWN, source=POSTER).at(LIKE).said == claim(DOWN).at(TOY).said == "refuted"
    assert claim(DOWN, source=POSTER).said == "refuted"  # where nothing says at what scale


def test_a_verdict_that_names_its_scale_keeps_it():
    assert claim(UP, scale=LIKE).at(TOY).scale is LIKE and claim(UP).at(TOY).row()["measured on"] == (
        "cifar100, airbench, 10 epochs, 9 % fit")


def test_claim_7_says_that_both_refute_the_statement_and_that_it_is_a_toy():
    here = results({("full", 1.0): around(0.61), ("random_backprop", 0.25): around(0.4)})
    _, _, found, _ = verdicts.claim7(here, here)
    assert found.row()["verdict"] == "confirmed, and both refute the statement"
    toy = found.at(Scale("cifar10", "resnet20", 10)).row()
    assert toy["verdict"] == "toy scale, points to: confirmed, and both refute the statement"
    assert toy["measured on"] == "cifar10, resnet20, 10 epochs"


def test_the_scale_of_a_page_is_that_of_its_full_training():
    p = preset("smoke")
    for run in (pruned := grids.run(p, "random_backprop", 0.5, 0), full := grids.run(p, "full", 1.0, 0)):
        write(run, fit=0.25)
    longer = grids.run(p, "full", 1.0, 0, epochs=4)
    write(longer)
    assert measured(recorded([grids.run(p, "random_backprop", 0.5, 0), longer])).epochs == 4
    assert measured(recorded([pruned, full])) == Scale("procedural-small", "airbench_small", 2, 0.25)
    assert measured(recorded([pruned])).epochs == 2 and measured({}) is None


# The correction

def near(distance: float) -> Interval:
    """Three values whose mean is `distance` standard errors above zero; t of two degrees of freedom is 4.3."""
    return Interval(distance, distance - 4.303, distance + 4.303, 3, 1.0, 2.0)


def test_holm_is_over_the_tests_of_a_list():
    """p of 4.5 with two degrees of freedom is .046: alone it is enough, and among two tests it is not."""
    assert words(verdicts.corrected([claim(near(4.5))])) == ["confirmed"]
    assert words(verdicts.corrected([claim(near(4.5)), claim(near(0.5))])) == ["undecided"] * 2
    assert words(verdicts.corrected([claim(near(4.5)), claim(near(-9.0))])) == ["confirmed", "refuted"]
    none = [claim(interval([])), claim(interval([1.0, 1.1])), claim(Interval(1.0, 1.0, 1.0, 3))]
    assert words(verdicts.corrected([claim(near(4.5)), *none])) == ["confirmed", "undecided", "undecided", "confirmed"]


def test_equal_needs_no_correction():
    """It is what the whole interval says, and errs towards undecided."""
    found = verdicts.corrected([claim(interval([0.001, 0.0, -0.001]), margin=0.01)] * 2 + [claim(near(1.0))] * 9)
    assert words(found)[:2] == ["equal", "equal"] and found[0].p > 0.05


HOLM = "Confirmed and refuted have p < .05 after Holm's correction for the 3 tests of this table."


def test_the_table_is_one_family_and_says_so_once_with_the_sources_scale():
    found = [claim(near(4.5), source=POSTER), claim(near(9.0), source=POSTER), claim(near(0.5))]
    table = tables.verdicts(found, TOY)
    assert list(shown(table)["verdict"]) == ["undecided", "toy scale, points to: confirmed", "undecided"]
    assert set(shown(table)["measured on"]) == {"cifar100, airbench, 10 epochs, 9 % fit"}
    assert table.caption == HOLM + (" At toy scale the claim was made at a far larger one (the poster: resnet18, "
                                    "googlenet, resnet20, 200 epochs).")
    assert tables.verdicts(found, LIKE).caption == tables.verdicts(found).caption == HOLM
    alone = tables.verdicts([claim(near(4.5))])
    assert list(shown(alone)["verdict"]) == ["confirmed"] and not alone.caption and "measured on" not in shown(alone)
