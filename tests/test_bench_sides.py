"""The bench's two sides: the same images, and how ratios are taken. No timings."""

from __future__ import annotations

from copy import deepcopy

import pytest
import torch
from bench_sizes import (
    BATCH,
    net,  # noqa: F401
)
from torch import nn

from dietsb_core.bench import timing
from dietsb_core.bench.plain_loop import PlainLoop
from dietsb_core.data import Dataset
from dietsb_core.recipe import Recipe

RECIPE = Recipe("tiny", epochs=6, batch=BATCH, lr=0.05, flip=True)  # no crop: pixels tell which image it is

CPU = torch.device("cpu")


def plain(small, net, **options) -> PlainLoop:
    return PlainLoop(small.train, deepcopy(net), RECIPE, CPU,
                     **{"workers": 0, "matched": False, "precision": "float32"} | options)


@pytest.mark.parametrize("workers", [0, 2])
def test_plain_loop_sees_each_of_the_engines_images_once(small, net, workers):
    loop, seen = plain(small, net, workers=workers), []
    step = loop.step
    loop.step = lambda images, labels: (seen.append((images.clone(), labels)), step(images, labels))
    assert loop.epoch(0) == 400
    images, labels = (torch.cat(part) for part in zip(*seen, strict=True))
    engine = Dataset(small, RECIPE).train
    own = engine.fetch(torch.arange(400))
    exact = "donot_use_mm_for_euclid_dist"
    nearest = torch.cdist(unmirrored(images), unmirrored(own), compute_mode=exact).min(dim=1)
    assert nearest.values.max() < 1e-3
    assert sorted(nearest.indices.tolist()) == list(range(400))
    assert torch.equal(engine.labels[nearest.indices], labels)


def unmirrored(images: torch.Tensor) -> torch.Tensor:
    """Images as rows that are the same for an image and its mirror image."""
    other = images.flip(3)
    return torch.cat([images + other, (images - other).abs()], dim=1).flatten(1)


def test_plain_loop_learns(small, net):
    loop = plain(small, net)
    data = Dataset(small, RECIPE).train
    images = data.fetch(torch.arange(400))

    def loss() -> float:
        loop.net.train()
        with torch.no_grad():
            return float(nn.functional.cross_entropy(loop.net(images), data.labels))

    before = loss()
    for epoch in range(3):
        loop.epoch(epoch)
    assert loss() < 0.9 * before


@pytest.mark.parametrize(("matched", "dtype", "layout"), [
    (False, torch.float32, torch.contiguous_format), (True, torch.bfloat16, torch.channels_last)])
def test_plain_loop_computes_as_scripts_do_or_as_the_engine_does(small, net, matched, dtype, layout):
    loop, outputs = plain(small, net, matched=matched, precision="bfloat16"), []
    loop.net[0].register_forward_hook(lambda module, inputs, output: outputs.append(output))
    loop.step(torch.zeros(BATCH, 3, 16, 16), torch.zeros(BATCH, dtype=torch.int64))
    assert outputs[0].dtype == dtype
    assert outputs[0].is_contiguous(memory_format=layout)


def test_plain_loop_leaves_the_process_random_state_alone(small, net):
    before = torch.get_rng_state()
    plain(small, net).epoch(0)
    assert torch.equal(torch.get_rng_state(), before)


def test_rounds_are_interleaved_and_the_first_warms_up():
    calls = []
    works = {name: (lambda number, name=name: calls.append((name, number))) for name in "ab"}
    times = timing.interleaved(works, 2, CPU)
    assert calls == [("a", 0), ("b", 0), ("b", 1), ("a", 1), ("a", 2), ("b", 2)]
    assert [len(times.wall[name]) for name in "ab"] == [len(times.cpu[name]) for name in "ab"] == [2, 2]


def test_ratios_are_taken_within_a_round():
    times = timing.Times(wall={"a": [2.0, 9.0, 3.0], "b": [1.0, 3.0, 4.0]},
                         cpu={"a": [1.0, 1.0, 1.0], "b": [2.0, 4.0, 4.0]})
    assert times.ratios("a", "b") == [2.0, 3.0, 0.75]
    assert times.ratio("a", "b") == 2.0 and times.ratio("a", "b", "cpu") == 0.25
    assert times.spread("a", "b") == [0.75, 3.0]
