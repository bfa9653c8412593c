"""Images read ahead of the device: the same batches whatever is fetched, bounded memory, and no thread left."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import TINY, rng, tiny_net
from one_line import refused

from dietsb_core import data, evaluate
from dietsb_core.data import Dataset, Images, Streamed
from dietsb_core.environment import PROJECT
from dietsb_core.ledger import Ledger
from dietsb_core.policies import policy
from dietsb_core.rng import generator
from dietsb_core.sources import Source, ahead
from dietsb_core.sources.ahead import Ahead
from dietsb_core.sources.array_reader import Rows, parts
from dietsb_core.train import Trainer

N, SIZE = 400, 16 * 16 * 3


@pytest.fixture(params=[7, 50, 1000], ids=lambda room: f"room for {room}")
def buffer(request, monkeypatch) -> int:
    """The ring has room for so many images, or for two batches; the thread reads five at a time."""
    monkeypatch.setattr(ahead, "BUFFER", request.param * SIZE)
    monkeypatch.setattr(ahead, "STEP", 5 * SIZE)
    return request.param


@pytest.fixture
def mapped(small, tmp_path) -> Source:
    """The procedural set with its images in files."""
    splits = {}
    for part in ("train", "test"):
        split = getattr(small, part)
        file = np.memmap(tmp_path / part, np.uint8, "w+", shape=split.images.shape)
        file[:] = split.images
        file.flush()
        splits[part] = replace(split, images=np.memmap(tmp_path / part, np.uint8, "r", shape=split.images.shape))
    return replace(small, **splits)


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    assert not readers_after(2.0)


def readers_after(seconds: float) -> list[threading.Thread]:
    """The reading threads that are still there after `seconds`."""
    end = time.monotonic() + seconds
    while (found := [t for t in threading.enumerate() if t.name == "dietsb-ahead"]) and time.monotonic() < end:
        time.sleep(0.001)
    return found


def shuffled(n: int = N) -> torch.Tensor:
    return torch.randperm(n, generator=rng())


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
        assert not readers_after(2.0)  # it has ended, its room being full
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


def test_an_epoch_that_ends_in_an_exception_leaves_no_thread(mapped, buffer):
    trainer = Trainer(tiny_net(), Dataset(mapped, TINY, "cpu", torch.float64), policy("full"), TINY, 0,
                      Ledger(N, "cpu", torch.float64), "float64")
    steps = itertools.count()

    def stop(module, inputs) -> None:
        if next(steps) == 3:
            raise KeyboardInterrupt

    trainer.model.register_forward_pre_hook(stop)
    with pytest.raises(KeyboardInterrupt) as caught:
        trainer.epoch(0)
    assert not readers_after(2.0) and caught  # though the traceback holds all that the epoch had
    assert trainer.epoch(0)["steps"] == 12


def test_what_goes_wrong_in_the_thread_is_raised_where_it_is_fetched(mapped, tmp_path):
    reader = Ahead(mapped.train.images)
    with open(tmp_path / "train", "r+b") as file:
        file.truncate(300 * SIZE)
    reader.plan(torch.arange(N))
    for _ in range(2):
        refused(lambda: reader.fetch(torch.arange(250, 350)), str(tmp_path / "train"), "shorter than it was")


# Rows of a file

def test_rows_are_read_from_the_file_and_not_through_the_map(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (50, 4, 4, 3), dtype=np.uint8)
    (tmp_path / "x").write_bytes(b"head" + images.tobytes())
    whole = np.memmap(tmp_path / "x", np.uint8, "r", 4, (50, 4, 4, 3))
    wanted = np.array([3, 4, 5, 0, 0, 9, 8, 7])
    for mapped, plain in ((whole, images), (whole[10:], images[10:]), (whole[5:][7:30], images[12:35]),
                          (whole[::2], images[::2]), (whole[:, ::-1], images[:, ::-1]), (images, images)):
        rows = Rows(mapped)
        assert (rows.file is None) == (plain is images and mapped is images or not mapped.flags.c_contiguous)
        np.testing.assert_array_equal(rows.take(wanted), plain[wanted])
        np.testing.assert_array_equal(np.concatenate(list(parts(mapped))), plain)
        rows.expect(wanted)


def test_what_is_read_ahead(mapped, small, monkeypatch):
    cpu = torch.device("cpu")
    assert data.streamed(mapped.train.images, cpu) and not data.streamed(small.train.images, cpu)
    monkeypatch.setattr(data, "LARGE", 1e-9)
    assert data.streamed(small.train.images, cpu)
    assert torch.equal(Dataset(small, TINY).train.fetch(shuffled()), Dataset(mapped, TINY).train.fetch(shuffled()))


# Memory

MEMORY = """
import os, re, resource, sys
import numpy as np, torch
from dietsb_core import data
from dietsb_core.sources import ahead
from dietsb_core.recipe import Recipe
from dietsb_core.sources import Source, Split
ahead.BUFFER = 8 << 20
def peak():
    if os.path.exists("/proc/self/status"):  # there the other counter begins with what the parent had, here 1 GB
        return 1024 * int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
def split(file, n):
    images = np.memmap(file, np.uint8, "w+", shape=(n, 64, 64, 3))
    return Split(np.memmap(file, np.uint8, "r", shape=images.shape), np.arange(n) % 2, np.arange(n).astype(str))
source = Source("zeros", ("a", "b"), split(sys.argv[1] + "/train", {n}), split(sys.argv[1] + "/test", 64))
recipe = Recipe("r", epochs=1, batch=64, lr=.1, crop=4, flip=True)
warm = torch.zeros(64, 3, 64, 64).mul_(2).add_(1)
before = peak()
images = data.Dataset(source, recipe).train
order = torch.randperm({n})
images.augment(0, 0)
images.ahead(order)
for ids in order.split(64):
    images.fetch(ids, augmented=True)
source.fingerprint
read = peak() - before
del images
kept = data.pad(torch.from_numpy(np.array(source.train.images)), 4, True)
print(source.train.images.nbytes, read, peak() - before)
"""


def test_memory_does_not_grow_with_the_set(tmp_path):
    """150 MB of images go through in less than half of that, statistics and fingerprint included; keeping them in
    memory takes more than twice their size."""
    done = subprocess.run([sys.executable, "-c", MEMORY.replace("{n}", "12288"), str(tmp_path)], check=True, text=True,
                          capture_output=True, cwd=Path(ahead.__file__).parents[1])
    size, read, kept = map(int, done.stdout.split())
    assert size > 150e6 and read < 75e6 and kept > 2 * size, (size, read, kept)


def test_the_bench_of_reading_ahead_fails_above_its_bound():
    """Its own trainings, on few and small images: drawn as files, decoded to a cache, trained and tested."""
    stream = PROJECT / "bench" / "stream.py"
    done = subprocess.run([sys.executable, stream, "--images", "1200", "--side", "32", "--bound", "-1"], text=True,
                          capture_output=True)
    assert done.returncode == 1, done.stderr
    assert re.search(r"read: .* peak memory \d+ MB over that of 1,024 images, with a set of 4 MB", done.stdout)
    assert "more than the -1 MB that it is held under" in done.stderr
