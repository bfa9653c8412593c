"""A cache whose making is stopped: what is decoded stays, and the next process goes on."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from types import SimpleNamespace

import numpy as np
import pytest
from image_tree import (
    TEST,
    TRAIN,
    decoded,  # noqa: F401
    files,
    load,
    tree,  # noqa: F401
)
from one_line import refused
from waiting import wait_until

from dietsb_core import progress
from dietsb_core.errors import UserError
from dietsb_core.sources import cache, folder

# What stops it, and what then is left

@pytest.mark.parametrize("error", [KeyboardInterrupt, UserError, MemoryError])
def test_what_is_decoded_stays(tree, decoded, monkeypatch, error):
    whole = load(tree, "folder-24").fingerprint
    shutil.rmtree(tree / ".cache")
    decoded.clear()
    counting, allowed, add, noted = folder._pixels, iter(range(25)), progress.Progress.add, []

    def stopping(*args) -> np.ndarray:
        if next(allowed, None) is None:
            wait_until(lambda: sum(noted) >= 20)  # of 25 images, at most 3 + 3 are of chunks that are begun
            raise error("stop")
        return counting(*args)

    with monkeypatch.context() as patch, pytest.raises(error):
        patch.setattr(os, "sched_getaffinity", lambda process: {0, 1}, raising=False)  # two chunks at a time
        patch.setattr(folder, "_pixels", stopping)
        patch.setattr(progress.Progress, "add", lambda self, count: noted.append(count) or add(self, count))
        load(tree, "folder-24")
    assert sum(decoded.values()) == 25 and not workers()
    decoded.clear()
    assert load(tree, "folder-24").fingerprint == whole
    assert sum(decoded.values()) - TEST in (TRAIN - 20, TRAIN - 24)  # whole chunks stay


def workers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("ThreadPool")]


def test_ctrl_c_while_others_decode(tree, decoded, monkeypatch):
    def pressed(self, count: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(progress.Progress, "add", pressed)
        load(tree)
    assert not workers() and json.loads(files(tree).manifest.read_text())["sums"].count("") < 11
    decoded.clear()
    load(tree)
    assert sum(decoded.values()) < TRAIN + TEST

HALF = """
import sys, threading
from dietsb_core import sources
from dietsb_core.sources import cache, folder
cache.CHUNK, plain, allowed = 4, folder._pixels, iter(range(25))
def half(*args):
    next(allowed, None) is None and threading.Event().wait()  # until it is killed
    return plain(*args)
folder._pixels = half
sources.load("folder-16", sys.argv[1])
"""


def test_a_killed_process_is_resumed(tree, decoded):
    process = subprocess.Popen([sys.executable, "-c", HALF, str(tree)], stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: list(tree.glob(".cache/*/train.json")), process)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    source = load(tree)
    assert 0 < sum(decoded.values()) < TRAIN + TEST
    for row in (0, 20, 41):
        file = tree / "train" / source.classes[source.train.labels[row]] / source.train.names[row]
        np.testing.assert_array_equal(source.train.images[row], folder._pixels(str(file), 16, True))


def test_two_at_once_decode_each_image_once(tree, decoded):
    found = []
    threads = [threading.Thread(target=lambda: found.append(load(tree).fingerprint)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3 and len(set(found)) == 1 and sum(decoded.values()) == TRAIN + TEST


def test_a_broken_image_is_named(tree):
    (tree / "train" / "a" / "000.png").write_bytes(b"not an image")
    refused(lambda: load(tree), str(tree / "train" / "a" / "000.png"), "truncated or not an image", "replace it")


def test_a_full_disk(tree, monkeypatch, decoded):
    monkeypatch.setattr(cache.shutil, "disk_usage", lambda path: SimpleNamespace(free=1000))
    refused(lambda: load(tree), "GB free", "DIETSB_CACHE")
    monkeypatch.undo()
    monkeypatch.setattr(cache, "CHUNK", 4)

    def full(*args) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        refused(lambda: load(tree), "No space left", "DIETSB_CACHE", "what is decoded is kept")
    assert len(load(tree).train) == TRAIN


def test_a_cache_that_cannot_be_written(tree, monkeypatch):
    (tree / "file").write_text("")
    monkeypatch.setenv("DIETSB_CACHE", str(tree / "file"))
    refused(lambda: load(tree), str(tree / "file"), "cannot be made", "DIETSB_CACHE")
