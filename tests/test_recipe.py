"""Schedules by hand, and the loop against fifteen lines of plain PyTorch."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from conftest import TINY, rng, tiny_net
from torch import nn
from torch.nn import functional as F

from dietsb_core import device
from dietsb_core.recipe import Recipe
from dietsb_core.runs.presets import POSTER


def rates(points: dict[float, float], **values) -> None:
    recipe = Recipe("r", epochs=10, batch=32, lr=2.0, **values)
    for progress, rate in points.items():
        assert recipe.rate(progress) == pytest.approx(rate, abs=1e-12), progress


def test_one_cycle_is_linear_up_to_its_peak_and_down_to_0():
    rates({0: 0, 0.1: 1, 0.2: 2, 0.6: 1, 0.9: 0.25, 1: 0}, schedule="one_cycle", peak=0.2)


def test_cosine_after_a_linear_warm_up():
    rates({0: 0, 0.05: 1, 0.1: 2, 0.325: 1 + 0.5**0.5, 0.55: 1, 1: 0}, schedule="cosine", warmup=0.1)
    rates({0: 2, 0.5: 1, 0.75: 1 - 0.5**0.5}, schedule="cosine")


def test_steps():
    rates({0: 2, 0.29: 2, 0.3: 1, 0.5: 0.5, 0.99: 0.5}, schedule="step", milestones=(0.3, 0.5), gamma=0.5)


def test_the_posters_schedule():
    """×.2 at epochs 60, 120 and 160 of 200; one linear warm-up epoch."""
    for epoch, rate in ((0.5, 0.05), (1, 0.1), (59.99, 0.1), (60, 0.02), (119.99, 0.02), (120, 0.004),
                        (159.99, 0.004), (160, 0.0008), (199.9, 0.0008)):
        assert POSTER.rate(epoch / 200) == pytest.approx(rate)
    assert (POSTER.batch, POSTER.momentum, POSTER.nesterov, POSTER.weight_decay) == (128, 0.9, False, 5e-4)
    assert (POSTER.crop, POSTER.reflect, POSTER.flip, POSTER.rotate) == (4, False, True, 15)


def test_the_loop_sets_the_rate_by_progress(make_trainer):
    trainer, seen = make_trainer(), []
    backprop = trainer.backprop
    trainer.backprop = lambda *given: seen.append(trainer.optimiser.param_groups[0]["lr"]) or backprop(*given)
    trainer.epoch(1)
    assert seen == pytest.approx([TINY.rate((1 + step / 12) / 3) for step in range(12)])


def test_without_shuffling_all_epochs_have_one_order(make_trainer):
    """As the poster's authors ran it; the images are augmented anew all the same."""
    trainer = make_trainer(recipe=replace(TINY, shuffle=False))
    assert torch.equal(trainer.pool(0), trainer.pool(2)) and torch.equal(trainer.pool(0), make_trainer().pool(0))
    offsets = []
    for epoch in range(2):
        trainer.epoch(epoch)
        offsets.append(trainer.data.train.draws[0])
    assert not torch.equal(*offsets)


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.4])
def test_label_smoothing_is_pytorchs(make_trainer, smoothing):
    trainer = make_trainer(recipe=replace(TINY, label_smoothing=smoothing))
    logits = torch.randn(32, 10, generator=rng(), dtype=torch.float64)
    ids = torch.arange(100, 132)
    trainer.forwards = 0
    plain, smoothed = trainer.losses(logits, ids)
    labels = trainer.data.train.labels[ids]
    expected = F.cross_entropy(logits, labels, reduction="none", label_smoothing=smoothing)
    assert torch.allclose(smoothed, expected, rtol=0, atol=1e-12)
    # The ledger remembers the loss without smoothing: it measures the example, not the recipe.
    expected = F.cross_entropy(logits, labels, reduction="none")
    assert torch.allclose(plain, expected, rtol=0, atol=1e-12)
    assert torch.equal(trainer.ledger["loss"][ids], plain)


def plain_loop(source, orders: list[torch.Tensor], recipe: Recipe) -> tuple[nn.Module, list[float]]:
    """Slow and obvious: no device data, no fused optimiser, no policy."""
    pixels = source.train.images / 255
    pixels = (pixels - pixels.mean((0, 1, 2))) / pixels.std((0, 1, 2))
    images = torch.from_numpy(pixels.transpose(0, 3, 1, 2))
    labels, net, means = torch.from_numpy(source.train.labels), tiny_net().train(), []
    criterion = nn.CrossEntropyLoss(label_smoothing=recipe.label_smoothing)
    optimiser = torch.optim.SGD(net.parameters(), lr=1, momentum=recipe.momentum, nesterov=recipe.nesterov,
                                weight_decay=recipe.weight_decay, fused=False, foreach=False)
    for epoch, order in enumerate(orders):
        losses = []
        for step in range(12):
            done = (epoch + step / 12) / recipe.epochs
            optimiser.param_groups[0]["lr"] = recipe.lr * min(done / 0.2, (1 - done) / 0.8)
            batch = order[32 * step:32 * (step + 1)]
            optimiser.zero_grad()
            losses.append(criterion(net(images[batch]), labels[batch]))
            losses[-1].backward()
            optimiser.step()
        means.append(float(sum(losses).detach()) / 12)
    return net, means


@pytest.mark.parametrize("nesterov", [True, False])
def test_full_training_is_a_plain_pytorch_loop(make_trainer, small, nesterov):
    recipe = replace(TINY, crop=0, flip=False, label_smoothing=0.1, nesterov=nesterov)
    trainer = make_trainer(recipe=recipe)
    orders = [trainer.pool(epoch) for epoch in range(2)]
    ours = [trainer.epoch(epoch)["train_loss"] for epoch in range(2)]
    net, means = plain_loop(small, orders, recipe)
    reference = net.state_dict()
    for name, value in trainer.model.state_dict().items():
        assert np.abs(value.numpy() - reference[name].numpy()).max() < 1e-10, name
    assert ours == pytest.approx(means, abs=1e-6)


@pytest.mark.parametrize(("computes", "precision"), [(True, "bfloat16"), (False, "float32")])
def test_auto_precision_is_what_a_gpu_computes_in(monkeypatch, computes, precision):
    """One that only emulates bf16, such as a T4, would be slower for it."""
    monkeypatch.setattr(torch.cuda, "is_bf16_supported",
                        lambda including_emulation=True: including_emulation or computes)
    assert device.pick_precision("auto", torch.device("cuda")) == precision


@pytest.mark.parametrize(("flags", "precision"), [({"avx2"}, "float32"), ({"avx512_bf16"}, "bfloat16"),
                                                  ({"amx_bf16", "avx2"}, "bfloat16")])
def test_auto_precision_goes_by_the_cpus_flags(monkeypatch, flags, precision):
    monkeypatch.setattr(device, "cpu_flags", lambda: flags)
    assert device.pick_precision("auto", torch.device("cpu")) == precision
    assert device.pick_precision("float64", torch.device("cpu")) == "float64"
