"""A folder of two classes of one image each, and what is asked of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dietsb_core import sources
from dietsb_core.sources.source import Source


def image(file: Path, side: int = 16) -> Path:
    """An image of noise at `file`."""
    file.parent.mkdir(parents=True, exist_ok=True)
    levels = np.random.default_rng(len(str(file))).integers(0, 256, (side, side, 3), dtype=np.uint8)
    Image.fromarray(levels).save(file, "PNG")
    return file


@pytest.fixture
def root(tmp_path) -> Path:
    """Two classes of one image in each part."""
    for part in ("train", "test"):
        for name in "ab":
            image(tmp_path / part / name / "1.png")
    return tmp_path


def load(root: Path, name: str = "folder") -> Source:
    return sources.load(name, root)


def names(source: Source) -> list[str]:
    """Class and name of each training example."""
    return [f"{source.classes[label]}/{name}" for label, name in
            zip(source.train.labels, source.train.names, strict=True)]
