"""GraNd and its last-layer form against an example at a time; how a training set is scored by them."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import pytest
import torch
from conftest import rng, tiny_net
from torch import Tensor, nn
from torch.nn import functional as F

from dietsb_core import evaluate
from dietsb_core.gradients import grand, grand_last
from dietsb_core.scores import SCORES


def network(bias: bool = True) -> nn.Module:
    """A convolution, batch norm with statistics that are no identity, a linear layer in between and one at the end."""
    with torch.random.fork_rng():
        torch.manual_seed(3)
        net = nn.Sequential(nn.Conv2d(3, 4, 3, stride=2), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(),
                            nn.Linear(36, 8), nn.ReLU(), nn.Linear(8, 5, bias=bias)).to(torch.float64)
        net.train()(torch.randn(64, 3, 8, 8, dtype=torch.float64) * 3 + 1)
    return net.eval()


def batch(size: int = 12) -> tuple[Tensor, Tensor]:
    return torch.randn(size, 3, 8, 8, generator=rng(1), dtype=torch.float64), torch.arange(size) % 5


def one_by_one(net: nn.Module, images: Tensor, labels: Tensor, of: nn.Module) -> Tensor:
    """Slow and obvious: backward() of each example's loss, and the norm of all the gradients in `of`."""
    norms = []
    for image, label in zip(images, labels, strict=True):
        net.zero_grad()
        F.cross_entropy(net(image[None]), label[None]).backward()
        norms.append(sqrt(sum(float(p.grad.square().sum()) for p in of.parameters() if p.grad is not None)))
    net.zero_grad()
    return torch.tensor(norms, dtype=torch.float64)


@pytest.mark.parametrize("bias", [True, False])
def test_against_autograd_of_each_example(bias):
    net, (images, labels) = network(bias), batch()
    whole, last = one_by_one(net, images, labels, net), one_by_one(net, images, labels, net[-1])
    assert torch.allclose(grand(net, images, labels), whole, rtol=1e-10, atol=0)
    assert torch.allclose(grand_last(net, images, labels), last, rtol=1e-10, atol=0)
    assert (last < whole).all() and whole.std() > 0.1


@pytest.mark.parametrize("score", [grand, grand_last])
@pytest.mark.parametrize(("bias", "expected"), [(False, 5 / sqrt(2)), (True, sqrt(26 / 2))])
def test_two_classes_by_hand(score, bias, expected):
    """Weights of 0 give (½, ½): the gradient towards the output is (−½, ½), and the input is (3, 4)."""
    net = nn.Linear(2, 2, bias=bias)
    for p in net.parameters():
        nn.init.zeros_(p)
    assert score(net, torch.tensor([[3.0, 4.0]]), torch.tensor([0])).tolist() == pytest.approx([expected])


def test_frozen_parameters_do_not_count():
    net, (images, labels) = network(), batch()
    net[0].weight.requires_grad_(False)
    expected = one_by_one(net, images, labels, net)
    net[0].weight.requires_grad_(True)
    assert (expected < one_by_one(net, images, labels, net)).all()
    net[0].weight.requires_grad_(False)
    assert torch.allclose(grand(net, images, labels), expected, rtol=1e-10, atol=0)


@pytest.mark.parametrize("score", [grand, grand_last])
def test_nothing_is_left_behind(score):
    """No gradient, no hook, no moved statistics; and in no_grad, where scores are taken, it is the same."""
    net, (images, labels) = network(), batch()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    values = score(net, images, labels)
    with torch.no_grad():
        assert torch.equal(score(net, images, labels), values)
    assert not values.requires_grad and all(p.grad is None for p in net.parameters())
    assert not net[-1]._forward_hooks
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())


@pytest.mark.parametrize(("name", "sizes"), [("grand", [90] * 4 + [40]), ("grand_last", [150, 150, 100])])
def test_a_set_is_scored_in_parts_in_eval_mode_without_augmentation_in_order(make_trainer, monkeypatch, name, sizes):
    monkeypatch.setattr(evaluate, "FEW", 90)     # images at a time where each has a gradient of its own
    monkeypatch.setattr(evaluate, "CHUNK", 150)  # and where it has not
    seen, score = [], SCORES[name].of
    monkeypatch.setitem(SCORES, name, replace(SCORES[name], of=lambda net, images, labels: (
        seen.append((net.training, images, labels)), score(net, images, labels))[1]))
    trainer = make_trainer(net=tiny_net())
    trainer.epoch(0)  # statistics of its own, and augmentation drawn
    assert trainer.model.training
    values = evaluate.score(trainer, name)
    modes, images, labels = zip(*seen, strict=True)
    data = trainer.data.train
    plain = data.fetch(torch.arange(400))
    assert not any(modes) and trainer.model.training and [len(part) for part in images] == sizes
    assert torch.equal(torch.cat(images), plain) and torch.equal(torch.cat(labels), data.labels)
    assert not torch.equal(plain, data.fetch(torch.arange(400), augmented=True))
    net = trainer.model.eval()
    of = net if name == "grand" else net[-1]
    assert torch.allclose(values, one_by_one(net, plain, data.labels, of), rtol=1e-9, atol=1e-12)
