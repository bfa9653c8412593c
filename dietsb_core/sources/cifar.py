"""CIFAR-10 and CIFAR-100 (Krizhevsky 2009) from the files a user has, or by torchvision's verified download.

Three forms are read and give identical rows: a pair of .npz files, torchvision's folder, an ImageFolder tree.
"""
from __future__ import annotations

import pickle
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

import numpy as np

from dietsb_core.errors import UserError
from dietsb_core.sources import folder, npz
from dietsb_core.sources.source import Source, Split


@dataclass(frozen=True)
class Cifar:
    """What a complete copy holds; `dataset` is the class in torchvision.datasets that knows the checksums."""

    name: str
    dataset: str
    classes: int
    train: int = 50_000
    test: int = 10_000
    side: int = 32

    def torchvision(self) -> type:
        import torchvision.datasets

        return getattr(torchvision.datasets, self.dataset)


CIFARS = {"cifar10": Cifar("cifar10", "CIFAR10", 10), "cifar100": Cifar("cifar100", "CIFAR100", 100)}


def load(cifar: Cifar, root: Path) -> Source:
    """The data set from the first form found in `root` and `root/<name>`, in canonical order.

    Example identity is the file name in the original archive's `filenames`. UserError where nothing is found,
    and where what is found is damaged or incomplete: another form is never taken silently in its stead.
    """
    places = (root, root / cifar.name)
    pairs = [npz.paths(place, cifar.name) for place in places]
    originals = [place / cifar.torchvision().base_folder for place in places]
    for pair in pairs:
        if any(path.exists() for path in pair):
            return _complete(cifar, npz.load(cifar.name, *pair), f"{pair[0]} and {pair[1].name}")
    for original in originals:
        if original.is_dir():
            return _complete(cifar, _read_original(cifar, original), original)
    if (root / cifar.name / "train").is_dir():
        return _complete(cifar, folder.tree(cifar.name, root / cifar.name), root / cifar.name)
    train, test = (path.name for path in pairs[0])
    raise UserError(f"{cifar.name} not found: looked in {places[0]} and {places[1]} for {train} with {test}, "
                    f"for {originals[0].name}/ and for {cifar.name}/train/<class>/; "
                    f"get it with: {_command(cifar)}")


def download(name: str, root: Path) -> Path:
    """Fetch and verify the original archive through torchvision, unless it is there; returns its folder."""
    if name not in CIFARS:
        raise UserError(f"nothing to download for {name!r}; allowed are {', '.join(CIFARS)}")
    dataset = CIFARS[name].torchvision()
    try:
        dataset(str(root), train=True, download=True)
    except (OSError, RuntimeError, EOFError, HTTPException) as error:  # network, space, checksum
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UserError(f"{name}: the download of {dataset.url} to {root} failed ({reason}); "
                        f"try again, or put {name}-train.npz and {name}-test.npz there") from None
    return root / dataset.base_folder


def _complete(cifar: Cifar, source: Source, found: Path | str) -> Source:
    """`source` again, or a UserError if it is not the whole data set."""
    for what, has, whole in (("training images", len(source.train), cifar.train),
                             ("test images", len(source.test), cifar.test),
                             ("classes", len(source.classes), cifar.classes),
                             ("pixels a side", source.side, cifar.side)):
        if has != whole:
            raise UserError(f"{found}: {has:,} {what}, {cifar.name} has {whole:,}; {_mend(cifar)}")
    return source


def _read_original(cifar: Cifar, found: Path) -> Source:
    """The archive's own pickles, unpickled only after the checksum of EVERY file has been verified."""
    dataset = cifar.torchvision()
    meta = dataset.meta
    for file, md5 in (*dataset.train_list, *dataset.test_list, (meta["filename"], meta["md5"])):
        _verify(cifar, found / file, md5)
    classes = tuple(_unpickle(found / meta["filename"])[meta["key"]])
    train, test = (_stack([_unpickle(found / file) for file, _ in files], cifar.side)
                   for files in (dataset.train_list, dataset.test_list))
    return Source(cifar.name, classes, train, test).canonical()


def _verify(cifar: Cifar, path: Path, md5: str) -> None:
    from torchvision.datasets.utils import check_integrity

    if not path.is_file():
        raise UserError(f"{path} is missing; {_mend(cifar)}")
    if not check_integrity(str(path), md5):
        raise UserError(f"{path} is truncated or altered: its MD5 is not {md5}, so it was not opened; "
                        f"{_mend(cifar)}")


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


def _command(cifar: Cifar) -> str:
    return f"python -m dietsb_core data {cifar.name}"


def _mend(cifar: Cifar) -> str:
    return f"move it away and get the data with: {_command(cifar)}"
