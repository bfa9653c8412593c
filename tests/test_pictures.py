"""The gate for image files: every mode, depth, alpha and orientation comes out right, or is refused in one line."""

from __future__ import annotations

import os
import threading

import numpy as np
import pytest
from one_line import refused
from picture_files import COLOUR, RAMP, chunk, deep, png, read, saved, tiff
from PIL import Image, ImageOps

from dietsb_core.sources import picture

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


# Damage, and what is no file

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
        refused(lambda head=head: read(tmp_path, content[:8] + head + content[33:], side), "x.png", ";")


@pytest.mark.parametrize("size", [(30_000, 2), (1, 60_000), (4_000, 1), (1, 51)])
def test_a_strip_is_refused_before_it_is_decoded(tmp_path, monkeypatch, size):
    monkeypatch.setattr(picture, "_opaque", None)
    refused(lambda: read(tmp_path, saved(Image.new("RGB", size), "PNG"), 1024, fit=True), "50 times as long as wide",
            f"{size[0]:,} x {size[1]:,} px")


def test_fifty_times_as_long_as_wide_is_not_too_long(tmp_path):
    assert read(tmp_path, saved(Image.new("RGB", (1, 50), (9, 9, 9)), "PNG"), 8, fit=True).tolist() == [[[9] * 3] * 8] * 8


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
