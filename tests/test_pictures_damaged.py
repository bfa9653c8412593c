"""Damaged image files, those with extreme sizes, and what is no file: one line each, before memory is taken."""

from __future__ import annotations

import os
import threading
import zlib

import numpy as np
import pytest
from one_line import refused
from picture_files import COLOUR, chunk, read, saved
from PIL import Image

from dietsb_core.sources import picture
from dietsb_core.sources.png import damage

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


def lines(rows: int, side: int = 16) -> bytes:
    """Rows of grey as they are packed into a PNG."""
    return b"".join(b"\0" + bytes(range(side)) for _ in range(rows))


def packed(raw: bytes, colour: int = 0, interlaced: int = 0, extra: bytes = b"") -> bytes:
    """A PNG of 16 x 16 px whose checksums are right, whatever is in it."""
    head = np.array([16, 16], ">u4").tobytes() + bytes([8, colour, 0, 0, interlaced])
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", zlib.compress(raw))
            + chunk(b"IEND", b""))


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGB", "RGBA"])
def test_whole_files_of_any_size_are_whole(tmp_path, mode):
    """Also where what is packed unpacks to a thousand times its size, or comes in many chunks."""
    levels = np.random.default_rng(1).integers(0, 256, (301, 299, 3), dtype=np.uint8)
    for plain in (Image.fromarray(levels), Image.new("RGB", (1023, 1025), (7, 7, 7)), Image.new("RGB", (1, 3))):
        file = tmp_path / "x.png"
        file.write_bytes(saved(plain.convert(mode), "PNG"))
        assert damage(str(file)) == ""


@pytest.mark.parametrize("rows", [0, 1, 7, 15])
def test_a_png_of_too_few_rows_is_refused_though_its_checksums_are_right(tmp_path, rows):
    refused(lambda: read(tmp_path, packed(lines(rows))), "x.png is truncated", f"{rows * 17} of 272 bytes")
    assert read(tmp_path, packed(lines(16)))[15, :, 0].tolist() == list(range(16))


def test_an_interlaced_png_has_seven_passes(tmp_path):
    """By hand: of 16 x 16 px they have 2x2, 2x2, 4x2, 4x4, 8x4, 8x8 and 16x8 pixels, and a byte more a row."""
    size = 2 * 3 + 2 * 3 + 2 * 5 + 4 * 5 + 4 * 9 + 8 * 9 + 8 * 17
    assert not read(tmp_path, packed(bytes(size), interlaced=1)).any()
    refused(lambda: read(tmp_path, packed(bytes(size - 1), interlaced=1)), f"{size - 1} of {size} bytes")


def test_a_colour_that_the_palette_lacks_is_damage(tmp_path):
    colours = chunk(b"PLTE", bytes(range(48)))
    assert read(tmp_path, packed(lines(16), 3, extra=colours))[0, 15].tolist() == [45, 46, 47]
    colours = chunk(b"PLTE", bytes(range(45)))
    refused(lambda: read(tmp_path, packed(lines(16), 3, extra=colours)), "palette lacks", "replace it")


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
