"""CIFAR-10 and CIFAR-100 (Krizhevsky 2009). An example's name is its file name in the original archive."""
from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np

from dietsb_core.sources.published import Published
from dietsb_core.sources.source import Source, Split


class Cifar(Published):
    """One of the two, whose original form is torchvision's folder of pickles."""

    def original(self) -> str:
        return f"{self.torchvision().base_folder}/"

    def read(self, place: Path) -> Source:
        """The archive's own pickles, unpickled only after the checksum of EVERY file has been verified."""
        dataset, found = self.torchvision(), place / self.original()
        meta = dataset.meta
        for file, md5 in (*dataset.train_list, *dataset.test_list, (meta["filename"], meta["md5"])):
            self.verify(found / file, md5)
        classes = tuple(_unpickle(found / meta["filename"])[meta["key"]])
        train, test = (_stack([_unpickle(found / file) for file, _ in files], self.side)
                       for files in (dataset.train_list, dataset.test_list))
        return Source(self.name, classes, train, test).canonical()

    def fetch(self, root: Path) -> None:
        self.torchvision()(str(root), train=True, download=True)


CIFARS = {"cifar10": Cifar("cifar10", "CIFAR10", 10, 50_000, 10_000),
          "cifar100": Cifar("cifar100", "CIFAR100", 100, 50_000, 10_000)}


def _unpickle(path: Path) -> dict:
    with path.open("rb") as file:
        return pickle.load(file, encoding="latin1")


def _stack(batches: list[dict], side: int) -> Split:
    """One split of the archive's batches, whose rows are 3 planes of side * side: red, green, blue."""
    planes = np.concatenate([batch["data"] for batch in batches]).reshape(-1, 3, side, side)
    key = "fine_labels" if "fine_labels" in batches[0] else "labels"
    labels = np.array([label for batch in batches for label in batch[key]], dtype=np.int64)
    names = np.array([name for batch in batches for name in batch["filenames"]])
    return Split(np.ascontiguousarray(planes.transpose(0, 2, 3, 1)), labels, names)
