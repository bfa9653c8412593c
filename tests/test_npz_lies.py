"""An .npz whose headers lie, or whose arrays are no data set: one line, and no memory is taken on a header's word."""

from __future__ import annotations

import errno
import os
import struct
import tracemalloc
import zipfile
from pathlib import Path

import fake_cifar
import numpy as np
import pytest
from fake_cifar import TINY, arrays
from npz_files import KEYS, lying, member, write
from one_line import refused

from dietsb_core.errors import DataMissing
from dietsb_core.sources import npz

LARGE = 64 << 20  # bytes; what is read here has some kB


@pytest.fixture
def memory():
    """Nothing inside may take much memory."""
    tracemalloc.start()
    yield
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < LARGE


SHAPES = [(10**12, 32, 32, 3), (2**62, 4), (10**6,) * 10, (13,), (12, 32, 32, 4), (), (-1, 32, 32, 3), (0,), (12, 0)]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_shape_is_checked_against_the_file(tmp_path, memory, key, shape):
    refused(lambda: npz.read(lying(tmp_path / "x.npz", key, shape=shape)), "x.npz", "damaged", "get the file again")


@pytest.mark.parametrize("descr", ["<u4", "<U1000000000", "|S5", "|V12", "<f8", "<c16", "<M8[s]", "|b1", "nonsense",
                                   [("a", "<i4"), ("b", "|u1")], "|O"])
@pytest.mark.parametrize("key", KEYS)
def test_a_type_is_checked_before_it_is_believed(tmp_path, memory, key, descr):
    refused(lambda: npz.read(lying(tmp_path / "x.npz", key, descr=descr)), "x.npz")


