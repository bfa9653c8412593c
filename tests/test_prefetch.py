"""Images read ahead of the device: the same batches whatever is fetched, bounded memory, and no thread left."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
import torch
from conftest import TINY, tiny_net
from prefetching import (
    N,
    buffer,  # noqa: F401
    mapped,  # noqa: F401
    no_thread_is_left,  # noqa: F401
    readers_left,
    shuffled,
)

from dietsb_core import evaluate
from dietsb_core.data import Dataset, Images, Streamed
from dietsb_core.ledger import Ledger
from dietsb_core.policies import policy
from dietsb_core.rng import generator
from dietsb_core.sources.array_reader import Rows
from dietsb_core.sources.prefetch import Ahead
from dietsb_core.train import Trainer

# The same batches

@pytest.mark.parametrize("changes", [{"crop": 0}, {"crop": 3}, {"crop": 4, "reflect": False},
                                     {"crop": 2, "rotate": 15.0}, {"crop": 1, "flip": False}], ids=str)
def test_batches_are_those_of_images_that_are_kept(small, mapped, buffer, changes):
    recipe = replace(TINY, **changes)
    kept, read = (Dataset(source, recipe, "cpu", torch.float32) for source in (small, mapped))
    assert type(kept.train) is Images and type(read.train) is type(read.test) is Streamed
    order = shuffled()
    for epoch in range(2):
        for split in (kept, read):
            split.train.augment(0, epoch)
            split.train.ahead(order)
        for ids in (*order.split(32), order[100:164][::3], torch.tensor([5, 5, 399])):
            for augmented in (True, False):
                ours, theirs = (split.train.fetch(ids, augmented=augmented) for split in (read, kept))
                assert torch.equal(ours, theirs) and ours.stride() == theirs.stride()
    assert torch.equal(kept.test.fetch(order[:9] % 200), read.test.fetch(order[:9] % 200))

WAYS = {
    "in order": lambda order: order.split(32),
    "in order, copied": lambda order: [ids.clone() for ids in order.split(32)],
    "a part of each batch": lambda order: [ids[shuffled(len(ids))[:9]] for ids in order.split(32)],
    "candidates, then a part": lambda order: [x for ids in order.split(32) for x in (ids, ids[::3])],
    "and some from before": lambda order: [torch.cat([order[:3], ids]) for ids in order.split(32)],
    "backwards": lambda order: order.flip(0).split(32),
    "the last first": lambda order: [order[-5:], *order.split(32)],
    "far apart": lambda order: order[::13].split(8),
    "larger than the ring": lambda order: order.split(300),
    "in the order of rows": lambda order: torch.arange(N).split(64),
    "all, then none": lambda order: [order, order[:0]],
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("planned", [N, 150, 1, 0])
def test_any_fetch_is_right(mapped, buffer, way, planned):
    reader, order = Ahead(mapped.train.images), shuffled()
    reader.plan(order[:planned])
    for ids in WAYS[way](order):
        np.testing.assert_array_equal(reader.fetch(ids).numpy(), mapped.train.images[ids.numpy()])


def test_another_plan_and_a_changed_order(mapped, buffer):
    reader, order = Ahead(mapped.train.images), shuffled()
    images = torch.from_numpy(np.array(mapped.train.images))
    reader.plan(order)
    assert torch.equal(reader.fetch(order[:32]), images[order[:32]])
    other = order.flip(0)
    reader.plan(other)
    assert torch.equal(reader.fetch(order[32:64]), images[order[32:64]])  # by the old plan
    assert torch.equal(reader.fetch(other[:32]), images[other[:32]])
    other.copy_(order)  # in place: what stands at its address is no longer what was planned
    assert torch.equal(reader.fetch(other[32:64]), images[order[32:64]])


@pytest.mark.parametrize(("method", "keep", "options"), [
    ("full", 1.0, {}), ("random_backprop", 0.5, {}), ("selective_backprop", 0.25, {}), ("el2n", 0.75, {}),
    ("selective_backprop", 0.5, {"rule": "refill"}), ("stale_selective_backprop", 0.5, {}), ("diet_sb", 0.5, {}),
    ("cdf_selective_backprop", 0.5, {})])
def test_training_is_the_same_to_the_last_bit(small, mapped, buffer, method, keep, options):
    trainers = []
    for source in (small, mapped):
        ledger = Ledger(N, "cpu", torch.float64)
        ledger.columns["el2n"] = torch.rand(N, generator=generator("cpu", "scores"), dtype=torch.float64)
        trainers.append(Trainer(tiny_net(), Dataset(source, TINY, "cpu", torch.float64),
                                policy(method, keep, **options), TINY, 0, ledger, "float64"))
    rows = [[trainer.epoch(epoch) | evaluate.test(trainer) for epoch in range(2)] for trainer in trainers]
    assert rows[0] == rows[1]
    for name, value in trainers[0].model.state_dict().items():
        assert torch.equal(value, trainers[1].model.state_dict()[name]), name


# Reading ahead

@pytest.fixture
def reads(monkeypatch) -> list[tuple[str, int]]:
    """(thread, images) of each read."""
    out, plain = [], Rows.read

    def read(self, rows, images) -> None:
        out.append((threading.current_thread().name, len(rows)))
        plain(self, rows, images)

    monkeypatch.setattr(Rows, "read", read)
    return out


def test_the_thread_reads_ahead_what_there_is_room_for(mapped, buffer, reads):
    reader, order = Ahead(mapped.train.images), shuffled()
    reader.plan(order)
    assert not reads
    room = min(N, max(buffer, 64))
    for step, ids in enumerate(order.split(32)):
        reader.fetch(ids)
        assert not readers_left()  # it has ended, its room being full
        assert {name for name, _ in reads} == {"dietsb-ahead"}
        count = sum(count for _, count in reads)
        assert min(N, 32 * (step + 1)) <= count <= min(N, 32 * step + room)
        assert step or count == room
    assert count == N  # each image once


def test_what_is_over_is_read_by_whoever_asks(mapped, buffer, reads):
    reader, order = Ahead(mapped.train.images), shuffled()
    reader.plan(order[:64])
    for ids in order[:64].split(16):
        reader.fetch(ids)
    reads.clear()
    reader.fetch(order[100:110])
    assert reads == [("MainThread", 10)]


@pytest.mark.parametrize(("method", "options"), [
    ("full", {}), ("el2n", {}), ("selective_backprop", {}), ("ucb", {"source": "pass"})])
def test_a_training_reads_all_of_it_ahead(mapped, reads, method, options):
    """An epoch says its order, and so do a pass before it and the test set."""
    ledger = Ledger(N, "cpu", torch.float64)
    ledger.columns["el2n"] = torch.rand(N, generator=generator("cpu", "scores"), dtype=torch.float64)
    trainer = Trainer(tiny_net(), Dataset(mapped, TINY, "cpu", torch.float64),
                      policy(method, 1.0 if method == "full" else 0.5, **options), TINY, 0, ledger, "float64")
    reads.clear()
    trainer.epoch(0)
    evaluate.test(trainer)
    assert {name for name, _ in reads} == {"dietsb-ahead"}


def test_images_that_are_kept_need_no_plan(small):
    Dataset(small, TINY).train.ahead(torch.arange(N))
