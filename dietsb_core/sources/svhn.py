"""SVHN (Netzer et al. 2011): digits of house numbers, cropped to 32 px, with the classes "0" to "9"."""
from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from dietsb_core.errors import UserError
from dietsb_core.sources.published import Published
from dietsb_core.sources.source import Source, Split

PARTS = ("train", "test")  # the `extra` set is left out: it is easier, and seven times as large


class Svhn(Published):
    """Its original form is two MATLAB files. They name no images: `train_00017.png` is row 17 of train_32x32.mat."""

    def original(self) -> str:
        return self._files()["train"][0]

    def read(self, place: Path) -> Source:
        """Both files, opened by scipy only after the checksum of BOTH has been verified."""
        files = self._files()
        for file, md5 in files.values():
            self.verify(place / file, md5)
        train, test = (_split(place / files[part][0], part) for part in PARTS)
        return Source(self.name, tuple(map(str, range(10))), train, test).canonical()

    def fetch(self, root: Path) -> None:
        from torchvision.datasets.utils import check_integrity, download_url

        for part in PARTS:  # not through the class, which would read the files as well
            url, file, md5 = self.torchvision().split_list[part]
            if not check_integrity(str(root / file), md5):
                download_url(url, str(root / ".part"), file, md5)
                os.replace(root / ".part" / file, root / file)  # a download that is cut short leaves no such file

    def url(self) -> str:
        return self.torchvision().split_list["train"][0]

    def _files(self) -> dict[str, tuple[str, str]]:
        """{part: (file, MD5)}."""
        return {part: tuple(self.torchvision().split_list[part][1:]) for part in PARTS}


SVHN = Svhn("svhn", "SVHN", 10, 73_257, 26_032)


def _split(path: Path, part: str) -> Split:
    """One file: X uint8 [32, 32, 3, N], y [N, 1] from 1 to 10, where 10 stands for the digit 0."""
    try:
        from scipy.io import loadmat
    except ImportError:
        raise UserError("svhn: its .mat files are read by scipy, which is not installed; get it with: "
                        "pip install scipy (or put svhn-train.npz and svhn-test.npz in their place)") from None
    content = loadmat(path, variable_names=("X", "y"))
    images = np.ascontiguousarray(content["X"].transpose(3, 0, 1, 2))
    names = np.array([f"{part}_{row:05d}.png" for row in range(len(images))])
    return Split(images, content["y"].ravel().astype(np.int64) % 10, names)
