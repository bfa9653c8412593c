"""The one gate for image files: an upright RGB image of 8 bits a channel, or one line that says what to do about the
file. book/data.md states the rule.

A file is looked at before it is decoded: no size that its header declares is believed beyond the limits below.
"""
from __future__ import annotations

import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress

import numpy as np

from dietsb_core.errors import UserError
from dietsb_core.optional import needed
from dietsb_core.sources import unread
from dietsb_core.sources.bad_images import BadImage, reason_of
from dietsb_core.sources.png import damage

KINDS = ("JPEG", "PNG", "PPM", "BMP", "DIB", "TIFF", "WEBP", "GIF")  # by content: an ending may be wrong
MODES = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr")  # with 8 bits or fewer
TURNS = {2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE", 6: "ROTATE_270", 7: "TRANSVERSE",
         8: "ROTATE_90"}  # by EXIF's number for how an image is stored
LONGEST = 50        # times as long as wide: of a longer one, the square in its middle shows next to nothing
LARGE = 1 << 24     # pixels; larger ones are decoded one at a time, whatever the number of threads
FIRST, ANY = 1000, 64  # files among which a square is looked for; the side where there is none
DEEP = "holds more than 8 bits a channel", "scale its values to 0 to 255 and save it with 8 bits"

_large = threading.Lock()


def pixels(file: str, side: int, fit: bool = False, advice: str = "") -> np.ndarray:
    """The image in `file`, uint8 [side, side, 3]. With `fit` its shorter side is resized to `side` and the centre cut
    out, as torchvision's Resize and CenterCrop do it. Without, it must have that size: `advice` says what else to do.
    BadImage where it cannot be taken."""
    with _opened(file) as image:
        _check(file, image, side, fit, advice)
        shorter, longer = sorted(image.size)
        many = longer * max(shorter, side * side // shorter if fit else 0)
        with _large if many > LARGE else nullcontext():
            whole = _upright(_opaque(file, image), image)
            return np.asarray(_fitted(whole, side) if fit else whole)


def side_of_square(files: list[str], advice: str) -> int:
    """The side of the first square among `files`, by its header. What is wrong with the others is found when they are
    decoded, all at once; only of very many files is none decoded where the first ones are no squares."""
    odd = None
    for file in files[:FIRST]:
        with suppress(BadImage), _opened(file) as image:
            if image.width == image.height:
                return image.width
            odd = odd or (file, *image.size)
    if odd and len(files) > FIRST:
        _check_size(*odd, ANY, False, advice)
    return ANY


@contextmanager
def _opened(file: str) -> Iterator:
    """Inside, the image is open. Whatever reading it raises is a BadImage: what a decoder raises at a damaged file is
    not documented."""
    Image = needed("PIL.Image", "a folder of images")
    try:
        _regular(file)
        with Image.open(file, formats=KINDS) as image:
            if image.format == "PNG" and (why := damage(file)):
                raise OSError(why)
            yield image
    except UserError:
        raise
    except Exception as error:
        raise _bad(file, error) from None


def _bad(file: str, error: Exception) -> BadImage:
    Image = needed("PIL.Image", "a folder of images")
    if isinstance(error, OSError) and error.errno:
        lost = os.path.islink(file) and not os.path.exists(file)
        return BadImage(file, "is a link that leads nowhere" if lost else "cannot be read",
                        "remove it, or put it in order", error.strerror or "")
    if isinstance(error, (MemoryError, Image.DecompressionBombError)):
        return BadImage(file, "has more pixels than are decoded", "make it smaller",
                        str(error).partition(",")[0] or "memory is full")
    unknown = isinstance(error, Image.UnidentifiedImageError)
    if unknown and unread.deep(file):
        return BadImage(file, *DEEP)
    reason = unread.why(file, KINDS) if unknown else reason_of(error)
    return BadImage(file, "is truncated or not an image", "replace it", reason)


def _regular(file: str) -> None:
    """Refuse what is no file: to open a pipe would wait for its other end for ever."""
    if not stat.S_ISREG(os.stat(file).st_mode):
        raise BadImage(file, "is no regular file but a pipe, a device or the like", "remove it")


def _check(file: str, image, side: int, fit: bool, advice: str) -> None:
    """Refuse, before it is decoded, an image of which some would be lost."""
    tags = getattr(image, "tag_v2", {})
    if image.mode not in MODES or _bits(image, tags) > 8:
        known = image.mode.startswith(("I", "F")) or image.mode in MODES
        raise BadImage(file, *(DEEP if known else (f"has the mode {image.mode}", "save it as RGB")))
    if set(tags.get(339, (1,))) - {1, 4}:  # TIFF's SampleFormat
        raise BadImage(file, "holds signed or other numbers, not levels from 0 to 255", "save it with those")
    if tags.get(277, 1) > len(image.getbands()):
        raise BadImage(file, "holds more channels than red, green, blue and alpha", "save the three to use as RGB")
    if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:  # of an MPO, a phone's, the others are previews
        raise BadImage(file, "holds several images", "save each in a file of its own")
    _check_size(file, *image.size, side, fit, advice)


def _check_size(file: str, width: int, height: int, side: int, fit: bool, advice: str) -> None:
    if fit and max(width, height) > LONGEST * min(width, height):
        raise BadImage(file, f"is more than {LONGEST} times as long as wide", "cut out what it shows, or remove it",
                       f"{width:,} x {height:,} px")
    if not fit and (width, height) != (side, side):
        fix = advice or f"resize all images to squares of one size, or take folder-{max(8, side)}, which does"
        raise BadImage(file, f"must be square, {side} x {side} px", fix, f"it is {width} x {height} px")


def _bits(image, tags) -> int:
    """The most bits that a channel of the file has: PIL makes 8 of 16 without a word where there are three channels."""
    if image.format == "TIFF":
        return max(tags.get(258, (1,)))
    args = image.tile[0][3] if image.tile else ()
    if image.format == "PPM" and isinstance(args, tuple) and len(args) == 2:
        return int(args[1]).bit_length()
    return 16 if image.format == "PNG" and ";16" in str(args) else 8


def _opaque(file: str, image):
    """`image` as RGB. What is transparent shows white: what lies under it is not meant to be seen."""
    Image = needed("PIL.Image", "a folder of images")
    image.load()
    if image.mode == "P" and image.getextrema()[1] >= len(image.palette.palette) // len(image.palette.mode):
        raise OSError("it has colours that its palette lacks")
    if not image.has_transparency_data:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    low, high = layer.getchannel("A").getextrema()
    if high == 0:
        raise BadImage(file, "is transparent all over", "save it without its alpha channel, or remove it")
    ground = layer if low == 255 else Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
    return ground.convert("RGB")


def _upright(rgb, image):
    """`rgb`, the pixels of `image`, turned as its EXIF data say. Those that cannot be read say nothing."""
    try:
        turn = TURNS.get(image.getexif().get(0x0112))
    except Exception:
        turn = None
    Image = needed("PIL.Image", "a folder of images")
    return rgb.transpose(getattr(Image.Transpose, turn)) if turn and image.format != "TIFF" else rgb  # PIL turns TIFF


def _fitted(image, side: int):
    functional = needed("torchvision.transforms.functional", "a folder of images")
    return functional.center_crop(functional.resize(image, side), side)
