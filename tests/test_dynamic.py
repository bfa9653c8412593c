"""Dynamic pruning against traces by hand, and the laws that its rules state."""

from __future__ import annotations

import math

import pytest
import torch
from conftest import rng
from pools import context, everything

from dietsb_core.examples import Examples
from dietsb_core.ledger import Ledger
from dietsb_core.policies import policy
from dietsb_core.policies.dynamic import UCB, DynamicRandom, EpsilonGreedy


def seen(method, ledger: Ledger, ids: list[int], losses: list[float]) -> None:
    """A training step on `ids` that had these losses."""
    at = torch.tensor(ids)
    batch = Examples(at, torch.arange(len(at)), loss=torch.tensor(losses, dtype=torch.float64))
    method.observe(batch, torch.zeros(len(at), dtype=torch.bool), ledger)


def test_running_mean_by_hand():
    """α = .8: 2; .2·2 + .8·1 = 1.2; .2·1.2 + .8·3 = 2.64. An example that was never seen stays at infinity."""
    ledger, method = Ledger(2, dtype=torch.float64), EpsilonGreedy(0.5)
    for loss, mean in ((2.0, 2.0), (1.0, 1.2), (3.0, 2.64)):
        seen(method, ledger, [0], [loss])
        assert ledger["mean"][0].item() == pytest.approx(mean, abs=1e-12)
    assert ledger["mean"][1] == math.inf


def test_running_variance_by_hand():
    """The mean is the OLD one: v = 0; .2·0 + .8·(1−2)² = .8; .2·.8 + .8·(3−1.2)² = 2.752."""
    ledger, method = Ledger(2, dtype=torch.float64), UCB(0.5, c=0.5)
    for loss, mean, variance in ((2.0, 2.0, 0.0), (1.0, 1.2, 0.8), (3.0, 2.64, 2.752)):
        seen(method, ledger, [0], [loss])
        assert ledger["variance"][0].item() == pytest.approx(variance, abs=1e-12)
        assert method.value(ledger)[0].item() == pytest.approx(mean + 0.5 * variance, abs=1e-12)
    assert method.value(ledger)[1] == math.inf


def test_ucb_keeps_the_largest_mean_plus_variance():
    """Means .5, 1, 2 and 3, variances 4, 0, .1 and 0: with c = 1 first and last stay, with c = 0 the last two."""
    ledger = Ledger(4, dtype=torch.float64)
    ledger.columns["mean"] = torch.tensor([0.5, 1, 2, 3], dtype=torch.float64)
    ledger.columns["variance"] = torch.tensor([4.0, 0, 0.1, 0], dtype=torch.float64)
    for c, expected in ((1.0, [0, 3]), (0.0, [2, 3])):
        ledger.columns.pop("chosen", None)  # choose anew
        kept = UCB(0.5, c=c).prune(everything(4), context(ledger))
        assert sorted(kept.ids.tolist()) == expected


def test_epsilon_greedy_takes_its_shares():
    """Of 100 with scores 0..99, keep 40, ε = .25: the 30 highest always; 10 of the other 70, each 1/7 of the time."""
    ledger, counts = Ledger(100, dtype=torch.float64), torch.zeros(100)
    ledger.columns["mean"] = torch.arange(100, dtype=torch.float64)
    draws = 2000
    for epoch in range(draws):
        kept = EpsilonGreedy(0.4, epsilon=0.25).prune(everything(100), context(ledger, epoch))
        assert len(kept.ids.unique()) == 40
        counts[kept.ids] += 1
    assert (counts[70:] == draws).all()
    spread = math.sqrt(draws * (1 / 7) * (6 / 7))
    assert (counts[:70] - draws / 7).abs().max() < 4.5 * spread
    ledger.columns.pop("chosen")
    greedy = EpsilonGreedy(0.4, epsilon=0.0).prune(everything(100), context(ledger))
    assert sorted(greedy.ids.tolist()) == list(range(60, 100))


@pytest.mark.parametrize("method", [EpsilonGreedy(0.25, epsilon=0.0), UCB(0.25)])
def test_unseen_examples_come_first_in_no_order_of_the_file(method):
    """Four periods of a quarter see all 40 once; the first is no prefix of the file, and depends on the seed."""
    ledger, so_far = Ledger(40, dtype=torch.float64), set()
    firsts = {tuple(sorted(method.prune(everything(40), context(Ledger(40), seed=s)).ids.tolist())) for s in range(5)}
    assert len(firsts) == 5 and tuple(range(10)) not in firsts
    for epoch in range(4):
        kept = method.prune(everything(40), context(ledger, epoch)).ids.tolist()
        assert len(kept) == 10 and not so_far & set(kept)
        so_far |= set(kept)
        seen(method, ledger, kept, [100.0 + i for i in range(10)])  # a high loss is still below an unseen one
    assert len(so_far) == 40


