"""What is read from a file and when: the thread's end, rows and not the map, and memory that does not grow."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import TINY, tiny_net
from one_line import refused
from prefetching import (
    SIZE,
    N,
    buffer,  # noqa: F401
    mapped,  # noqa: F401
    no_thread_is_left,  # noqa: F401
    readers_left,
    shuffled,
)

from dietsb_core import data
from dietsb_core.data import Dataset
from dietsb_core.environment import PROJECT
from dietsb_core.ledger import Ledger
from dietsb_core.policies import policy
from dietsb_core.sources import prefetch
from dietsb_core.sources.array_reader import Rows, parts
from dietsb_core.sources.prefetch import Ahead
from dietsb_core.train import Trainer


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
    assert not readers_left() and caught  # though the traceback holds all that the epoch had
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
    for images_of, plain in ((whole, images), (whole[10:], images[10:]), (whole[5:][7:30], images[12:35]),
                          (whole[::2], images[::2]), (whole[:, ::-1], images[:, ::-1]), (images, images)):
        rows = Rows(images_of)
        assert (rows.file is None) == (plain is images and images_of is images or not images_of.flags.c_contiguous)
        np.testing.assert_array_equal(rows.take(wanted), plain[wanted])
        np.testing.assert_array_equal(np.concatenate(list(parts(images_of))), plain)
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
from dietsb_core.sources import prefetch
from dietsb_core.recipe import Recipe
from dietsb_core.sources import Source, Split
prefetch.BUFFER = 8 << 20
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
                          capture_output=True, cwd=Path(prefetch.__file__).parents[1])
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
