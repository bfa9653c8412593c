"""What of a data set stays on record, so that no images are needed later: names, labels, and a number a class."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from dietsb_core.errors import UserError
from dietsb_core.execute import source
from dietsb_core.runs import RECORDED, store


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
    return np.array([(images[labels == label].astype(np.float64) / 255).var(axis=0).mean()
                     for label in range(classes)])


def measure(data: str) -> Path:
    """Take the facts of `data` and write them where records go; returns the file."""
    found = source(data)
    train, path = found.train, store() / f"facts-{data}.npz"
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.stem}.part-{os.getpid()}.npz")
    np.savez_compressed(part, names=train.names, labels=train.labels.astype(np.int16), classes=np.array(found.classes),
                        diversity=class_diversity(train.images, train.labels, len(found.classes)),
                        fingerprint=found.fingerprint)
    os.replace(part, path)
    return path


@lru_cache(maxsize=4)
def facts(data: str) -> Facts:
    """The facts of `data`: from the record, else taken from the images if they are here."""
    recorded = (root / f"facts-{data}.npz" for root in (store(), RECORDED))
    path = next((path for path in recorded if path.exists()), None) or measure(data)
    with np.load(path, allow_pickle=False) as found:
        return Facts(found["names"], found["labels"].astype(np.int64), found["classes"], found["diversity"],
                     str(found["fingerprint"]))


def images_of(data: str, rows: np.ndarray) -> np.ndarray | None:
    """The training images `rows` [m], uint8 [m, H, W, 3]; None where they are not on this machine."""
    try:
        found = source(data)
    except UserError:
        return None
    if found.fingerprint != facts(data).fingerprint:
        raise UserError(f"{data} here is not the {data} of the records (its fingerprint differs): point DIETSB_DATA at "
                        "the original data")
    return found.train.images[rows]
