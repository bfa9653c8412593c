"""Where examples come from: a source gives images, labels and names on the host, always the same bytes."""
from __future__ import annotations

import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from dietsb_core.environment import PROJECT
from dietsb_core.errors import UserError
from dietsb_core.files import place, readable
from dietsb_core.sources import dials, digits, folder, imbalanced, procedural
from dietsb_core.sources.cifar import CIFARS
from dietsb_core.sources.published import Published
from dietsb_core.sources.source import Source, Split
from dietsb_core.sources.svhn import SVHN

__all__ = ["PUBLISHED", "SOURCES", "Source", "Split", "data_root", "load", "loaded", "prepare"]

PUBLISHED: dict[str, Published] = CIFARS | {"svhn": SVHN}

SOURCES: dict[str, Callable[[Path], Source]] = {
    "procedural": procedural.load,
    "procedural-small": procedural.small,
    "procedural-medium": procedural.medium,
    "procedural-32": procedural.large,
    "digits": digits.load,
    **{name: published.load for name, published in PUBLISHED.items()},
    **{name: imbalanced.loader(name) for name in imbalanced.NAMES},
    "folder": folder.load,
}
SIZED = "folder-<side>, with a side from {} to {}".format(*folder.SIDES)
TAILED = ", ".join(f"{base}-lt-<imbalance>, up to {most}" for base, most in imbalanced.LONGEST.items())
DIALLED = (f"procedural-easy-<percent>, in steps of {dials.EASY.step} from {dials.EASY[0]} to {dials.EASY[-1]}, and "
           f"procedural-lt-<imbalance>, from 1 to {dials.MOST}")


def data_root(root: Path | str | None = None) -> Path:
    """Where files are looked for: `root`, else $DIETSB_DATA, else `data` of the project, wherever it is called from;
    of a package that was installed without its project, `data` below the current folder."""
    project = PROJECT if (PROJECT / "pyproject.toml").is_file() else Path()
    return place(root or os.environ.get("DIETSB_DATA") or project / "data", "DIETSB_DATA")


def load(name: str, root: Path | str | None = None) -> Source:
    """The source `name`, one of SOURCES, `folder-<side>` a long tail of another imbalance, or a position of a dial,
    from the files below `data_root(root)` where it needs any."""
    with readable():
        return _load(name, data_root(root))


def _load(name: str, root: Path) -> Source:
    if side := folder.side_of(name):
        return folder.load(root, side)
    made = SOURCES.get(name) or imbalanced.loader(name) or dials.loader(name)
    if not made:
        raise UserError(f"unknown source {name!r}; allowed are {', '.join(SOURCES)}, {SIZED}, {TAILED}, and {DIALLED}")
    return made(root)


def loaded(name: str) -> Source:
    """The source `name` where $DIETSB_DATA says, read once a process."""
    return _loaded(name, data_root())


_loaded = lru_cache(maxsize=2)(load)


def prepare(name: str, root: Path | str | None = None) -> str:
    """Download a published data set, or decode a folder of images, and verify all of it; where it is, in a line."""
    name = imbalanced.base_of(name)
    if name in PUBLISHED:
        return str(PUBLISHED[name].download(data_root(root)))
    side = folder.side_of(name)
    if name != "folder" and not side:
        raise UserError(f"nothing to prepare for {name!r}; allowed are {', '.join(PUBLISHED)}, folder and {SIZED}")
    with readable():
        source = folder.load(data_root(root), side, verify=True)
    return (f"{source.memo.parent}: {len(source.train):,} + {len(source.test):,} images of {source.side} px in "
            f"{len(source.classes)} classes, fingerprint {source.fingerprint[:12]}")
