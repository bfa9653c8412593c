"""A data set in two .npz files, `<name>-train.npz` and `<name>-test.npz`.

Each holds images uint8 [N, side, side, 3], labels (integers [N], indices into classes), names str [N] and
classes str [C]. Nothing in them is ever unpickled. A checksum beside one, as `sha256sum FILE > FILE.sha256`
writes it, is verified.
"""
from __future__ import annotations

import hashlib
import io
import math
import zipfile
from pathlib import Path

import numpy as np

from dietsb_core.errors import DataMissing, UserError
from dietsb_core.sources.bad_images import reason_of
from dietsb_core.sources.forms import check_levels, check_range, check_text, form
from dietsb_core.sources.source import Source, Split

KEYS = ("images", "labels", "names", "classes")
HEADER = 1 << 12  # bytes of an array that are unpacked before its header is known
ENCRYPTED = 1  # among a zip member's flags
RATIO, FLOOR = 200, 1 << 26  # the most that is unpacked of a byte of the file, beyond so many bytes for nothing


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
    if not path.exists():
        raise DataMissing(f"{path} is missing; it must stand beside the other split's file")
    try:
        _regular(path)
        _verify(path)
        arrays = _arrays(path)
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror or error}); put it in order") from None
    return _checked(arrays, path)


def _checked(arrays: dict[str, np.ndarray], path: Path) -> tuple[tuple[str, ...], Split]:
    classes, labels = arrays["classes"], arrays["labels"]
    if classes.dtype.kind != "U" or classes.ndim != 1:
        raise UserError(f"{path}: classes are {form(classes)}, must be str [C], the classes' names")
    check_text(classes, f"{path}: classes")
    if labels.dtype.kind in "iu" and labels.size:
        check_range(labels, len(classes), str(path))  # before those of 64 bits without a sign are made to have one
        labels = labels.astype(np.int64, copy=False)
    split = Split(np.ascontiguousarray(arrays["images"]), labels, arrays["names"])
    split.check(len(classes), str(path))
    check_levels(split.images, str(path))
    return tuple(classes.tolist()), split


def _regular(path: Path) -> None:
    """Refuse what is no file, or cannot be read: to open a pipe would wait for its other end for ever."""
    if not path.is_file():
        raise UserError(f"{path} is no regular file but a folder, a pipe or the like; move it away")
    path.open("rb").close()  # what may not be read is not what is damaged


def _verify(path: Path) -> None:
    """Compare with the checksum beside the file, if there is one."""
    beside = path.with_name(path.name + ".sha256")
    if not beside.exists():
        return
    _regular(beside)
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
    if not (zipfile.is_zipfile(path) and _begins_as_zip(path)):  # np.load would take it for a pickle and say so
        raise UserError(damaged)
    try:
        with np.load(path, allow_pickle=False) as archive:
            _check_members(path, archive.zip.infolist())
            sizes = [_declared(path, archive, key) for key in KEYS]
            if (most := path.stat().st_size * RATIO + FLOOR) < sum(sizes):
                raise UserError(f"{path} declares {sum(sizes) / 1e9:.1f} GB, more than the {most / 1e9:.1f} GB that a "
                                "file of its size can hold of images; get the file again")
            return {key: archive[key] for key in KEYS}
    except UserError:
        raise
    except OSError as error:
        if error.errno:
            raise
        raise UserError(f"{damaged} ({reason_of(error)})") from None
    except Exception as error:  # what NumPy, zipfile and their decompressors raise at nonsense is not documented
        raise UserError(f"{damaged} ({reason_of(error)})") from None


def _begins_as_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"PK"


def _check_members(path: Path, there: list[zipfile.ZipInfo]) -> None:
    """Refuse an archive that lacks an array, has two of one name (NumPy would read either), or is encrypted."""
    for key in KEYS:
        found = [member for member in there if member.filename in (key, f"{key}.npy")]
        if not any(member.filename.endswith(".npy") for member in found):
            raise UserError(f"{path} has no {key!r}; it must hold {', '.join(KEYS)}")
        if len(found) > 1:
            raise UserError(f"{path} holds {key!r} {len(found)} times; write the file again, with each array once")
        if found[0].flag_bits & ENCRYPTED:
            raise UserError(f"{path}: {key!r} is encrypted; write the file again without a password")


def _declared(path: Path, archive: np.lib.npyio.NpzFile, key: str) -> int:
    """The bytes of an array by its header, which must be those that the file holds: NumPy takes memory before it looks.
    An array of Python objects, which a pickle holds, is refused too, and the contents stay unread."""
    member = archive.zip.getinfo(f"{key}.npy")
    npy = np.lib.format
    with archive.zip.open(member) as file:
        begin = io.BytesIO(file.read(HEADER))  # NumPy would unpack as many bytes as the header says it has
    header = npy.read_array_header_1_0 if npy.read_magic(begin) == (1, 0) else npy.read_array_header_2_0
    shape, _, dtype = header(begin)
    there = member.file_size - begin.tell()
    if dtype.hasobject:
        raise UserError(f"{path}: {key!r} holds pickled Python objects, which can run code when loaded: "
                        "refused; save it as an array of numbers or str")
    declared = math.prod(shape) * dtype.itemsize
    if declared != there or any(size < 0 for size in shape):
        raise UserError(f"{path} is damaged: {key!r} declares {list(shape)}, which is {declared:,} bytes, and holds "
                        f"{there:,}; get the file again")
    return declared
