"""Overlaps and ranks against slow obvious references, and the law that chance is the fraction itself."""

from __future__ import annotations

import numpy as np
import pytest
from one_line import refused
from scipy import stats

from dietsb_core.evidence.overlap import FRACTIONS, combined, membership, overlap, ranks, spearman
from dietsb_core.evidence.verdicts import class_share, effective_classes
from dietsb_core.runs.facts import Facts, class_diversity


def test_overlap_without_ties_is_a_set_intersection() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.permutation(200).astype(float), rng.permutation(200).astype(float)
    for fraction in FRACTIONS:
        k = round(fraction * 200)
        both = set(np.argsort(a)[:k]) & set(np.argsort(b)[:k])
        assert overlap(a, b, fraction) == pytest.approx(len(both) / k)


def test_ties_share_the_border_equally() -> None:
    # Two are below the border, and four tie for the other two places: by hand.
    values = np.array([0, 0, 1, 1, 1, 1, 2, 2], dtype=float)
    np.testing.assert_allclose(membership(values, 0.5), [1, 1, 0.5, 0.5, 0.5, 0.5, 0, 0])


def test_overlap_with_ties_is_that_of_random_tie_breaks() -> None:
    rng = np.random.default_rng(2)
    a, b = rng.integers(0, 5, 300).astype(float), rng.normal(size=300)
    broken = [overlap(a + rng.uniform(0, 0.5, 300), b, 0.25) for _ in range(2000)]
    assert overlap(a, b, 0.25) == pytest.approx(np.mean(broken), abs=4 * np.std(broken) / np.sqrt(2000))


def test_by_chance_the_overlap_is_the_fraction_and_with_itself_all() -> None:
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=(2, 50_000))
    for fraction in FRACTIONS:
        assert overlap(a, b, fraction) == pytest.approx(fraction, abs=0.02)
        assert overlap(a, a, fraction) == pytest.approx(1)


def test_ranks_and_spearman_are_scipys() -> None:
    rng = np.random.default_rng(4)
    a, b = rng.integers(0, 9, (2, 100)).astype(float)
    np.testing.assert_allclose(ranks(a), stats.rankdata(a) - 1)
    assert spearman(a, b) == pytest.approx(stats.spearmanr(a, b).statistic)


def test_the_combined_rank_is_the_mean_of_two_shares_by_hand() -> None:
    assert combined(np.array([3.0, 1.0, 2.0]), np.array([5.0, 5.0, 7.0])).tolist() == [1.25 / 3, 0.25 / 3, 1.5 / 3]


def test_scores_of_different_lengths_are_refused_in_one_line() -> None:
    refused(lambda: overlap(np.zeros(3), np.zeros(4), 0.5), "cannot compare 3 scores with 4")


def test_diversity_is_half_the_mean_squared_distance_of_pairs() -> None:
    rng = np.random.default_rng(5)
    images, labels = rng.integers(0, 256, (12, 4, 4, 3)).astype(np.uint8), np.repeat([0, 1], 6)
    for label, found in enumerate(class_diversity(images, labels, 2)):
        members = images[labels == label] / 255
        pairs = [((x - y) ** 2).mean() for x in members for y in members]
        assert found == pytest.approx(np.mean(pairs) / 2)


def test_class_shares_and_effective_classes_by_hand() -> None:
    facts = Facts(np.array(list("abcd")), np.array([0, 0, 1, 1]), np.array(["x", "y"]), np.ones(2), "")
    np.testing.assert_allclose(class_share(np.array([0.0, 1.0, 2.0, 3.0]), facts, 0.5), [1, 0])
    assert effective_classes(np.array([0.5, 0.5, 0.5])) == pytest.approx(3)
    assert effective_classes(np.array([0.5, 0.0, 0.0])) == pytest.approx(1)
