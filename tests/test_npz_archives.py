"""An .npz that is an odd archive, or has odd pixels: an array twice, a password, a header of 100 MB, images last."""

from __future__ import annotations

import struct
import tracemalloc
import warnings
import zipfile

import fake_cifar
import numpy as np
import pytest
from fake_cifar import TINY, arrays
from npz_files import KEYS, member, write
from one_line import refused

from dietsb_core.sources import npz

SOUND = {key: member(array) for key, array in arrays("train").items()}
GOOD = arrays("train")["images"]


def added(path, name: str, content: bytes):
    """A sound file with one member more."""
    with zipfile.ZipFile(write(path, SOUND), "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr(name, content)
    return path


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("ending", ["", ".npy"])
def test_an_array_that_is_there_twice(tmp_path, key, ending):
    """NumPy reads the one without an ending, whose header nobody looked at, or the last."""
    lie = member(arrays("train")[key], shape=(10**12,))
    for content in (lie, SOUND[key], b"junk"):
        file = added(tmp_path / "x.npz", key + ending, content)
        refused(lambda file=file: npz.read(file), file, f"holds {key!r} 2 times", "each array once")


def test_what_else_an_archive_holds_is_not_looked_at(tmp_path):
    for name in ("readme.txt", "labels.txt", "below/labels.npy", "x.npy"):
        np.testing.assert_array_equal(npz.read(added(tmp_path / "x.npz", name, b"junk"))[1].images, GOOD)


@pytest.mark.parametrize("key", KEYS)
def test_an_archive_with_a_password(tmp_path, key):
    file = write(tmp_path / "x.npz", {key: SOUND[key]} | SOUND)  # that array first
    content = bytearray(file.read_bytes())
    content[content.index(b"PK\3\4") + 6] |= 1
    content[content.index(b"PK\1\2") + 8] |= 1
    file.write_bytes(content)
    refused(lambda: npz.read(file), file, f"{key!r} is encrypted", "without a password")


def test_a_header_is_not_unpacked_as_far_as_it_says(tmp_path):
    """100 MB of blanks in 100 kB: NumPy would read them all before it refused them."""
    size = 100 << 20
    bomb = b"\x93NUMPY\x02\x00" + struct.pack("<I", size) + b" " * size
    file = write(tmp_path / "x.npz", SOUND | {"labels": bomb})
    assert file.stat().st_size < 1 << 18
    tracemalloc.start()
    refused(lambda: npz.read(file), file, "damaged", "get the file again")
    assert tracemalloc.get_traced_memory()[1] < 8 << 20
    tracemalloc.stop()


def test_an_archive_behind_other_bytes_is_no_pickle(tmp_path):
    file = write(tmp_path / "x.npz", SOUND)
    file.write_bytes(b"#!/bin/sh\n" + file.read_bytes())
    assert "pickle" not in refused(lambda: npz.read(file), file, "not an .npz file", "get the file again")


FIX = {
    "images last, as SVHN's": (GOOD.transpose(1, 2, 3, 0), "images.transpose(3, 0, 1, 2)"),
    "the same, floats": (GOOD.transpose(1, 2, 3, 0) / 255, "images.transpose(3, 0, 1, 2)"),
    "records": (GOOD.view([("r", "u1"), ("g", "u1"), ("b", "u1")])[..., 0], "plain numbers"),
    "bytes": (GOOD.astype("S3"), "plain numbers"), "text": (GOOD.astype("U3"), "plain numbers"),
    "complex": (GOOD.astype("c8"), "plain numbers"), "dates": (GOOD.astype("M8[s]"), "plain numbers"),
}


@pytest.mark.parametrize("what", FIX)
def test_the_line_about_images_says_how_to_make_them_right(tmp_path, what):
    images, fix = FIX[what]
    fake_cifar.write_npz(tmp_path, images=images)
    refused(lambda: TINY.load(tmp_path), "cifar100-train.npz: images are", "must be uint8 [N > 0, side, side, 3]", fix)


def test_images_that_were_put_first_are_taken(tmp_path):
    fake_cifar.write_npz(tmp_path, images=GOOD.transpose(1, 2, 3, 0).transpose(3, 0, 1, 2))
    np.testing.assert_array_equal(TINY.load(tmp_path).train.images, fake_cifar.rows("train").images)
