"""What each method does with losses and scores, against traces worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from conftest import rng
from selecting import N, context

from dietsb_core import draw
from dietsb_core.examples import examples
from dietsb_core.ledger import Ledger
from dietsb_core.policies import policy
from dietsb_core.policies.backprop import (
    CdfSelectiveBackprop,
    SelectiveBackprop,
    StaleSelectiveBackprop,
)
from dietsb_core.policy import Context

# Jiang et al.: P(keep) = CDF^β over the last losses

def kept_share(beta: float, batches: list[list[float]], p_min: float = 0.0, seeds: int = 400) -> np.ndarray:
    """Share of `seeds` in which each example of the last batch is kept, with a history of 4 losses."""
    kept = torch.zeros(len(batches[-1]))
    for seed in range(seeds):
        ledger = Ledger(N)
        for step, losses in enumerate(batches):
            batch = examples(torch.arange(len(losses)))
            chosen = CdfSelectiveBackprop(beta, p_min, history=4).select(
                batch, context(losses, seed=seed, step=step, ledger=ledger))
        kept[chosen.pos] += 1
    return (kept / seeds).numpy()


@pytest.mark.parametrize(("beta", "batches", "chances"), [
    (1, [[1.0, 2.0]], [0, 1 / 2]),                          # the batch is in its own history
    (1, [[1.0, 2.0], [2.0, 3.0]], [1 / 4, 3 / 4]),          # of 1 2 2 3 only 1 is STRICTLY below 2
    (1, [[1.0, 2.0], [2.0, 3.0], [0.0, 5.0]], [0, 3 / 4]),  # 1 and 2 have left: 2 3 0 5
    (2, [[1.0, 2.0], [2.0, 3.0]], [1 / 16, 9 / 16]),
    (0, [[1.0, 2.0]], [1, 1]),                              # β = 0 keeps everything
])
def test_cdf_trace_by_hand(beta, batches, chances):
    share = kept_share(beta, batches)
    for chance, found in zip(chances, share, strict=True):
        if chance in (0, 1):
            assert found == chance
        assert found == pytest.approx(chance, abs=4 * np.sqrt(chance * (1 - chance) / 400) + 1e-9)


def test_p_min_is_a_floor():
    assert kept_share(1, [[1.0, 2.0]], p_min=0.3)[0] == pytest.approx(0.3, abs=0.1)


def test_cdf_leaves_the_first_epoch_unpruned():
    batch = examples(torch.arange(4))
    ctx = context([1.0, 2.0, 3.0, 4.0], epoch=0)
    assert CdfSelectiveBackprop(3).select(batch, ctx) is batch and not ctx.ledger.memory


@pytest.mark.parametrize("beta", [1, 2, 3])
def test_cdf_keeps_one_in_beta_plus_one(beta):
    method, ledger = policy("cdf_selective_backprop", 1 / (beta + 1)), Ledger(N)
    losses = torch.randn(140, N, generator=rng())
    assert method.beta == pytest.approx(beta) and method.kept() == pytest.approx(1 / (beta + 1))
    kept = [len(method.select(examples(torch.arange(N)), context(losses[step], step=step, ledger=ledger)))
            for step in range(140)]
    assert np.mean(kept[20:]) / N == pytest.approx(1 / (beta + 1), abs=0.02)  # of 7,680 examples
    assert len(ledger.memory["recent losses"]) == 1024


# Selective-Backprop and its stale form

def spied_losses(monkeypatch) -> list[torch.Tensor]:
    """What `draw.by_rank` is given, call by call."""
    seen, by_rank = [], draw.by_rank
    monkeypatch.setattr(draw, "by_rank", lambda losses, *rest: seen.append(losses) or by_rank(losses, *rest))
    return seen


def test_sb_draws_by_the_losses_of_its_own_candidates(monkeypatch):
    seen, losses = spied_losses(monkeypatch), torch.randn(32)
    ids = torch.randperm(N, generator=rng())[:32]
    chosen = SelectiveBackprop(0.25).select(examples(ids), context(losses))
    assert torch.equal(seen[0], losses) and torch.equal(chosen.ids, ids[chosen.pos]) and len(chosen) == 8


def test_sb_prefers_high_losses():
    losses, kept = torch.arange(32.0), torch.zeros(32)
    for seed in range(300):
        kept[SelectiveBackprop(0.25).select(examples(torch.arange(32)), context(losses, seed=seed)).pos] += 1
    assert kept[-8:].mean() > 4 * kept[8:16].mean()


def test_stale_sb_pairs_each_loss_with_its_own(monkeypatch, make_trainer, watch):
    """The losses of a whole queue, zipped with the chosen examples only, would be misaligned."""
    trainer = make_trainer("stale_selective_backprop", 0.1, refresh=3)
    hard = torch.rand(400, generator=rng()) < 0.5
    trainer.ledger.columns["loss"] = torch.where(hard, 10.0, 0.1) + torch.rand(400, dtype=torch.float64)
    before, given, seen = trainer.ledger["loss"].clone(), spied_losses(monkeypatch), watch(trainer)
    trainer.epoch(1)
    trained = torch.cat(seen.seen.trained)
    assert hard[trained].float().mean() > 0.95  # at keep .1 the lower half has hardly any weight
    for losses, ids in zip(given, seen.seen.candidates, strict=True):
        assert torch.equal(losses, before[ids])


@pytest.mark.parametrize(("start", "fresh"), [(0.0, [0, 3, 6, 9]), (0.25, [3, 6, 9]), (0.5, [5, 8])])
def test_stale_sb_refreshes_every_third_epoch_from_its_start(start, fresh):
    forwarded = []
    for epoch in range(10):
        ctx = Context(Ledger(N), torch.zeros(N), 0, epoch, 10, 0,
                      lambda batch: forwarded.append(epoch) or torch.rand(len(batch)))  # noqa: B023
        StaleSelectiveBackprop(0.5, start=start, refresh=3).select(examples(torch.arange(8)), ctx)
    assert forwarded == fresh


@pytest.mark.parametrize("name", ["random_backprop", "selective_backprop", "stale_selective_backprop",
                                  "diet_sb"])
def test_start_is_honoured(name, make_trainer):
    """Before `start` of the epochs everything in the pool is trained on, and nothing is scouted."""
    trainer = make_trainer(name, 0.5, start=0.5)
    before, after = trainer.epoch(0), trainer.epoch(2)
    assert before["backprops"] == before["forwards"] == before["steps"] * 32
    assert after["backprops"] == after["steps"] * (21 if name == "diet_sb" else 16)
    early, late = (trainer.policy.shape(32, epoch, 3) for epoch in (1, 2))  # 1 / 3 is before the half
    assert early == (32, 32) and late[1] < 32
