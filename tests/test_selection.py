"""What each method does with losses and scores, against traces worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from conftest import rng

from dietsb_core import draw
from dietsb_core.errors import UserError
from dietsb_core.examples import Examples, examples
from dietsb_core.ledger import Ledger
from dietsb_core.policies import policy
from dietsb_core.policies.backprop import (
    CdfSelectiveBackprop,
    RandomBackprop,
    SelectiveBackprop,
    StaleSelectiveBackprop,
)
from dietsb_core.policies.static import ScorePrune
from dietsb_core.policy import Chain, Context, Policy

N = 64


def context(losses: list[float] | torch.Tensor = (), *, seed: int = 0, epoch: int = 1, step: int = 0,
            ledger: Ledger | None = None, labels: torch.Tensor | None = None) -> Context:
    """A step, of 10 epochs, at which the candidates' forward pass gives `losses`."""
    labels = torch.zeros(N, dtype=torch.int64) if labels is None else labels
    return Context(ledger or Ledger(N), labels, seed, epoch, 10, step, lambda batch: torch.as_tensor(losses))


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


# Pools

def test_balanced_pruning_keeps_each_classs_share_of_its_own_highest():
    sizes, keep = (40, 15, 8, 1), 0.6
    labels = torch.repeat_interleave(torch.arange(4), torch.tensor(sizes))[torch.randperm(N, generator=rng())]
    ledger = Ledger(N)
    ledger.columns["el2n"] = torch.rand(N, generator=rng(1)) + labels  # class 3 the hardest
    everything, ctx = examples(torch.arange(N)), context(ledger=ledger, labels=labels)
    pool = policy("el2n_balanced", keep).prune(everything, ctx)
    kept = torch.zeros(N, dtype=torch.bool)
    kept[pool.ids] = True
    assert len(pool) == 38
    for label, size in enumerate(sizes):
        mine, scores = labels == label, ledger["el2n"]
        assert abs(int(kept[mine].sum()) - keep * size) <= 1
        if (dropped := mine & ~kept).any() and (mine & kept).any():
            assert scores[mine & kept].min() > scores[dropped].max()
    plain = policy("el2n", keep).prune(everything, ctx)
    assert torch.bincount(labels[plain.ids]).tolist() == [14, 15, 8, 1]  # unbalanced, class 0 pays for all


def test_of_equal_scores_the_seed_draws():
    """Forgetting counts tie by the thousand, and rows come class by class: by their order, whole classes would go."""
    ledger, everything, pools = Ledger(4000), examples(torch.arange(4000)), []
    ledger.columns["el2n"] = torch.zeros(4000)
    ledger.columns["el2n"][:500] = 1.0
    for seed in range(3):
        pools.append(policy("el2n", 0.5).prune(everything, context(seed=seed, ledger=ledger)).ids)
        per_thousand = torch.bincount(pools[-1] // 1000, minlength=4)
        assert torch.isin(torch.arange(500), pools[-1]).all()  # the higher ones come first
        # 1,500 of the 3,500 that tie: 428.6 of each whole thousand in the mean, ± 4.5 of its deviations of 13.2
        assert all(abs(int(one) - 428.6) < 60 for one in per_thousand[1:]), per_thousand
    shared = len(set(pools[0].tolist()) & set(pools[1].tolist())) - 500
    assert abs(shared - 1500**2 / 3500) < 80  # as two independent draws share
    again = policy("el2n", 0.5).prune(everything, context(seed=0, ledger=ledger)).ids
    assert torch.equal(again.sort().values, pools[0].sort().values)


def test_diet_is_a_chain_that_prunes_then_selects(make_trainer, watch):
    diet = policy("diet_sb", 0.5)
    assert diet == Chain(ScorePrune(0.75), SelectiveBackprop(0.5 / 0.75)) and diet.needs == ("el2n",)
    assert policy("diet_random", 0.375) == Chain(ScorePrune(0.75), RandomBackprop(0.5))
    assert diet.kept() == pytest.approx(0.5)
    trainer = make_trainer("diet_sb", 0.5)
    seen, hardest = watch(trainer), trainer.ledger["el2n"].argsort(descending=True)[:300]
    trainer.epoch(0)
    assert torch.isin(torch.cat(seen.seen.candidates), hardest).all()
    assert [len(ids) for ids in seen.seen.trained] == [21] * 9


def test_a_chain_cannot_select_twice():
    """Nor can one hide in another chain, or behind a shape that looks like full training's."""
    sb, diet = SelectiveBackprop(0.5), policy("diet_sb", 0.5)
    for first, then in ((sb, RandomBackprop(0.5)), (CdfSelectiveBackprop(1), sb), (diet, sb), (sb, diet)):
        with pytest.raises(UserError, match="once"):
            Chain(first, then)
    for chain in (Chain(Policy(), RandomBackprop(0.5)), Chain(RandomBackprop(0.5), Policy())):
        assert chain.shape(32, 0, 10) == (32, 16) and chain.kept() == 0.5


def test_examples_keep_what_is_known_of_them():
    whole = Examples(torch.arange(5) * 10, torch.arange(5), weight=torch.arange(5.0), loss=-torch.arange(5.0))
    part = whole.take(torch.tensor([3, 1]))
    assert part.ids.tolist() == [30, 10] and part.pos.tolist() == [3, 1]
    assert part.weight.tolist() == [3, 1] and part.loss.tolist() == [-3, -1]
    assert examples(whole.ids).take(part.pos).loss is None


@pytest.mark.parametrize(("name", "keep", "options", "floor"), [  # g = 1/3
    ("full", 1, {}, 1), ("random_backprop", 0.5, {}, 0.5), ("random_backprop", 0.25, {}, 0.25),
    ("el2n", 0.75, {}, 0.75), ("selective_backprop", 0.5, {}, 5 / 6), ("diet_sb", 0.5, {}, 0.75),
    ("diet_sb", 0.375, {}, 0.625),
    ("cdf_selective_backprop", 0.5, {}, 5 / 6), ("selective_backprop", 0.5, {"start": 0.5}, 11 / 12),
    ("stale_selective_backprop", 0.5, {"refresh": 2}, 0.5 + 1 / 6), ("diet_sb", 0.75, {}, 0.75),
])
def test_floors_are_the_references(name, keep, options, floor):
    assert policy(name, keep, **options).floor(1 / 3) == pytest.approx(floor)


class Half(Policy):
    """Passes the second half of its candidates alone, and trains on the two hardest of it."""

    def shape(self, batch: int, epoch: int, epochs: int) -> tuple[int, int]:
        return batch, 2

    def select(self, batch: Examples, ctx: Context) -> Examples:
        half = batch.take(torch.arange(len(batch) // 2, len(batch)))
        return half.take(ctx.forward(half).topk(2).indices)


def test_a_method_may_pass_some_of_its_candidates(make_trainer, watch):
    """What is trained on are the images of the ids that were chosen, though positions count in all candidates."""
    trainer = make_trainer(Half())
    seen = watch(trainer)
    trainer.epoch(0)
    trained = [images for training, images in seen.seen.inputs if training]
    assert len(trained) == len(seen.seen.trained) == 12
    for ids, images in zip(seen.seen.trained, trained, strict=True):
        assert torch.equal(images, trainer.data.train.fetch(ids, augmented=True))
