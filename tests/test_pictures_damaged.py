"""Damaged image files, those with extreme sizes, and what is no file: one line each, before memory is taken."""

from __future__ import annotations

import os
import threading

import numpy as np
import pytest
from one_line import refused
from picture_files import COLOUR, chunk, read, saved
from PIL import Image

from dietsb_core.sources import picture

RGB = Image.fromarray(COLOUR)
NOISE = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)
FORMS = {"JPEG": {"quality": 95}, "PNG": {}, "BMP": {}, "PPM": {}, "TIFF": {}, "WEBP": {"lossless": True}}


@pytest.mark.parametrize("form", FORMS)
def test_a_file_cut_anywhere_is_refused(tmp_path, form):
    content = saved(Image.fromarray(NOISE), form, **FORMS[form])
    for cut in {0, 1, 2, 7, 20, len(content) // 3, len(content) // 2, len(content) - 30, len(content) - 1}:
        refused(lambda cut=cut: read(tmp_path, content[:cut]), "x.png is truncated or not an image", "replace it")


def test_every_changed_byte_of_a_png_is_seen(tmp_path):
    content = bytearray(saved(RGB, "PNG"))
    for at in range(len(content)):
        content[at] ^= 0x10
        refused(lambda: read(tmp_path, bytes(content)), "truncated or not an image", "replace it")
        content[at] ^= 0x10
    np.testing.assert_array_equal(read(tmp_path, bytes(content) + b"left over"), COLOUR)


def test_a_length_is_not_believed_beyond_the_file(tmp_path):
    content = saved(RGB, "PNG")
    lie = content.replace(b"\0\0\0\rIHDR", b"\x7f\xff\xff\xffIHDR")
    refused(lambda: read(tmp_path, lie), "x.png is truncated")
    for side in (20_000, 2**31 - 1):
        head = chunk(b"IHDR", np.array([side, side], ">u4").tobytes() + bytes([8, 2, 0, 0, 0]))
        lie = content[:8] + head + content[33:]
        refused(lambda lie=lie, side=side: read(tmp_path, lie, side), "x.png", ";")


@pytest.mark.parametrize("size", [(30_000, 2), (1, 60_000), (4_000, 1), (1, 51)])
def test_a_strip_is_refused_before_it_is_decoded(tmp_path, monkeypatch, size):
    monkeypatch.setattr(picture, "_opaque", None)
    refused(lambda: read(tmp_path, saved(Image.new("RGB", size), "PNG"), 1024, fit=True), "50 times as long as wide",
            f"{size[0]:,} x {size[1]:,} px")


def test_fifty_times_as_long_as_wide_is_not_too_long(tmp_path):
    image = read(tmp_path, saved(Image.new("RGB", (1, 50), (9, 9, 9)), "PNG"), 8, fit=True)
    assert image.shape == (8, 8, 3) and (image == 9).all()


def test_large_images_are_decoded_one_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr(picture, "LARGE", 100)
    inside, most, plain = [], [], picture._opaque

    def counted(*args):
        inside.append(1)
        most.append(len(inside))
        try:
            return plain(*args)
        finally:
            inside.pop()

    monkeypatch.setattr(picture, "_opaque", counted)
    file = tmp_path / "x.png"
    file.write_bytes(saved(RGB, "PNG"))
    threads = [threading.Thread(target=picture.pixels, args=(str(file), 16)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 12


def pipe(file) -> None:
    os.mkfifo(file)


OTHER = {
    "a pipe": (pipe, "no regular file"), "a device": (lambda file: file.symlink_to("/dev/zero"), "no regular file"),
    "a folder": (lambda file: file.mkdir(), "no regular file"),
    "a broken link": (lambda file: file.symlink_to("/nowhere/x.png"), "a link that leads nowhere"),
    "a link to itself": (lambda file: file.symlink_to(file), "a link that leads nowhere"),
    "nothing": (lambda file: None, "cannot be read"),
}


@pytest.mark.parametrize("what", OTHER)
def test_what_is_no_file_is_one_line(tmp_path, what):
    make, word = OTHER[what]
    make(tmp_path / "x.png")
    refused(lambda: picture.pixels(str(tmp_path / "x.png"), 16), "x.png", word, "remove it")
