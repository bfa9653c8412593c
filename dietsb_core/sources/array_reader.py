"""Rows of a large array of images, read a few at a time.

Where the array is mapped from a file its rows are read from the file, not through the map: pages that are touched
count as this process's memory, and those of a whole set would fill it.
"""
from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np

from dietsb_core.errors import UserError
from dietsb_core.progress import Progress

PART = 1 << 24  # bytes at a time, where a whole set is gone through


class Rows:
    """Any rows of `images`, uint8 [N, side, side, 3]: an array, or a np.memmap or slice of one. For any thread."""

    def __init__(self, images: np.ndarray):
        self.images, self.size = images, images[:1].nbytes
        self.shape = images.shape[1:]
        self.file, self.offset = _opened(images)

    def __len__(self) -> int:
        return len(self.images)

    def read(self, rows: np.ndarray, out: np.ndarray) -> None:
        """Copy the images `rows` (int64 [m]) into `out`, uint8 [m, side, side, 3], C-contiguous."""
        if self.file is None:
            np.take(self.images, rows, axis=0, out=out, mode="clip")  # `raise` would buffer; rows are in range
            return
        view = memoryview(out.reshape(-1))
        for start, stop in _runs(rows):
            _fill(self.file, view[start * self.size:stop * self.size], self.offset + int(rows[start]) * self.size)

    def take(self, rows: np.ndarray) -> np.ndarray:
        """The images `rows`, in an array of their own."""
        out = np.empty((len(rows), *self.shape), np.uint8)
        self.read(rows, out)
        return out

    def expect(self, rows: np.ndarray) -> None:
        """Let the system begin to read `rows`: a disk has them sooner when it is asked for many at once."""
        if self.file is not None and hasattr(os, "posix_fadvise"):
            for row in rows.tolist():
                os.posix_fadvise(self.file.fileno(), self.offset + row * self.size, self.size, os.POSIX_FADV_WILLNEED)


def parts(images: np.ndarray, what: str = "") -> Iterator[np.ndarray]:
    """All of `images` in order, some MB at a time; with progress under the name `what`."""
    rows, step = Rows(images), max(1, PART // max(1, images[:1].nbytes))
    progress = Progress(what, len(images)) if what else None
    for start in range(0, len(images), step):
        part = images[start:start + step]
        yield part if rows.file is None else rows.take(np.arange(start, start + len(part)))
        if progress:
            progress.add(len(part))


def histogram(images: np.ndarray, what: str = "") -> np.ndarray:
    """How often each of the 256 levels occurs in each channel: int64 [3, 256]."""
    counts = np.zeros((3, 256), np.int64)
    for part in parts(images, what):
        for piece in np.array_split(part, max(1, part.nbytes >> 20)):  # NumPy counts in a copy of eight times the size
            counts += [np.bincount(piece[..., c].ravel(), minlength=256) for c in range(3)]
    return counts


def _opened(images: np.ndarray) -> tuple:
    """(file, offset in bytes of the first image) where `images` is mapped from one in one piece, else (None, 0)."""
    if not isinstance(images, np.memmap) or not images.flags.c_contiguous or images.filename is None:
        return None, 0
    whole = images
    while isinstance(whole.base, np.memmap):  # a slice has its base's offset, not its own
        whole = whole.base
    offset = whole.offset + images.__array_interface__["data"][0] - whole.__array_interface__["data"][0]
    return open(images.filename, "rb", buffering=0), offset


def _runs(rows: np.ndarray) -> list[tuple[int, int]]:
    """Stretches [start, stop) of `rows` in which each row follows the one before: one read each."""
    ends = np.flatnonzero(np.diff(rows) != 1) + 1
    edges = [0, *ends.tolist(), len(rows)]
    return list(zip(edges[:-1], edges[1:], strict=True)) if len(rows) else []


def _fill(file, view: memoryview, offset: int) -> None:
    while len(view):
        count = os.preadv(file.fileno(), [view], offset)
        if not count:
            raise UserError(f"{file.name} is shorter than it was when it was opened; run the command again, "
                            "and leave the file alone meanwhile")
        view, offset = view[count:], offset + count
