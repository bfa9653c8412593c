"""A tree of images that is decoded once, and what is asked of its cache."""

from __future__ import annotations

import os
import time
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from dietsb_core import sources
from dietsb_core.sources import cache, folder
from dietsb_core.sources.source import Source

TRAIN, TEST = 42, 12  # images; with 4 a chunk that is 11 chunks and 3


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A data folder of oblong images of three sizes, in three classes and three formats."""
    monkeypatch.setattr(cache, "CHUNK", 4)
    rng = np.random.default_rng(0)
    for part, count in (("train", TRAIN), ("val", TEST)):
        for i in range(count):
            file = tmp_path / part / "abc"[i % 3] / f"{i:03d}.{('png', 'JPEG', 'bmp')[i % 5 % 3]}"
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(rng.integers(0, 256, (20 + i % 3, 31, 3), dtype=np.uint8)).save(file)
    return tmp_path


@pytest.fixture
def decoded(monkeypatch) -> Counter:
    """How often each file was decoded."""
    count, plain = Counter(), folder._pixels

    def counting(file: str, *rest) -> np.ndarray:
        count[Path(file).name] += 1
        return plain(file, *rest)

    monkeypatch.setattr(folder, "_pixels", counting)
    return count


def load(tree: Path, name: str = "folder-16") -> Source:
    return sources.load(name, tree)


def files(tree: Path) -> SimpleNamespace:
    """The one cache below `tree`."""
    (place,) = (tree / ".cache").iterdir()
    return SimpleNamespace(place=place, images=place / "train.u8", manifest=place / "train.json")


def touch(file: Path) -> None:
    """What is written within a tick of the clock would not show."""
    os.utime(file, ns=(0, time.time_ns() + 10**9))
