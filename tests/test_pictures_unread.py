"""Image files that PIL opens none of, or warns of: the line says what they begin as, and no warning is printed."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from one_line import refused
from picture_files import COLOUR, RAMP, png, read, saved, tiff
from PIL import Image
from small_trees import load, root  # noqa: F401

FLOATS, COMPLEX = {339: 3}, {339: 6}
RGB = {262: 2, 277: 3}
DEEP = {
    "float RGB": tiff({258: (32,) * 3} | RGB | {339: (3, 3, 3)}, COLOUR.astype("f4").tobytes()),
    "half floats": tiff({258: 16} | FLOATS, RAMP.astype("f2").tobytes()),
    "double floats": tiff({258: 64} | FLOATS, RAMP.astype("f8").tobytes()),
    "int32 RGB": tiff({258: (32,) * 3} | RGB, COLOUR.astype("u4").tobytes()),
    "10-bit RGB": tiff({258: (10,) * 3} | RGB, bytes(960)), "14-bit grey": tiff({258: 14}, bytes(448)),
    "complex": tiff({258: 64} | COMPLEX, bytes(2048)),
    "16 bits of one channel": tiff({258: (8, 16, 8)} | RGB, bytes(1024)),
}


@pytest.mark.parametrize("what", DEEP)
def test_a_tiff_that_pil_does_not_know_is_told_from_a_damaged_one(tmp_path, what):
    line = refused(lambda: read(tmp_path, DEEP[what]), "x.png holds more than 8 bits", "scale its values to 0 to 255")
    assert "truncated" not in line


JPEG = saved(Image.fromarray(COLOUR), "JPEG")
BEGIN = {
    "TIFF": tiff({258: (5, 6, 5)} | RGB, bytes(512)), "TIFF of a sensor": tiff({258: 8, 262: 32803}, RAMP.tobytes()),
    "JPEG": JPEG.replace(b"\xff\xc0\0\x11\x08", b"\xff\xc0\0\x11\x0c"),  # 12 bits
    "PNG": png(8, 0, RAMP.tobytes()).replace(b"\r\n", b"\n"), "GIF": b"GIF89a" + bytes(9),
    "WEBP": b"RIFF\x10\0\0\0WEBPVP9 " + bytes(9),
}


@pytest.mark.parametrize("what", BEGIN)
def test_the_line_says_what_a_file_begins_as(tmp_path, what):
    refused(lambda: read(tmp_path, BEGIN[what]), f"it begins as a {what.split()[0]} of a kind", "replace it")


@pytest.mark.parametrize("content", [b"\0\0\0\x1cftypheic", b"\xff\x0a", b"%PDF-1.7", b"<svg/>", b"II", b"", b"P7\n"])
def test_what_begins_as_none_of_them_is_told_which_they_are(tmp_path, content):
    refused(lambda: read(tmp_path, content), "none of JPEG, PNG, PPM, BMP, DIB, TIFF, WEBP, GIF", "replace it")


def test_tags_that_are_damaged_are_one_line(tmp_path):
    """Every byte of a TIFF's list of tags, as three others."""
    content = bytearray(DEEP["half floats"])
    for at in [*range(8), *range(8 + 512, len(content))]:
        for change in (1, 0x80, 0xFF):
            content[at] ^= change
            refused(lambda: read(tmp_path, bytes(content)), "x.png", ";")
            content[at] ^= change


def test_a_tiff_of_planes_is_read(tmp_path):
    """As a slow reader would: red, green and blue one after the other."""
    planes = COLOUR.transpose(2, 0, 1).tobytes()
    content = tiff({258: (8, 8, 8), 284: 2, 273: (8, 264, 520), 279: (256,) * 3} | RGB, planes)
    np.testing.assert_array_equal(read(tmp_path, content), COLOUR)


def test_no_warning_of_the_decoder_is_printed(root):
    """EXIF data that cannot be read say nothing, and large images are none of the user's mistakes."""
    for exif in (b"Exif\0\0MM\0\x2a\0\0\0\xff", b"Exif\0\0II\x2a\0\x08\0\0\0\x01\0\x12\x01"):
        Image.fromarray(COLOUR).save(root / "train" / "a" / f"{len(exif)}.png", exif=exif)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        assert len(load(root).train) == 4
    assert not [str(one.message) for one in seen]
