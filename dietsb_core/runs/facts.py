"""What of a data set stays on record, so that no images are needed later: names, labels, and a number a class."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from dietsb_core.errors import DataMissing, UserError
from dietsb_core.files import set_aside, whole
from dietsb_core.locks import locked
from dietsb_core.runs import sealed
from dietsb_core.runs.store import RECORDED, room, store
from dietsb_core.sources import loaded
from dietsb_core.sources.array_reader import Rows


@dataclass(frozen=True, eq=False)
class Facts:
    """names str [N], labels int64 [N] of the training set; classes str [C]; diversity float [C]; its fingerprint."""

    names: np.ndarray
    labels: np.ndarray
    classes: np.ndarray
    diversity: np.ndarray
    fingerprint: str


def class_diversity(images: np.ndarray, labels: np.ndarray, classes: int) -> np.ndarray:
    """Mean squared distance of a class's images to their mean, per pixel value in [0, 1]; float [classes].

    images: uint8 [N, H, W, 3]; labels: int64 [N]. It is half the mean squared distance between two images of the
    class: low where a class's images look alike.
    """
    held = Rows(images)
    return np.array([variance(held, np.flatnonzero(labels == label)) for label in range(classes)])


def variance(images: Rows, rows: np.ndarray) -> float:
    """Variance over the images `rows` [n], per pixel value in [0, 1], from exact sums, a few images at a time."""
    total = squares = np.zeros(images.shape, np.int64)
    for some in np.array_split(rows, 1 + len(rows) * images.size // 2**22):
        levels = images.take(some).astype(np.int64)
        total, squares = total + levels.sum(0), squares + (levels**2).sum(0)
    n = len(rows)
    return float(((n * squares - total**2) / n**2).mean() / 255**2) if n else np.nan


def measure(data: str) -> Path:
    """Take the facts of `data` and write them where records go; returns the file."""
    found = loaded(data)
    train, path = found.train, store() / f"facts-{data}.npz"
    columns = {"names": train.names, "labels": train.labels.astype(np.int32), "classes": np.array(found.classes),
               "diversity": class_diversity(train.images, train.labels, len(found.classes)),
               "fingerprint": found.fingerprint}
    lock, busy = store() / ".unfinished" / f"{path.stem}.lock", f"{path}: another process writes it; waiting for it"
    with room(), locked(lock, busy), whole(path) as part:
        sealed.write(part, columns)
    return path


def facts(data: str) -> Facts:
    """The facts of `data`: from the record, else taken from the images if they are here."""
    return _facts(data, store())


@lru_cache(maxsize=4)
def _facts(data: str, new: Path) -> Facts:
    return known(data, new) or read(measure(data))


def known(data: str, new: Path) -> Facts | None:
    """The facts of `data` on record, in the folder of `new` records or committed; None where there are none."""
    found = (read(root / f"facts-{data}.npz") for root in (new, RECORDED))
    return next(filter(None, found), None)


def read(path: Path) -> Facts | None:
    """The facts in `path`; None where there are none, or where they cannot be read (then the file is set aside)."""
    if not path.exists():
        return None
    try:
        found = sealed.read(path)
        return Facts(found["names"], found["labels"].astype(np.int64), found["classes"], found["diversity"],
                     str(found["fingerprint"]))
    except (OSError, ValueError, KeyError) as error:
        set_aside(path, error)
        return None


def images_of(data: str, rows: np.ndarray) -> np.ndarray | None:
    """The training images `rows` [m], uint8 [m, H, W, 3]; None where they are not on this machine. UserError where they
    are and cannot be read, or are not those of the records."""
    try:
        found = loaded(data)
    except DataMissing:
        return None
    if found.fingerprint != facts(data).fingerprint:
        raise UserError(f"{data} here is not the {data} of the facts on record (its fingerprint differs): point "
                        "DIETSB_DATA at the original data or, where this is the data meant, take its facts anew: "
                        f"python -m dietsb_core facts --data {data}")
    return found.train.images[rows]