def test_a_pass_scores_the_whole_pool_before_each_choice():
    """Losses of the pass are 0..19: the highest five stay, although training saw others; it runs once a period."""
    ledger, calls = Ledger(20, dtype=torch.float64), []

    def survey(pool: Examples) -> torch.Tensor:
        calls.append(len(pool))
        return pool.ids.double()

    method = UCB(0.25, period=2, source="pass")
    for epoch in range(4):
        kept = method.prune(everything(20), context(ledger, epoch, survey=survey))
        assert sorted(kept.ids.tolist()) == [15, 16, 17, 18, 19]
        seen(method, ledger, [0], [1000.0])
    assert calls == [20, 20]
    assert method.floor(1 / 3) == pytest.approx(0.25 + 1 / 6)


@pytest.mark.parametrize("method", [DynamicRandom(0.3, period=3), EpsilonGreedy(0.3, period=3), UCB(0.3, period=3)])
def test_a_subset_stays_for_its_period(method):
    """Also for a run that is resumed in the middle of it, since the subset is a column."""
    ledger, subsets = Ledger(50, dtype=torch.float64), []
    for epoch in range(9):
        kept = method.prune(everything(50), context(ledger, epoch)).ids
        seen(method, ledger, kept.tolist(), torch.rand(len(kept), generator=rng(epoch)).tolist())
        subsets.append(kept.tolist())
        fresh = Ledger(50, dtype=torch.float64)
        fresh.load_state_dict(ledger.state_dict())
        ledger = fresh
    for first in (0, 3, 6):
        assert subsets[first] == subsets[first + 1] == subsets[first + 2]
    assert subsets[0] != subsets[3] != subsets[6]


def test_dynamic_random_is_uniform_and_independent():
    """Each of 30 examples is in a third of 3000 periods; two neighbouring ones share a third as well."""
    ledger, counts, shared, last = Ledger(30), torch.zeros(30), 0, set()
    for epoch in range(3000):
        kept = set(DynamicRandom(1 / 3).prune(everything(30), context(ledger, epoch)).ids.tolist())
        counts[list(kept)] += 1
        shared, last = shared + len(kept & last), kept
    assert (counts - 1000).abs().max() < 4.5 * math.sqrt(3000 * (1 / 3) * (2 / 3))
    assert shared / 3000 / 10 == pytest.approx(1 / 3, abs=0.02)


@pytest.mark.parametrize("name", ["dynamic_random", "epsilon_greedy", "ucb", "random_prune", "el2n"])
@pytest.mark.parametrize("keep", [0.7, 0.5, 0.3, 0.2, 0.1, 0.015])
def test_budgets_are_exact_at_every_rate(name, keep):
    ledger = Ledger(1000)
    ledger.columns["el2n"] = torch.rand(1000, generator=rng())
    assert len(policy(name, keep).prune(everything(1000), context(ledger))) == round(1000 * keep)


@pytest.mark.parametrize("size", [1000, 73257, 997])
@pytest.mark.parametrize("keep", [0.7, 0.5, 0.3, 0.2, 0.1])
def test_a_chains_budget_is_each_ones_own_nearest_number(keep, size):
    """Which is the product's own to one example: 36,629 of SVHN's 73,257 at one half, where half is 36,628.5."""
    ledger = Ledger(size)
    ledger.columns["el2n"] = torch.rand(size, generator=rng())
    kept = len(policy("diet_dynamic", keep, static=0.75).prune(everything(size), context(ledger)))
    assert kept == round(keep / 0.75 * round(0.75 * size)) and abs(kept - keep * size) <= 1


def test_a_chain_prunes_what_is_left():
    """EL2N keeps the upper half of 100; of those dynamic random draws a fifth: ten of them, never a lower one."""
    ledger, met = Ledger(100), set()
    ledger.columns["el2n"] = torch.arange(100.0)
    for epoch in range(60):
        kept = policy("diet_dynamic", 0.1, static=0.5).prune(everything(100), context(ledger, epoch)).ids.tolist()
        assert len(kept) == 10
        met |= set(kept)
    assert met == set(range(50, 100))
