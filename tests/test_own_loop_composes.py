"""In your own loop: mixup, mixed precision, compiling; what the book shows of it runs."""

from __future__ import annotations

import pytest
import torch
from plain_loop import EPOCHS, Pairs, PlainLoop, cross_entropy, pairs
from torch.nn import functional as F
from torch.utils.data import DataLoader

from dietsb_core.own_loop import Selector
from dietsb_core.policies import policy
from dietsb_core.policies.forgetting import CountForgetting
from dietsb_core.policy import Policy


@pytest.fixture(scope="module")
def data(small) -> Pairs:
    return pairs(small)


@pytest.mark.parametrize("name", ["selective_backprop", "epsilon_greedy", "infobatch"])
def test_mixup_after_selection_on_the_clean_loss(data, name):
    """What is remembered, and what the policy is shown, is the loss without mixing; the weight is the example's."""
    loop, rng = PlainLoop(data, name, 0.5), torch.Generator().manual_seed(0)
    selector, shown = loop.selector, []
    for epoch in range(2):
        for ids, x, y in selector.epoch(loop.loader, epoch):
            with torch.no_grad():
                clean = cross_entropy(loop.net, x, y)
            chosen = selector.select(ids, lambda clean=clean: clean)
            share, partner = torch.rand((), generator=rng), torch.randperm(len(chosen), generator=rng)
            ids, x, y = ids[chosen], x[chosen], y[chosen]
            answers = loop.net(share * x + (1 - share) * x[partner])
            mixed = (share * F.cross_entropy(answers, y, reduction="none")
                     + (1 - share) * F.cross_entropy(answers, y[partner], reduction="none"))
            loss = selector.loss(ids, mixed, clean=clean[chosen])
            weight = torch.ones(len(ids)) if selector._pool.weight is None else selector._pool.weight[ids]
            assert torch.equal(loss, (mixed * weight).mean())
            assert torch.equal(selector.ledger["loss"][ids], clean[chosen])
            assert not torch.equal(mixed, clean[chosen])
            if name == "epsilon_greedy" and epoch == 0:
                assert torch.equal(selector.ledger["mean"][ids], clean[chosen])
            loss.backward()
            shown.append(float(weight.max()))
    assert max(shown) == (2.0 if name == "infobatch" else 1.0)


@pytest.mark.parametrize("within", ["each pass", "the whole step"])
def test_autocast(data, within):
    """bf16 in both passes, also when one context holds the pass without gradients and that with them."""
    loop = PlainLoop(data, "selective_backprop", 0.5)
    for ids, x, y in loop.selector.epoch(loop.loader, 0):
        with torch.autocast("cpu", torch.bfloat16, enabled=within == "the whole step"):
            with torch.autocast("cpu", torch.bfloat16):
                chosen = loop.selector.select(ids, lambda x=x, y=y: cross_entropy(loop.net, x, y))
                losses = F.cross_entropy(loop.net(x[chosen]), y[chosen], reduction="none")
            loss = loop.selector.loss(ids[chosen], losses)
        loop.optimiser.zero_grad()
        loss.backward()
        assert loss.dtype == torch.float32 and len(chosen) == 16
        assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in loop.net.parameters())
    assert loop.selector.ledger["loss"].isfinite().sum() == 384


def test_weights_cast_without_gradients_are_forgotten(data, monkeypatch):
    """Some versions of torch keep them for the pass that follows (pytorch/pytorch#112583): the cache is cleared."""
    calls, selector = [], Selector(policy("selective_backprop", 0.5), data, epochs=1)
    monkeypatch.setattr(torch, "clear_autocast_cache", lambda: calls.append("cleared"))
    for ids, *_ in selector.epoch(DataLoader(selector.data, 400), 0):
        selector.select(ids, lambda: calls.append("passed") or torch.rand(400))
    assert calls == ["passed", "cleared"]


