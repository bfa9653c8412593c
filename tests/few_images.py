"""A CIFAR-100 of twelve images with its scores on record, its sprite, and thumbnails of one colour each."""

from __future__ import annotations

import fake_cifar
import numpy as np
import pytest
from fake_cifar import TINY

import thumbnails
from dietsb_book.images import sprite
from dietsb_core.runs import facts, records
from dietsb_core.runs.grids import grid as runs_of
from dietsb_core.runs.run import canonical
from dietsb_core.runs.store import store

SCALE = "smoke@cifar100"
CLASSES = np.array(["lawn_mower", "<img src=x onerror=alert(1)>", "</script><b>", "road"])
N, M = 1000, 60  # examples, and thumbnails; row 10 i has rank 10 i + 1


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """A CIFAR-100 of twelve images, with its facts and its scores on record."""
    fake_cifar.write_npz(tmp_path / "data")
    source = TINY.load(tmp_path / "data")
    for module in (thumbnails, facts):
        monkeypatch.setattr(module, "loaded", lambda data: source)
    facts.measure("cifar100")
    info = {"fingerprint": source.fingerprint, "environment": {}}
    for seed, run in enumerate(runs_of("panel_f", SCALE)):
        columns = {name: np.random.default_rng(seed).permutation(12) for name in ("el2n", "selected")}
        records.write(store() / run.name, canonical(run), [{"epoch": 1, "accuracy": 0.5}], info, columns)
    return source


@pytest.fixture
def out(tiny, tmp_path):
    """The folder of a sprite of that data."""
    assert thumbnails.main(["--preset", SCALE, "--out", str(tmp_path / "out")]) == 0
    return tmp_path / "out"


def coloured() -> sprite.Sprite:
    """Tiles of one colour each, in an order that is not that of the ranks."""
    rows = np.random.default_rng(0).permutation(M) * 10
    colours = (rows[:, None] // 10 * np.array([4, 2, 1])).astype(np.uint8)
    images = np.broadcast_to(colours[:, None, None], (M, 32, 32, 3))
    return sprite.Sprite("cifar100", "x", rows, rows // 10 % 3, images)
