"""Selective-Backprop's options: when it ends, which batches it leaves whole, and a selection pass on smaller images."""

from __future__ import annotations

import pytest
import torch
from conftest import TINY
from one_line import refused
from torch.nn import functional as F

from dietsb_core.own_loop import Selector
from dietsb_core.policies import policy
from dietsb_core.recipe import Recipe

TEN = Recipe("ten", epochs=10, batch=32, lr=0.05, precision="float64")


def composers_share(epochs: int, steps: int, start: float, end: float, interrupt: int) -> float:
    """Composer's own test of each batch, written out: the share of batches that it selects from."""
    chosen = 0
    for epoch in range(epochs):
        for batch in range(steps):
            inside = start <= epoch / epochs < end
            chosen += inside and (interrupt == 0 or (batch + 1) % interrupt != 0)
    return chosen / (epochs * steps)


@pytest.mark.parametrize(("start", "end", "interrupt"), [
    (0.5, 0.9, 2), (0.5, 1.0, 0), (0.0, 0.5, 3), (0.2, 0.6, 4), (0.0, 1.0, 0)])
def test_it_selects_from_composers_share_of_the_batches(start, end, interrupt):
    sb = policy("selective_backprop", 0.5, start=start, end=end, interrupt=interrupt)
    share = composers_share(10, 12, start, end, interrupt)
    assert sb.kept() == pytest.approx(1 - share / 2)
    assert sb.floor(1 / 3) == pytest.approx(1 - share * (1 - 0.5 - 1 / 3))


def test_an_interrupted_batch_is_trained_on_whole_in_one_step(make_trainer, watch):
    trainer = make_trainer("selective_backprop", 0.5, start=0.5, end=0.9, interrupt=2, recipe=TEN)
    seen = watch(trainer)
    for epoch, sizes in ((4, [32] * 12), (5, [16, 32] * 6), (8, [16, 32] * 6), (9, [32] * 12)):
        row = trainer.epoch(epoch)
        took = seen.take()
        assert [len(ids) for ids in took.trained] == sizes and row["steps"] == 12
        scouted = 6 * 32 if 16 in sizes else 0
        assert row["backprops"] == sum(sizes) and row["forwards"] == row["backprops"] + scouted
        for candidates, trained in zip(took.candidates, took.trained, strict=True):
            assert len(trained) < 32 or torch.equal(candidates, trained)


def test_under_refill_an_interrupted_batch_is_steps_of_the_usual_size(make_trainer, watch):
    trainer = make_trainer("selective_backprop", 0.5, rule="refill", interrupt=2)
    seen = watch(trainer)
    trainer.epoch(0)
    took = seen.take()
    assert [len(ids) for ids in took.candidates] == [64] * 6 and [len(ids) for ids in took.trained] == [32] * 9


def test_a_scaled_pass_sees_smaller_images_and_is_charged_by_their_pixels(make_trainer):
    trainer = make_trainer("selective_backprop", 0.5, scale=0.75, recipe=TINY)
    sizes = []
    trainer.model = Anything(trainer.model, sizes)
    row = trainer.epoch(0)
    assert set(sizes) == {12, 16}  # 16 px and three quarters of it
    assert row["forwards"] == pytest.approx(12 * (16 + 32 * 0.75**2))
    assert policy("selective_backprop", 0.5, scale=0.75).floor(1 / 3) == pytest.approx(0.5 + 0.75**2 / 3)
    stale = policy("stale_selective_backprop", 0.5, scale=0.75, refresh=3)
    assert stale.floor(1 / 3) == pytest.approx(0.5 + 0.75**2 / 3 / 3)


class Anything(torch.nn.Module):
    """A network of images of any side: pooled to 16 px first."""

    def __init__(self, net: torch.nn.Module, sizes: list):
        super().__init__()
        self.net, self.sizes = net, sizes

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        self.sizes.append(images.shape[-1])
        return self.net(F.adaptive_avg_pool2d(images, 16))


@pytest.mark.parametrize(("options", "words"), [
    ({"end": 0.0}, ["end=0.0", "start=0"]), ({"start": 0.5, "end": 0.5}, ["end=0.5", "start=0.5"]),
    ({"end": 1.1}, ["end=1.1", "at most 1"]), ({"interrupt": 1}, ["interrupt=1", "from 2"]),
    ({"interrupt": 2.0}, ["interrupt=2.0"]), ({"scale": 0}, ["scale=0", "above 0"]), ({"scale": 2}, ["scale=2"]),
])
def test_bad_values_are_one_line(options, words):
    refused(lambda: policy("selective_backprop", 0.5, **options), *words)


def test_in_a_loop_of_ones_own_images_are_shrunk_by_its_owner():
    selector = Selector(policy("selective_backprop", 0.5, scale=0.5), [(torch.zeros(3), 0)] * 8, epochs=1, name="zeros")
    loader = torch.utils.data.DataLoader(selector.data, 4, sampler=selector.sampler())
    batches = selector.epoch(loader, 0)
    ids = next(batches)[0]
    refused(lambda: selector.select(ids, lambda: torch.zeros(4)), "scale=0.5", "losses()")


def test_a_dataloader_of_candidates_is_as_large_as_the_largest_step():
    selector = Selector(policy("random_backprop", 0.5, rule="refill", end=0.5), [(torch.zeros(3), 0)] * 8, epochs=2,
                        name="zeros")
    assert selector.candidates(4) == 8
