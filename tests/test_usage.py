"""Claim 7, and the use of examples, on records that are made by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from second_source import ABSENT, measured, record, results

from dietsb_book import tables
from dietsb_core.evidence import usage, verdicts

# Claim 7: the same on another data set, whichever way

def of_poster(sb: list[float], el2n: list[float] = (0.5, 0.51, 0.52)) -> dict:
    return results(full_100=[0.60, 0.61, 0.62], selective_backprop_50=sb, el2n_75=el2n)

LIKE, WORSE, TORN = [0.61, 0.62, 0.63], [0.4, 0.41, 0.42], [0.5, 0.6, 0.7]  # SB: no loss, loss, cannot be said


@pytest.mark.parametrize(("here", "there", "word"), [
    (LIKE, LIKE, "confirmed"), (WORSE, WORSE, "confirmed"), (LIKE, WORSE, "refuted"), (WORSE, LIKE, "refuted"),
    (TORN, LIKE, "undecided"), (WORSE, TORN, "undecided"), (LIKE, [], "undecided")])
def test_claim_seven_compares_the_verdicts_of_two_sets(here, there, word):
    found = verdicts.claim7(of_poster(here), of_poster(there))
    assert [verdict.word for verdict in found] == [found[0].word, word, "undecided", "undecided"]


def test_claim_seven_shows_both_values():
    found = verdicts.claim7(of_poster(LIKE), of_poster(WORSE))
    assert measured(found[1]) == ("Selective-Backprop, 50 % pruned, minus full training: +1.0 points [+1.0, +1.0] "
                                  "(confirmed); on the first set -20.0 points [-20.0, -20.0] (refuted)")
    assert found[1].row()["n"] == "3 and 3" and found[1].row()["verdict"] == "refuted"
    assert measured(found[2]).endswith(f"{ABSENT} (undecided); on the first set {ABSENT} (undecided)")


def test_shares_by_hand():
    assert usage.shares(record(0.5, [4, 4, 2, 1, 0])) == pytest.approx({"always": 0.4, "sometimes": 0.4, "never": 0.2})


def test_of_full_training_the_set_is_everything_whoever_a_short_batch_left_over():
    """Records from before sets were told from what was trained on."""
    whole = record(0.5, [4, 4, 3, 4])
    whole.config = {}  # full training is the default, which a configuration leaves out
    assert usage.turnover(whole) == 1.0
    assert usage.shares(whole) == {"always": 1.0, "sometimes": 0.0, "never": 0.0}
    assert usage.with_el2n(whole, np.array([0.1, 0.2, 0.3, 0.4])) == 0.0


def test_what_the_set_was_counts_and_of_settled_epochs_alone():
    """In the two epochs that tour the data all are trained on; in the two settled ones the first pair alone is."""
    member, selected = np.array([2, 2, 0, 0]), np.array([3, 3, 1, 1])
    rows = [{"settled": epoch > 1} for epoch in range(4)]
    found = SimpleNamespace(rows=rows, config={}, column=lambda name: {"member": member, "selected": selected}[name])
    assert usage.emphasis(found, np.array([True, False, True, False])) == 1.0
    assert usage.emphasis(found, np.array([True, True, True, False])) == np.inf  # the one outside was never of it
    assert usage.with_el2n(found, np.array([4.0, 3, 2, 1])) == pytest.approx(0.894, abs=1e-3)
    none = SimpleNamespace(rows=[{"settled": False}] * 4, config={}, column=found.column)
    assert np.isnan(usage.emphasis(none, member > 0)) and np.isnan(usage.with_el2n(none, member))
    assert tables.emphasis({("ucb", 0.1): {"hard": [usage.emphasis(none, member > 0)]}}).data.iloc[0, 1] == "–"


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