def test_what_unpacks_to_far_more_than_it_is_is_not_unpacked(tmp_path, memory):
    """Blank images of 3 GB, in a file of 3 MB, of which nothing is a lie."""
    sound, side = arrays("train"), 32
    file = write(tmp_path / "x.npz", {key: member(sound[key]) for key in KEYS if key != "images"})
    count, block = 1_000_000, bytes(1 << 20)
    head = member(np.zeros((0,), np.uint8), shape=(count, side, side, 3))
    with (zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
          archive.open("images.npy", "w", force_zip64=True) as out):
        out.write(head)
        for _ in range(8):  # the rest is claimed
            out.write(block)
    content = bytearray(file.read_bytes())
    at = content.rindex(b"PK\1\2")
    struct.pack_into("<I", content, at + 24, len(head) + count * side * side * 3)  # in the archive's own list
    file.write_bytes(content)
    refused(lambda: npz.read(file), "declares 3.1 GB", "more than", "get the file again")


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_every_way_to_pack_is_read_or_is_damaged(tmp_path, method):
    sound = arrays("train")
    file = write(tmp_path / "x.npz", {key: member(sound[key]) for key in KEYS}, method)
    np.testing.assert_array_equal(npz.read(file)[1].images, sound["images"])
    content = bytearray(file.read_bytes())
    for at in range(60, len(content) - 400, len(content) // 20):
        content[at] ^= 0xFF
        file.write_bytes(content)
        try:
            split = npz.read(file)[1]
        except ValueError as error:  # a UserError is one
            assert type(error).__name__ == "UserError" and "\n" not in str(error)
        else:  # a byte of the archive that says nothing, such as a time
            np.testing.assert_array_equal(split.images, sound["images"])
        content[at] ^= 0xFF


GOOD = arrays("train")["images"]
FIX = {
    "float, 0 to 1": (GOOD / 255, "multiply by 255 first"), "half": (GOOD.astype("f2"), "np.rint(images)"),
    "not a number": (np.full_like(GOOD, np.nan, dtype="f4"), "scale them to 0 to 255"),
    "16 bits": (GOOD.astype(np.uint16) * 257, "scale them to 0 to 255"),
    "int64": (GOOD.astype(int), "astype(np.uint8)"),
    "bool": (GOOD > 9, "astype(np.uint8)"), "signed": (GOOD.astype(np.int8), "astype(np.uint8)"),
    "channels first": (GOOD.transpose(0, 3, 1, 2), "transpose(0, 2, 3, 1)"),
    "floats, channels first": (GOOD.transpose(0, 3, 1, 2) / 255, "transpose(0, 2, 3, 1)"),
    "grey": (GOOD[..., 0], "np.repeat"), "grey, one channel": (GOOD[..., :1], "np.repeat"),
    "alpha": (GOOD[..., [0, 1, 2, 0]], "images[..., :3]"), "two channels": (GOOD[..., :2], "three channels"),
    "flat": (GOOD.reshape(12, -1), "reshape them"), "oblong": (GOOD[:, :, :20], "squares"),
    "none": (GOOD[:0], "an image"),
    "of no pixel": (GOOD[:, :0, :0], "a pixel"), "one number": (np.uint8(3), "reshape them"),
}


@pytest.mark.parametrize("what", FIX)
def test_the_line_about_images_says_how_to_make_them_right(tmp_path, what):
    images, fix = FIX[what]
    fake_cifar.write_npz(tmp_path, images=images)
    refused(lambda: TINY.load(tmp_path), "cifar100-train.npz: images are", "must be uint8 [N > 0, side, side, 3]", fix)


def test_levels_from_0_to_1_that_were_cut_to_integers(tmp_path):
    fake_cifar.write_npz(tmp_path, images=(GOOD / 255).astype(np.uint8) | 1)
    refused(lambda: TINY.load(tmp_path), "cifar100-train.npz", "levels 0 and 1 alone", "multiply by 255")


def test_what_the_line_advises_is_taken(tmp_path):
    for images in (GOOD.transpose(0, 3, 1, 2).transpose(0, 2, 3, 1), np.rint(GOOD / 255 * 255).astype(np.uint8),
                   np.asfortranarray(GOOD)):
        fake_cifar.write_npz(tmp_path, images=images)
        split = TINY.load(tmp_path).train
        assert split.images.flags.c_contiguous
        np.testing.assert_array_equal(split.images, fake_cifar.rows("train").images)


@pytest.mark.parametrize(("labels", "words"), [
    (np.full(12, 2**63, np.uint64), ["9223372036854775808", "0 to 2"]),
    (np.full(12, -(2**63)), ["-9223372036854775808"]),
    (np.arange(12) % 3 + 1, ["from 1 to 3", "subtract 1"]), (np.full(12, 2**40), ["1099511627776", "counted from 0"]),
    (np.full(12, np.nan), ["float64", "index of its class"]), (np.zeros(12, bool), ["bool", "whole number"]),
    (np.zeros((12, 3), int), ["[12, 3]", "index of its class"]), (np.array(["a"] * 12), ["labels are str", "whole"]),
    (np.zeros(0, int), ["[0]"]), (np.int64(0), ["labels are int64 []"]),
])
def test_labels_that_are_none(tmp_path, labels, words):
    fake_cifar.write_npz(tmp_path, labels=labels)
    refused(lambda: TINY.load(tmp_path), "cifar100-train.npz: labels", *words)


@pytest.mark.parametrize("key", ["names", "classes"])
@pytest.mark.parametrize("code", [0xD800, 0x110000, 0xFFFFFFFF])
def test_text_that_is_none(tmp_path, key, code):
    values = arrays("train")[key].copy()
    values.view(np.uint32)[2] = code
    content = {name: member(array) for name, array in (arrays("train") | {key: values}).items()}
    refused(lambda: npz.read(write(tmp_path / "x.npz", content)), "x.npz", key, "no UTF-8")


# What stands in a file's place

def test_a_folder_or_a_pipe_in_its_place(tmp_path):
    file = fake_cifar.write_npz(tmp_path)
    for make in (Path.mkdir, os.mkfifo):
        for place in (file, tmp_path / f"{file.name}.sha256"):
            before = place.read_bytes() if place.exists() else None
            place.unlink(missing_ok=True)
            make(place)
            line = refused(lambda: TINY.load(tmp_path), place, "no regular file")
            assert "missing" not in line
            place.rmdir() if make is Path.mkdir else place.unlink()
            if before:
                place.write_bytes(before)
    assert len(TINY.load(tmp_path).train) == 12


def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    fake_cifar.write_npz(tmp_path)

    def barred(self, *_, **__):
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", barred)
    line = refused(lambda: TINY.load(tmp_path), "cannot be read", "Permission denied")
    assert "truncated" not in line


def test_a_file_that_is_not_there_is_missing_data(tmp_path):
    with pytest.raises(DataMissing):
        npz.read(tmp_path / "x.npz")
