"""The gate for image files: every mode, depth, alpha and orientation comes out right, or is refused in one line."""

from __future__ import annotations

import numpy as np
import pytest
from one_line import refused
from picture_files import COLOUR, RAMP, chunk, deep, png, read, saved, tiff
from PIL import Image, ImageOps

GREY = np.repeat(RAMP[..., None], 3, 2)
L, RGB = Image.fromarray(RAMP), Image.fromarray(COLOUR)
CMYK = RGB.convert("CMYK")
OPAQUE = Image.fromarray(np.dstack([COLOUR, np.full_like(RAMP, 255)]))
PALETTE = L.convert("P")
INKS = np.asarray(CMYK).astype(int)

RIGHT = {
    "1 bit": (saved(Image.fromarray(RAMP > 100), "PNG"), np.where(GREY > 100, 255, 0)),
    "L png": (saved(L, "PNG"), GREY), "L tiff": (saved(L, "TIFF"), GREY), "L bmp": (saved(L, "BMP"), GREY),
    "L pgm": (saved(L, "PPM"), GREY), "P png": (saved(PALETTE, "PNG"), GREY), "P gif": (saved(PALETTE, "GIF"), GREY),
    "RGB png": (saved(RGB, "PNG"), COLOUR), "RGB tiff": (saved(RGB, "TIFF"), COLOUR),
    "RGB tiff, LZW": (saved(RGB, "TIFF", compression="tiff_lzw"), COLOUR), "RGB bmp": (saved(RGB, "BMP"), COLOUR),
    "RGB ppm": (saved(RGB, "PPM"), COLOUR), "RGB webp": (saved(RGB, "WEBP", lossless=True), COLOUR),
    "RGBA png, opaque": (saved(OPAQUE, "PNG"), COLOUR), "RGBA tiff, opaque": (saved(OPAQUE, "TIFF"), COLOUR),
    "RGBA webp, opaque": (saved(OPAQUE, "WEBP", lossless=True), COLOUR),
    "LA png, opaque": (saved(OPAQUE.convert("LA"), "PNG"), np.asarray(OPAQUE.convert("LA").convert("RGB"))),
    "CMYK tiff": (saved(CMYK, "TIFF"), 255 - np.minimum(255, INKS[..., :3] + INKS[..., 3:])),
    "4 bits png": (png(4, 0, bytes(range(1, 256, 34)) * 16), GREY),
    "2 bits png": (png(2, 0, bytes([27]) * 64), np.tile(np.array([0, 85, 170, 255]), 4)[None, :, None] + 0 * GREY),
    "pgm of 15 levels": (b"P5 16 16 15\n" + (RAMP // 17).tobytes(), GREY),
    "plain ppm": (b"P3 16 16 255\n" + " ".join(map(str, COLOUR.ravel())).encode(), COLOUR),
}


@pytest.mark.parametrize("what", RIGHT)
def test_what_comes_out_right(tmp_path, what):
    content, expected = RIGHT[what]
    image = read(tmp_path, content)
    assert image.dtype == np.uint8 and image.shape == (16, 16, 3)
    np.testing.assert_array_equal(image, expected)


FLOATS = RAMP.astype(np.float32) / 255
DEEP = {
    "16-bit grey png": saved(Image.fromarray(RAMP.astype(np.uint16) * 257), "PNG"),
    "12-bit values": saved(Image.fromarray(RAMP.astype(np.uint16) * 16), "PNG"),
    "16-bit RGB png": png(16, 2, deep(3)), "16-bit RGBA png": png(16, 6, deep(4)),
    "16-bit LA png": png(16, 4, deep(2)), "16-bit grey tiff": saved(Image.fromarray(RAMP.astype(np.uint16)), "TIFF"),
    "16-bit RGB tiff": tiff({258: (16, 16, 16), 262: 2, 277: 3}, deep(3)),
    "12-bit grey tiff": tiff({258: 12}, bytes(384)), "int32 tiff": saved(Image.fromarray(RAMP.astype("i4")), "TIFF"),
    "float tiff": saved(Image.fromarray(FLOATS), "TIFF"), "16-bit pgm": b"P5 16 16 65535\n" + deep(1),
    "10-bit pgm": b"P5 16 16 1023\n" + deep(1), "16-bit ppm": b"P6 16 16 65535\n" + deep(3),
    "plain 16-bit ppm": b"P3 16 16 4095\n" + b"77 " * 768, "float pfm": b"Pf\n16 16\n-1.0\n" + FLOATS.tobytes(),
    "signed 16-bit tiff": tiff({258: 16, 339: 2}, bytes(512)),
}
REFUSED = {
    "signed 8-bit tiff": (tiff({258: 8, 339: 2}, bytes(256)), "signed"),
    "five channels": (tiff({258: (8,) * 5, 262: 2, 277: 5, 338: (0, 0)}, bytes(1280)), "more channels"),
    "an infrared channel": (tiff({258: (8,) * 4, 262: 2, 277: 4, 338: 0}, bytes(1024)), "more channels"),
    "LAB": (saved(Image.new("LAB", (16, 16)), "TIFF"), "mode LAB"),
    "a stack": (saved(L, "TIFF", save_all=True, append_images=[L, L]), "several images"),
    "a film, gif": (saved(L, "GIF", save_all=True, append_images=[RGB.convert("L").rotate(90)]), "several images"),
    "a film, png": (saved(L, "PNG", save_all=True, append_images=[L.rotate(90)]), "several images"),
    "a film, webp": (saved(RGB, "WEBP", save_all=True, append_images=[RGB.rotate(90)]), "several images"),
    "nothing to see": (saved(Image.new("RGBA", (16, 16), (200, 10, 10, 0)), "PNG"), "transparent all over"),
    "a vector drawing": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 16 16\n", "not an image"),
}


@pytest.mark.parametrize("what", DEEP)
def test_more_than_eight_bits_is_refused(tmp_path, what):
    refused(lambda: read(tmp_path, DEEP[what]), "x.png holds more than 8 bits", "scale its values to 0 to 255")


@pytest.mark.parametrize("what", REFUSED)
def test_what_would_lose_something_is_refused(tmp_path, what):
    content, word = REFUSED[what]
    refused(lambda: read(tmp_path, content), "x.png", word, ";")


# Alpha: what is transparent shows white

HOLES = np.where(np.indices((16, 16)).sum(0) % 2, 255, 0).astype(np.uint8)


def hidden(under: int) -> dict[str, bytes]:
    """Images whose every second pixel is transparent, with this level under it."""
    grey = np.where(HOLES, RAMP, under).astype(np.uint8)
    indices = np.where(HOLES, np.where(RAMP == under, 1, RAMP), under).astype(np.uint8)
    key = chunk(b"tRNS", under.to_bytes(2, "big"))
    return {
        "RGBA png": saved(Image.fromarray(np.dstack([grey, grey, grey, HOLES])), "PNG"),
        "LA png": saved(Image.fromarray(np.dstack([grey, HOLES]), "LA"), "PNG"),
        "RGBA tiff": saved(Image.fromarray(np.dstack([grey, grey, grey, HOLES])), "TIFF"),
        "RGBA webp": saved(Image.fromarray(np.dstack([grey] * 3 + [HOLES])), "WEBP", lossless=True, exact=True),
        "P png": saved(Image.fromarray(indices).convert("P"), "PNG", transparency=under),
        "P gif": saved(Image.fromarray(indices).convert("P"), "GIF", transparency=under),
        "L png with a key": png(8, 0, indices.tobytes(), extra=key),
        "RGB png with a key": png(8, 2, np.repeat(indices[..., None], 3, 2).tobytes(),
                                  extra=chunk(b"tRNS", under.to_bytes(2, "big") * 3)),
    }


@pytest.mark.parametrize("what", hidden(0))
def test_what_lies_under_full_transparency_is_not_seen(tmp_path, what):
    for under in (17, 204):
        image = read(tmp_path, hidden(under)[what])
        assert (image[HOLES == 0] == 255).all()
        there = (HOLES > 0) & (RAMP != under)
        np.testing.assert_array_equal(image[there], GREY[there])


def test_half_transparent_is_half_white(tmp_path):
    """By hand: 100 at 128 of 255 over white is 100 · 0.502 + 255 · 0.498 = 177.2."""
    image = read(tmp_path, saved(Image.new("RGBA", (16, 16), (100, 0, 255, 128)), "PNG"))
    assert abs(image.astype(int) - [177, 127, 255]).max() <= 1


# Orientation

@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("number", range(1, 9))
def test_an_image_is_turned_as_a_viewer_turns_it(tmp_path, form, number):
    corner = np.zeros((24, 40, 3), np.uint8)
    corner[:8, :8] = 255  # one white corner, which no turn maps onto itself
    exif = Image.Exif()
    exif[0x0112] = number
    content = saved(Image.fromarray(corner), form, exif=exif, **({"quality": 95} if form in ("JPEG", "WEBP") else {}))
    place = tmp_path / "seen"
    place.write_bytes(content)
    seen = ImageOps.exif_transpose(Image.open(place))
    assert seen.size == ((40, 24) if number < 5 else (24, 40))
    wanted = np.asarray(seen.convert("RGB").resize((24, 24) if seen.width == seen.height else seen.size)).astype(int)
    image = read(tmp_path, content, 24, fit=True).astype(int)
    middle = wanted[8:32] if number >= 5 else wanted[:, 8:32]
    assert abs(image - middle).max() < 24


def test_a_square_is_turned_where_images_are_taken_as_they_are(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    np.testing.assert_array_equal(read(tmp_path, saved(RGB, "PNG", exif=exif)), np.rot90(COLOUR, -1))


def test_exif_that_cannot_be_read_says_nothing(tmp_path):
    for exif in (b"Exif\0\0MM\0\x2a\0\0\0\xff", b"Exif\0\0" + bytes(9), b"Exif\0\0II\x2a\0\x08\0\0\0\x01\0\x12\x01"):
        np.testing.assert_array_equal(read(tmp_path, saved(RGB, "PNG", exif=exif)), COLOUR)
