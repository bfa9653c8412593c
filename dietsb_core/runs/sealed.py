"""Arrays in an `.npz` with a checksum of their own, `sha256`: what was edited or damaged is not read."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import numpy as np

from dietsb_core.files import as_file

SEAL = "sha256"


def write(path: Path, columns: dict[str, np.ndarray]) -> None:
    """Write `columns` and their checksum to `path`, whatever its name ends in."""
    arrays = {name: np.asarray(values) for name, values in columns.items()}
    with open(path, "wb") as file:  # given a path, NumPy would put .npz behind it
        np.savez_compressed(file, **arrays, **{SEAL: checksum(arrays)})


def read(path: Path) -> dict[str, np.ndarray]:
    """The columns in `path` as they were written. Raises OSError where the file cannot be read now, and ValueError
    where they are damaged, edited or without a checksum."""
    content = io.BytesIO(as_file(path).read_bytes())
    try:
        with np.load(content, allow_pickle=False) as found:
            columns = dict(found)
    except Exception as error:  # a damaged archive or header leads to many kinds
        raise ValueError(f"it is no whole .npz: {error or type(error).__name__}") from None
    if SEAL not in columns:
        raise ValueError("it has no checksum")
    if str(columns.pop(SEAL)) != checksum(columns):
        raise ValueError("its checksum differs")
    return columns


def checksum(columns: dict[str, np.ndarray]) -> str:
    """SHA-256 (hex) of names, types, shapes and values, whatever the order of the names."""
    found = hashlib.sha256()
    for name, values in sorted(columns.items()):
        found.update(f"{name} {values.dtype.str} {values.shape};".encode())
        found.update(np.ascontiguousarray(values).tobytes())
    return found.hexdigest()
