"""Pools and chains by hand: balanced pruning, ties, diets, floors."""

from __future__ import annotations

import pytest
import torch
from conftest import rng
from selecting import N, context

from dietsb_core.errors import UserError
from dietsb_core.examples import Examples, examples
from dietsb_core.ledger import Ledger
from dietsb_core.policies import policy
from dietsb_core.policies.backprop import (
    CdfSelectiveBackprop,
    RandomBackprop,
    SelectiveBackprop,
)
from dietsb_core.policies.static import ScorePrune
from dietsb_core.policy import Chain, Context, Policy

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
