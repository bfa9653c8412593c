"""A tiny CIFAR-100 in the three forms that are read: same 12 + 6 images, each form in an order of its own."""
from __future__ import annotations

import hashlib
import pickle
from pathlib import Path

import numpy as np
from PIL import Image

from dietsb_core.sources.cifar import Cifar
from dietsb_core.sources.source import Split

CLASSES = ("apple", "bear", "cup")
TINY = Cifar("cifar100", "CIFAR100", classes=3, train=12, test=6)
PARTS = {"train": 12, "test": 6}


def rows(part: str) -> Split:
    """The examples of one part, by (label, name); classes share file names, as in the real data set."""
    n = PARTS[part]
    images = np.random.default_rng(n).integers(0, 256, (n, 32, 32, 3), dtype=np.uint8)
    labels = np.repeat(np.arange(3), n // 3)
    names = np.array([f"thing_s_{i % (n // 3) * 7:06d}.png" for i in range(n)])
    return Split(images, labels, names)


def shuffled(part: str) -> Split:
    return rows(part).take(np.random.default_rng(5).permutation(PARTS[part]))


def arrays(part: str) -> dict[str, np.ndarray]:
    """What an .npz holds, with its classes out of alphabetical order."""
    split, order = shuffled(part), np.array([2, 0, 1])
    return {"images": split.images, "labels": np.argsort(order)[split.labels], "names": split.names,
            "classes": np.array(CLASSES)[order]}


def write_npz(place: Path, **changed: np.ndarray) -> Path:
    """Both files below `place`; `changed` replaces arrays of the training file. Returns that file."""
    place.mkdir(parents=True, exist_ok=True)
    np.savez(place / "cifar100-test.npz", **arrays("test"))
    np.savez(place / "cifar100-train.npz", **(arrays("train") | changed))
    return place / "cifar100-train.npz"


def write_original(place: Path, monkeypatch, batches: int = 1, key: str = "fine_labels") -> Path:
    """torchvision's folder below `place`; torchvision's table of checksums is patched to fit."""
    import torchvision.datasets

    folder = place / "cifar-100-python"
    folder.mkdir(parents=True)
    md5 = {}
    for part in PARTS:
        split = shuffled(part)
        for i, chunk in enumerate(np.array_split(np.arange(len(split)), batches)):
            batch = split.take(chunk)
            content = {"data": batch.images.transpose(0, 3, 1, 2).reshape(len(batch), -1),
                       key: batch.labels.tolist(), "filenames": batch.names.tolist()}
            md5[f"{part}{i}"] = _pickle(folder / f"{part}{i}", content)
    meta = {"filename": "meta", "key": "fine_label_names"}
    meta["md5"] = _pickle(folder / "meta", {"fine_label_names": list(CLASSES)})
    for part in PARTS:
        files = [[file, sum_] for file, sum_ in md5.items() if file.startswith(part)]
        monkeypatch.setattr(torchvision.datasets.CIFAR100, f"{part}_list", files)
    monkeypatch.setattr(torchvision.datasets.CIFAR100, "meta", meta)
    return folder


def write_tree(place: Path, test: str = "test") -> Path:
    """An ImageFolder tree below `place`."""
    for part in PARTS:
        for image, label, name in zip(*vars(shuffled(part)).values(), strict=True):
            file = place / (test if part == "test" else part) / CLASSES[label] / name
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(image).save(file)
    return place


def _pickle(path: Path, content: object) -> str:
    path.write_bytes(pickle.dumps(content))
    return hashlib.md5(path.read_bytes()).hexdigest()


class Trap:
    """Unpickled, it creates the file `mark`: the proof that something was loaded that should not be."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple:
        return Path.touch, (self.mark,)
