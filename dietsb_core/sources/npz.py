"""A data set in two .npz files, `<name>-train.npz` and `<name>-test.npz`.

Each holds images uint8 [N, side, side, 3], labels (integers [N], indices into classes), names str [N] and
classes str [C]. Nothing in them is ever unpickled. A checksum beside one, as `sha256sum FILE > FILE.sha256`
writes it, is verified.
"""
from __future__ import annotations

import hashlib
import zipfile
import zlib
from pathlib import Path

import numpy as np

from dietsb_core.errors import DataMissing, UserError
from dietsb_core.sources.source import Source, Split, form

KEYS = ("images", "labels", "names", "classes")


def paths(place: Path, name: str) -> tuple[Path, Path]:
    """The training and the test file of `name` in the folder `place`."""
    return place / f"{name}-train.npz", place / f"{name}-test.npz"


def load(name: str, train: Path, test: Path) -> Source:
    """The data set `name` from its two files, in canonical order; DataMissing where one is not there,
    UserError where one is unfit."""
    classes, first = read(train)
    test_classes, second = read(test)
    if classes != test_classes:
        raise UserError(f"{train.name} and {test.name} in {train.parent} name different classes; "
                        "both files must be written from one data set")
    return Source(name, classes, first, second).canonical()


def read(path: Path) -> tuple[tuple[str, ...], Split]:
    """Classes and examples of one file, verified."""
    if not path.is_file():
        raise DataMissing(f"{path} is missing; it must stand beside the other split's file")
    _verify(path)
    arrays = _arrays(path)
    classes, labels = arrays["classes"], arrays["labels"]
    if classes.dtype.kind != "U" or classes.ndim != 1:
        raise UserError(f"{path}: classes are {form(classes)}, must be str [C], the classes' names")
    if labels.dtype.kind in "iu":
        labels = labels.astype(np.int64, copy=False)
    split = Split(arrays["images"], labels, arrays["names"])
    split.check(len(classes), str(path))
    return tuple(classes.tolist()), split


def _verify(path: Path) -> None:
    """Compare with the checksum beside the file, if there is one."""
    beside = path.with_name(path.name + ".sha256")
    if not beside.is_file():
        return
    expected = _listed(beside, path.name)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != expected:
        raise UserError(f"{path} is truncated or altered: its SHA-256 begins {digest[:12]}, "
                        f"{beside.name} says {expected[:12]}; get the file again")


def _listed(sums: Path, name: str) -> str:
    """The checksum that `sums` lists for the file `name`: a line is `<hex>  <path>`, or `<hex> *<path>`."""
    for line in sums.read_text(errors="replace").splitlines():
        digest, _, path = line.partition(" ")
        if Path(path.strip().removeprefix("*")).name == name:
            return digest.lower()
    raise UserError(f"{sums} has no line for {name}; write it again with: sha256sum {name} > {sums.name}")


def _arrays(path: Path) -> dict[str, np.ndarray]:
    damaged = f"{path} is truncated, damaged or not an .npz file; get the file again"
    if not zipfile.is_zipfile(path):  # np.load would take it for a pickle and say so
        raise UserError(damaged)
    try:
        with np.load(path, allow_pickle=False) as archive:
            missing = [key for key in KEYS if key not in archive.files]
            if missing:
                raise UserError(f"{path} has no {missing[0]!r}; it must hold {', '.join(KEYS)}")
            for key in KEYS:
                _refuse_objects(path, archive, key)
            return {key: archive[key] for key in KEYS}
    except UserError:
        raise
    except (OSError, EOFError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UserError(f"{damaged} ({reason})") from None


def _refuse_objects(path: Path, archive: np.lib.npyio.NpzFile, key: str) -> None:
    """Tell an array of Python objects, which a pickle holds, by its header: the contents stay unread."""
    with archive.zip.open(f"{key}.npy") as file:
        npy = np.lib.format
        header = npy.read_array_header_1_0 if npy.read_magic(file) == (1, 0) else npy.read_array_header_2_0
        dtype = header(file)[2]
    if dtype.hasobject:
        raise UserError(f"{path}: {key!r} holds pickled Python objects, which can run code when loaded: "
                        "refused; save it as an array of numbers or str")