def test_losses_in_half_precision_and_a_scaler_in_between(data):
    """torch's own scaler, which unscales before its step: the weights are those of the same loop without it."""
    loops = [PlainLoop(data, "infobatch", 0.5) for _ in range(2)]
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
    for loop, scaled in zip(loops, (True, False), strict=True):
        for epoch in range(2):
            for ids, x, y in loop.selector.epoch(loop.loader, epoch):
                loss = loop.selector.loss(ids, cross_entropy(loop.net, x, y).to(torch.bfloat16))
                loop.optimiser.zero_grad()
                (scaler.scale(loss) if scaled else loss).backward()
                scaler.step(loop.optimiser) if scaled else loop.optimiser.step()
                scaler.update() if scaled else None
    assert loops[0].selector.ledger["loss"].dtype == torch.float32
    for one, other in zip(*(loop.net.parameters() for loop in loops), strict=True):
        assert torch.allclose(one, other, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(("name", "graphs"), [("selective_backprop", 2), ("random_backprop", 1), ("infobatch", 1),
                                              ("diet_sb", 2)])
def test_compiled_once_a_shape(data, name, graphs):
    """A network compiled for fixed shapes is compiled once for the pass without gradients and once for the other."""
    made = []

    def backend(graph, inputs):
        made.append([len(value) for value in inputs if value.ndim == 4 and value.shape[1] == 3])
        return graph.forward

    torch._dynamo.reset()
    loop = PlainLoop(data, name, 0.5)
    loop.net = torch.compile(loop.net, backend=backend, dynamic=False)
    for epoch in range(EPOCHS):
        loop.epoch(epoch)
    torch._dynamo.reset()
    assert len(made) == graphs


def test_the_pass_is_made_only_if_the_policy_wants_it(data):
    for name, expected in (("selective_backprop", 12), ("random_backprop", 0), ("infobatch", 0)):
        selector, calls = Selector(policy(name, 0.5), data, epochs=1), []
        loader = DataLoader(selector.data, 32, sampler=selector.sampler(), drop_last=True)
        for ids, *_ in selector.epoch(loader, 0):
            chosen = selector.select(ids, lambda calls=calls: calls.append(torch.is_grad_enabled()) or torch.rand(32))
            assert chosen.dtype == torch.int64 and len(chosen.unique()) == len(chosen)
        assert calls == [False] * expected
        assert int(selector.ledger["seen"].sum()) == 32 * expected


def test_losses_of_some_of_the_candidates(data):
    """A policy may ask for those of a few, in any order."""
    class Some(Policy):
        def select(self, batch, ctx):
            asked.append(ctx.forward(batch.take(torch.tensor([5, 0]))).tolist())
            return batch.take(torch.tensor([5]))

    selector, asked = Selector(Some(), data, epochs=1), []
    for ids, *_ in selector.epoch(DataLoader(selector.data, 400), 0):
        assert selector.select(ids, lambda: torch.arange(400.0)).tolist() == [5]
    assert asked == [[5.0, 0.0]]


def test_smoothed_losses_train_and_plain_ones_are_remembered(data):
    loop = PlainLoop(data, "full")
    for ids, x, y in loop.selector.epoch(loop.loader, 0):
        logits = loop.net(x)
        smooth, plain = (F.cross_entropy(logits, y, reduction="none", label_smoothing=by) for by in (0.1, 0.0))
        assert torch.equal(loop.selector.loss(ids, smooth, clean=plain), smooth.mean())
        assert torch.equal(loop.selector.ledger["loss"][ids], plain)


def test_right_answers_reach_the_policy(data):
    selector = Selector(CountForgetting(), data, epochs=2)
    loader = DataLoader(selector.data, 400)
    for epoch, right in enumerate((True, False)):
        for ids, *_ in selector.epoch(loader, epoch):
            selector.loss(ids, torch.ones(400), correct=(ids < 100) & right)
    assert selector.ledger["forgotten"].tolist() == [1] * 100 + [0] * 300


def test_nothing_chosen_is_no_gradient(data):
    """The CDF form may choose none: a step without a queue is then one without a gradient, not one of NaN."""
    selector, weight = Selector(policy("full"), data, epochs=1), torch.ones(3, requires_grad=True)
    for ids, *_ in selector.epoch(DataLoader(selector.data, 400), 0):
        loss = selector.loss(ids[:0], (torch.ones(0, 3) @ weight))
        loss.backward()
    assert loss == 0 and weight.grad.tolist() == [0, 0, 0]
