"""Which examples were used, and how tables and figures show it, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from drawn import rows
from rows import InMemory, a_record, shown

from dietsb_book import charts, tables
from dietsb_core.evidence import usage

RISING = np.array([0.1, 0.2, 0.3, 0.4])


def used(*times: int, **more: object) -> InMemory:
    """A record of four epochs, older than sets that are not what was trained on: how often each example was used."""
    return a_record(epochs=4, columns={"selected": times}, **more)


def test_shares_by_hand():
    assert usage.shares(used(4, 4, 2, 1, 0)) == pytest.approx({"always": 0.4, "sometimes": 0.4, "never": 0.2})


def test_of_full_training_the_set_is_everything_whoever_a_short_batch_left_over():
    """Records from before sets were told from what was trained on."""
    whole = used(4, 4, 3, 4, config={})  # full training is the default, which a configuration leaves out
    assert usage.turnover(whole) == 1.0
    assert usage.shares(whole) == {"always": 1.0, "sometimes": 0.0, "never": 0.0}
    assert usage.with_el2n(whole, RISING) == 0.0


def test_what_the_set_was_counts_and_of_settled_epochs_alone():
    """In the two epochs that tour the data all are trained on; in the two settled ones the first pair alone is."""
    columns = {"member": [2, 2, 0, 0], "selected": [3, 3, 1, 1]}
    found = a_record(settled="..ss", columns=columns)
    assert usage.emphasis(found, np.array([True, False, True, False])) == 1.0
    assert usage.emphasis(found, np.array([True, True, True, False])) == np.inf  # the one outside was never of it
    assert usage.with_el2n(found, -RISING) == pytest.approx(0.894, abs=1e-3)


def test_where_no_epoch_is_settled_nothing_is_reported():
    found, group = a_record(settled="....", columns={"member": [0] * 4}), np.array([True, False, True, False])
    assert np.isnan(usage.emphasis(found, group)) and np.isnan(usage.with_el2n(found, RISING))
    table = shown(tables.emphasis({("ucb", 0.1): {"hard": [usage.emphasis(found, group)]}}))
    assert list(table["hard, times as often"]) == ["–"]


def test_a_seed_that_tells_nothing_is_left_out_of_the_table_and_the_figure_says_where_none_does():
    def told(*always: float) -> dict:
        return dict.fromkeys(("always", "sometimes", "never", "turnover", "EL2N", "worst class", "balance"), [*always])

    found = {("ucb", 0.1): told(np.nan, np.nan), ("ucb", 0.5): told(0.2, np.nan, 0.4), ("ucb", 0.3): told(0.2)}
    assert list(shown(tables.usage(found))["always, %"]) == ["–", "30.0 [-97.1, 157.1]", "20.0"]
    bars = rows(charts.usage_bars(found))
    assert [round(bar["share"]) for bar in bars] == [0, 0, 0, 30, 30, 30, 20, 20, 20]
    assert [bar["said"].endswith("no epoch went by its score") for bar in bars] == [True] * 3 + [False] * 6


def test_turnover_is_the_mean_over_neighbouring_epochs_and_unknown_of_one():
    assert usage.turnover(a_record(epochs=4, jaccard=0.5)) == 0.5
    assert np.isnan(usage.turnover(a_record(epochs=1, jaccard=0.5)))


def test_the_worst_class_is_the_lowest_and_unknown_of_an_older_record():
    assert usage.worst_class(a_record(class_accuracy=[0.7, 0.1, 0.9])) == 0.1
    assert np.isnan(usage.worst_class(a_record()))


def test_class_balance_by_hand():
    """All of one class: one effective class of two. Alike: two."""
    labels = np.array([0, 0, 1, 1])
    assert usage.class_balance(used(3, 3, 0, 0), labels) == pytest.approx(0.5)
    assert usage.class_balance(used(1, 3, 2, 2), labels) == pytest.approx(1.0)


def test_emphasis_by_hand():
    assert usage.emphasis(used(4, 2, 1, 2), np.array([True, True, False, False])) == pytest.approx(2.0)


def test_use_and_el2n_are_ranked_together():
    assert usage.with_el2n(used(1, 2, 3, 4), RISING) == pytest.approx(1.0)
    assert usage.with_el2n(used(2, 2, 2, 2), RISING) == 0.0


def test_known_truth_of_the_drawn_set_and_of_no_other():
    known = usage.truth("procedural-small")
    assert set(known) == {"hard", "rare", "flipped"} and known["hard"].mean() == pytest.approx(0.25, abs=0.01)
    assert usage.truth("digits") == {}
