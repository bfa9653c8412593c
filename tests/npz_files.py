"""Files of arrays whose headers say what they are made to say."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from fake_cifar import arrays

KEYS = ("images", "labels", "names", "classes")


def member(array: np.ndarray, **header: Any) -> bytes:
    """`array` as an .npy, whose header says `header` (`descr`, `shape`, `fortran_order`) instead of what is true."""
    file = io.BytesIO()
    if not header:
        np.lib.format.write_array(file, array, allow_pickle=False)
        return file.getvalue()
    said = {"descr": np.lib.format.dtype_to_descr(array.dtype), "fortran_order": False, "shape": array.shape} | header
    np.lib.format.write_array_header_1_0(file, said)
    return file.getvalue() + np.ascontiguousarray(array).tobytes()


def write(path: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    """An .npz with these members, each the content of an .npy."""
    with zipfile.ZipFile(path, "w", compression) as archive:
        for key, content in members.items():
            archive.writestr(f"{key}.npy", content)
    return path


def lying(path: Path, key: str, **header: Any) -> Path:
    """A sound .npz but for the header of the array `key`."""
    sound = arrays("train")
    return write(path, {name: member(sound[name], **(header if name == key else {})) for name in KEYS})
