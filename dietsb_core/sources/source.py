"""A data set on the host: images, labels and names of two splits, checked once when it is made."""
from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from dietsb_core.errors import UserError
from dietsb_core.sources import array_reader, sidecar
from dietsb_core.sources.forms import advice, check_range, check_text, form


@dataclass(frozen=True, eq=False)
class Split:
    """N examples: images uint8 [N, side, side, 3], labels int64 [N], names str [N].

    A name is the identity of an example within its class, so that scores can be joined across orderings.
    """

    images: np.ndarray
    labels: np.ndarray
    names: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, rows: np.ndarray) -> Split:
        """The examples at `rows`, in that order."""
        return Split(self.images[rows], self.labels[rows], self.names[rows])

    def by_label_and_name(self) -> np.ndarray:
        """Rows [N] in the canonical order."""
        return np.lexsort((self.names, self.labels))

    def check(self, classes: int, where: str) -> None:
        """Raise a UserError that begins with `where` unless the arrays keep to the contract above."""
        self._check_form(where)
        check_range(self.labels, classes, where)
        check_text(self.names, f"{where}: names")
        self._check_names(where)

    def _check_form(self, where: str) -> None:
        images, labels, names = self.images, self.labels, self.names
        square = images.ndim == 4 and images.shape[3] == 3 and images.shape[1] == images.shape[2] > 0
        if images.dtype != np.uint8 or not square or len(images) == 0:
            raise UserError(f"{where}: images are {form(images)}, must be uint8 [N > 0, side, side, 3]: "
                            f"{advice(images)}")
        if labels.dtype != np.int64 or labels.shape != images.shape[:1]:
            raise UserError(f"{where}: labels are {form(labels)}, must be int64 [{len(images)}], as images: give "
                            "each image the index of its class, a whole number")
        if names.dtype.kind != "U" or names.shape != images.shape[:1]:
            raise UserError(f"{where}: names are {form(names)}, must be str [{len(images)}], as images: give "
                            "each image the name of its file, as text")

    def _check_names(self, where: str) -> None:
        order = self.by_label_and_name()
        names, labels = self.names[order], self.labels[order]
        twice = np.flatnonzero((names[1:] == names[:-1]) & (labels[1:] == labels[:-1]))
        if len(twice):
            name, label = str(names[twice[0]]), labels[twice[0]]
            raise UserError(f"{where}: the name {name!r} occurs twice in class {label}; "
                            "a name must be unique within its class, so rename one of them")


@dataclass(frozen=True, eq=False)
class Source:
    """A whole data set; `truth` holds what is known of each TRAINING example, columns [len(train)]. `rare`, bool
    [len(test)], are the test examples of what training has fewest of, where that is known.

    What takes long to tell of a large set is remembered in the file `memo`, which belongs to these very images.
    """

    name: str
    classes: tuple[str, ...]
    train: Split
    test: Split
    truth: dict[str, np.ndarray] = field(default_factory=dict)
    rare: np.ndarray | None = None
    memo: Path | None = None

    def __post_init__(self) -> None:
        count, different = len(self.classes), len(set(self.classes))
        if count < 2 or different < count:
            raise UserError(f"{self.name}: {count} classes with {different} different names; "
                            "there must be two or more, each with its own name")
        check_text(np.array(self.classes), f"{self.name}: classes")
        self.train.check(len(self.classes), f"{self.name} train")
        self.test.check(len(self.classes), f"{self.name} test")
        if self.train.images.shape[1:] != self.test.images.shape[1:]:
            raise UserError(f"{self.name}: training images are {self.side} px and test images "
                            f"{self.test.images.shape[1]} px; both must be the same size")
        self._check_classes()
        for column, values in self.truth.items():
            if values.shape != self.train.labels.shape:
                raise UserError(f"{self.name}: {column!r} is {form(values)}, must be {[len(self.train)]}")

        if self.rare is not None and (self.rare.dtype != bool or self.rare.shape != self.test.labels.shape):
            raise UserError(f"{self.name}: rare is {form(self.rare)}, must be bool {[len(self.test)]}, as test images")

    def _check_classes(self) -> None:
        """Refuse a class of which training or test has no image: it cannot be learnt, or its accuracy not be known."""
        for part, split in (("training", self.train), ("test", self.test)):
            none = np.flatnonzero(np.bincount(split.labels, minlength=len(self.classes)) == 0)
            if len(none):
                raise UserError(f"{self.name}: no {part} image has the class {self.classes[none[0]]!r} (of {len(none)} "
                                "such classes the first); add one, or take the class out of both training and test")

    @property
    def side(self) -> int:
        """Height and width of every image, in pixels."""
        return self.train.images.shape[1]

    def canonical(self) -> Source:
        """The same examples with classes alphabetical and rows by (label, name), whatever the order was."""
        order = np.argsort(np.array(self.classes), kind="stable")
        rank = np.argsort(order)
        train, rows = _arranged(self.train, rank)
        test, tested = _arranged(self.test, rank)
        rare = None if self.rare is None else self.rare[tested]
        truth = {column: values[rows] for column, values in self.truth.items()}
        classes = tuple(self.classes[i] for i in order)
        return replace(self, classes=classes, train=train, test=test, truth=truth, rare=rare)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 (hex) over images, labels and names of both splits: what a record says it was made from."""
        return sidecar.recall(self.memo, "fingerprint", self._fingerprint)

    def _fingerprint(self) -> str:
        digest = hashlib.sha256()
        for split in (self.train, self.test):
            digest.update(repr(split.images.shape).encode())
            for part in array_reader.parts(split.images, f"{self.name}: fingerprint"):
                digest.update(np.ascontiguousarray(part))
            digest.update(split.labels.astype("<i8"))
            # Joined text, not the array's bytes: those depend on the width of the longest name.
            digest.update("\0".join(split.names.tolist()).encode())
        return digest.hexdigest()

    @cached_property
    def levels(self) -> np.ndarray:
        """How often each of the 256 levels occurs in each channel of the training images: int64 [3, 256]."""
        what = f"{self.name}: statistics of the channels"
        def count() -> list[list[int]]:
            return array_reader.histogram(self.train.images, what).tolist()

        return np.array(sidecar.recall(self.memo, "levels", count))


def _arranged(split: Split, rank: np.ndarray) -> tuple[Split, np.ndarray]:
    """`split` with label c renamed rank[c] and rows in canonical order, and those rows [N]."""
    split = replace(split, labels=rank[split.labels].astype(np.int64))
    rows = split.by_label_and_name()
    if np.array_equal(rows, np.arange(len(rows))):  # spares a copy of all the images
        return split, rows
    return split.take(rows), rows
