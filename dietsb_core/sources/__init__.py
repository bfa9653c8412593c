"""Where examples come from: a source gives images, labels and names in host memory, always the same bytes."""
from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from dietsb_core.errors import UserError
from dietsb_core.sources import cifar, digits, folder, procedural
from dietsb_core.sources.source import Source, Split

__all__ = ["SOURCES", "Source", "Split", "data_root", "load"]

SOURCES: dict[str, Callable[[Path], Source]] = {
    "procedural": procedural.load,
    "procedural-small": procedural.small,
    "procedural-32": procedural.large,
    "digits": digits.load,
    "cifar10": partial(cifar.load, cifar.CIFARS["cifar10"]),
    "cifar100": partial(cifar.load, cifar.CIFARS["cifar100"]),
    "folder": folder.load,
}


def data_root(root: Path | str | None = None) -> Path:
    """Where files are looked for: `root`, else $DIETSB_DATA, else `data` below the current folder."""
    return Path(root or os.environ.get("DIETSB_DATA") or "data").expanduser()


def load(name: str, root: Path | str | None = None) -> Source:
    """The source `name`, one of SOURCES, from the files below `data_root(root)` where it needs any."""
    if name not in SOURCES:
        raise UserError(f"unknown source {name!r}; allowed are {', '.join(SOURCES)}")
    return SOURCES[name](data_root(root))
