"""The draws: distributions against NumPy, published octiles and exact enumeration; exactness; bad sizes."""

from __future__ import annotations

from collections import Counter
from itertools import permutations

import numpy as np
import pytest
import torch
from one_line import refused

from dietsb_core import draw
from dietsb_core.rng import generator

# Inclusion probability by octile of loss, n = 128, lowest losses first (reference values, to two decimals).
OCTILES = {0.5: (0.09, 0.26, 0.39, 0.50, 0.59, 0.67, 0.72, 0.77),
           0.25: (0.00, 0.01, 0.04, 0.11, 0.23, 0.38, 0.53, 0.70)}


def frequencies(draws: list, n: int) -> np.ndarray:
    """How often each of n positions was drawn."""
    return np.bincount(np.concatenate([np.asarray(one) for one in draws]), minlength=n) / len(draws)


def deviation(p: np.ndarray, draws: int) -> np.ndarray:
    """Standard deviation of a frequency over independent draws, and a little, so that it is never 0."""
    return np.sqrt(p * (1 - p) / draws) + 1e-3


@pytest.mark.parametrize("keep", [0.5, 0.25, 0.75])
def test_by_rank_includes_as_numpy_choice_without_replacement(keep):
    n, times = 16, 3000
    k, rng, choice = int(keep * n), generator("cpu", "by rank"), np.random.default_rng(0).choice
    losses = torch.randn(n, generator=generator("cpu", "losses"))
    weight = ((np.arange(n) + 0.5) / n) ** (1 / keep - 1)
    theirs = frequencies([choice(n, k, replace=False, p=weight / weight.sum()) for _ in range(times)], n)
    ours = frequencies([draw.by_rank(losses, keep, k, rng) for _ in range(times)], n)[losses.argsort()]
    assert (np.abs(ours - theirs) < 4 * np.sqrt(2) * deviation(theirs, times)).all()


@pytest.mark.parametrize("keep", OCTILES)
def test_by_rank_has_the_octiles_of_the_reference(keep):
    n, times = 128, 2000
    losses, rng = torch.arange(n).flip(0) / n, generator("cpu", "octiles")  # highest loss first
    drawn = frequencies([draw.by_rank(losses, keep, int(keep * n), rng) for _ in range(times)], n)[::-1]
    assert drawn.reshape(8, 16).mean(1) == pytest.approx(np.array(OCTILES[keep]), abs=0.012)


def test_weighted_is_sequential_drawing():
    """Slow and obvious: the probability of each ordered pair is p_i · p_j / (1 − p_i)."""
    p, times, rng = np.array([0.4, 0.3, 0.2, 0.1]), 6000, generator("cpu", "pairs")
    log_p = torch.from_numpy(p).log()
    counts = Counter(tuple(draw.weighted(log_p, 2, rng).tolist()) for _ in range(times))
    pairs = list(permutations(range(4), 2))
    exact = np.array([p[i] * p[j] / (1 - p[i]) for i, j in pairs])
    drawn = np.array([counts[pair] / times for pair in pairs])
    assert (np.abs(drawn - exact) < 4 * deviation(exact, times)).all()


def test_weight_does_not_depend_on_scale_or_overflow():
    """exp(2000) is infinite: the draw works on logarithms."""
    low = torch.tensor([0.0, 1.0, 2.0])
    for shift in (2000.0, -2000.0):
        one, other = (draw.weighted(weights, 2, generator("cpu", 7)) for weights in (low, low + shift))
        assert torch.equal(one, other)


def test_by_rank_looks_at_ranks_alone_and_takes_infinite_losses():
    losses = torch.tensor([0.1, torch.inf, 3.0, 0.2, torch.inf])
    ranks = torch.tensor([0.0, 3.0, 2.0, 1.0, 4.0])
    for seed in range(20):
        assert torch.equal(draw.by_rank(losses, 0.5, 3, generator("cpu", seed)),
                           draw.by_rank(ranks, 0.5, 3, generator("cpu", seed)))


def test_uniform_is_uniform():
    n, k, times, rng = 12, 5, 4000, generator("cpu", "uniform")
    drawn = frequencies([draw.uniform(n, k, rng) for _ in range(times)], n)
    assert (np.abs(drawn - k / n) < 4 * deviation(np.full(n, k / n), times)).all()


def test_top_is_largest_first_and_stable():
    values = torch.tensor([0.0, 2.0, 0.0, 1.0, 2.0, 0.0])
    assert draw.top(values, 5).tolist() == [1, 4, 3, 0, 2]
    many = torch.zeros(5000)  # enough that an unstable sort shows
    assert torch.equal(draw.top(many, 100), torch.arange(100))


DRAWS = {
    "top": lambda n, k: draw.top(torch.arange(float(n)), k),
    "uniform": lambda n, k: draw.uniform(n, k, generator("cpu", 1)),
    "weighted": lambda n, k: draw.weighted(torch.zeros(n), k, generator("cpu", 1)),
    "by_rank": lambda n, k: draw.by_rank(torch.arange(float(n)), 0.5, k, generator("cpu", 1)),
}


@pytest.mark.parametrize("name", DRAWS)
def test_exactly_k_different_positions(name):
    for n, k in ((1, 1), (7, 3), (7, 7), (1000, 999)):
        drawn = DRAWS[name](n, k)
        assert drawn.dtype == torch.int64 and len(drawn) == len(set(drawn.tolist())) == k
        assert 0 <= int(drawn.min()) and int(drawn.max()) < n


@pytest.mark.parametrize("name", DRAWS)
@pytest.mark.parametrize(("n", "k"), [(5, 0), (5, 6), (5, -1), (0, 0)])
def test_what_cannot_be_drawn_is_refused(name, n, k):
    refused(lambda: DRAWS[name](n, k), f"cannot draw {k} of {n} examples")


def test_generators_are_keyed():
    keys = (0, 1, "a"), (0, 1, "a"), (0, "1", "a")
    one, same, other = (torch.rand(4, generator=generator("cpu", *key)) for key in keys)
    assert torch.equal(one, same) and not torch.equal(one, other)
    assert generator("cpu", 1, 23).initial_seed() != generator("cpu", 12, 3).initial_seed()
