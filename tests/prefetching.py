"""What the tests of reading ahead share: mapped images, a small buffer, and a check that no thread is left."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import torch
from conftest import rng
from waiting import HANG

from dietsb_core.sources import Source, prefetch

N, SIZE = 400, 16 * 16 * 3


@pytest.fixture(params=[7, 50, 1000], ids=lambda room: f"room for {room}")
def buffer(request, monkeypatch) -> int:
    """The ring has room for so many images, or for two batches; the thread reads five at a time."""
    monkeypatch.setattr(prefetch, "BUFFER", request.param * SIZE)
    monkeypatch.setattr(prefetch, "STEP", 5 * SIZE)
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
    assert not readers_left()


def readers_left() -> list[threading.Thread]:
    """The reading threads that do not end by themselves."""
    found = [thread for thread in threading.enumerate() if thread.name == "dietsb-ahead"]
    for thread in found:
        thread.join(HANG)
    return [thread for thread in found if thread.is_alive()]


def shuffled(n: int = N) -> torch.Tensor:
    return torch.randperm(n, generator=rng())
