"""InfoBatch and forgetting by hand."""

from __future__ import annotations

import math

import torch
from conftest import rng
from pools import context, everything

from dietsb_core.ledger import Ledger
from dietsb_core.policies import policy
from dietsb_core.policies.forgetting import CountForgetting
from dietsb_core.policies.infobatch import InfoBatch
from dietsb_core.policy import Chain
from dietsb_core.scores import forgetting


def test_infobatch_by_hand():
    """Losses 1..5 and one unseen: the mean of the seen is 3, so 1 and 2 are easy; r = .5 keeps one, at weight 2."""
    ledger = Ledger(6, dtype=torch.float64)
    ledger.columns["loss"][:5] = torch.tensor([1.0, 2, 3, 4, 5], dtype=torch.float64)
    kept = InfoBatch(0.5).prune(everything(6), context(ledger, 1))
    weights = dict(zip(kept.ids.tolist(), kept.weight.tolist(), strict=True))
    easy = [i for i in weights if i < 2]
    assert len(easy) == 1 and weights.pop(easy[0]) == 2.0
    assert weights == {2: 1.0, 3: 1.0, 4: 1.0, 5: 1.0}


def test_infobatch_trains_on_all_at_first_and_at_the_end():
    ledger = Ledger(8, dtype=torch.float64)
    assert InfoBatch(0.5).prune(everything(8), context(ledger, 0)).weight is None
    ledger.columns["loss"] = torch.arange(8, dtype=torch.float64)
    lengths = [len(InfoBatch(0.5, delta=0.7).prune(everything(8), context(ledger, epoch))) for epoch in range(10)]
    assert lengths == [6] * 7 + [8] * 3


def test_infobatch_gradient_is_unbiased_on_a_convex_toy():
    """Least squares: the mean over draws of Σ w·∇l over the kept is Σ ∇l over all; unweighted it is not."""
    x = torch.randn(60, 4, generator=rng(1), dtype=torch.float64)
    y, at = x @ torch.tensor([1.0, -2, 0.5, 3], dtype=torch.float64), torch.zeros(4, dtype=torch.float64)
    gradients = (x @ at - y)[:, None] * x
    ledger = Ledger(60, dtype=torch.float64)
    ledger.columns["loss"] = (x @ at - y) ** 2 / 2
    weighted, plain = [], []
    for seed in range(4000):
        kept = InfoBatch(0.6).prune(everything(60), context(ledger, 1, seed=seed))
        weighted.append((kept.weight[:, None] * gradients[kept.ids]).sum(0))
        plain.append(gradients[kept.ids].sum(0))
    weighted, plain, whole = torch.stack(weighted), torch.stack(plain), gradients.sum(0)
    error = weighted.std(0) / math.sqrt(len(weighted))
    assert ((weighted.mean(0) - whole).abs() < 4.5 * error).all()
    assert ((plain.mean(0) - whole).abs() > 4.5 * error).any()


def test_weights_reach_the_loss(make_trainer):
    """A pool whose weights are all w moves the network as a learning rate w times as high does (no decay, one step)."""
    from dataclasses import replace

    from conftest import TINY

    from dietsb_core.policy import Policy

    class Weighted(Policy):
        def prune(self, pool, ctx):
            return replace(pool, weight=torch.full((len(pool),), 3.0))

    plain = replace(TINY, weight_decay=0.0, schedule="step", momentum=0.0, nesterov=False)
    one = make_trainer(Weighted(), recipe=plain)
    other = make_trainer("full", recipe=replace(plain, lr=3 * plain.lr))
    for trainer in (one, other):
        trainer.data.train.augment(0, 0)
        trainer.pool(0)
        trainer.set_rate(0.0)
        trainer.loss_sum = torch.zeros(())
        trainer.backprop(torch.arange(32))
    for a, b in zip(one.model.parameters(), other.model.parameters(), strict=True):
        assert torch.allclose(a, b, atol=1e-14)


def test_forgetting_by_hand():
    """Right, wrong, right, wrong: two events. Wrong throughout: none, never learned. Right at last: none, learned."""
    ledger, method = Ledger(4), CountForgetting()
    for answers in ((1, 0, 0), (0, 0, 0), (1, 0, 0), (0, 0, 1)):
        method.observe(everything(3), torch.tensor(answers, dtype=torch.bool), ledger)
    assert ledger["forgotten"].tolist() == [2, 0, 0, 0]
    assert ledger["learned"].tolist() == [True, False, True, False]
    assert forgetting(ledger.columns, 4).tolist() == [2, 4, 0, 4]
    assert forgetting(ledger.columns, 4, "easiest").tolist() == [2, 0, 0, 0]


def test_presentations_are_the_examples_own(make_trainer):
    """Consecutive presentations of ONE example, whatever came between: each epoch's batches hold others in between.
    Against a slow reference that keeps every answer."""
    trainer = make_trainer(Chain(policy("full"), CountForgetting()))
    answers, observe = {i: [] for i in range(400)}, CountForgetting.observe

    class Spy(CountForgetting):
        def observe(self, batch, correct, ledger):
            for i, right in zip(batch.ids.tolist(), correct.tolist(), strict=True):
                answers[i].append(right)
            observe(self, batch, correct, ledger)

    trainer.policy = Spy()
    for epoch in range(3):
        trainer.epoch(epoch)
    expected = [sum(a and not b for a, b in zip(own, own[1:], strict=False)) for own in answers.values()]
    assert trainer.ledger["forgotten"].tolist() == expected and sum(expected) > 0
    assert trainer.ledger["learned"].tolist() == [any(own) for own in answers.values()]
