"""The rule for arrays of a data set, as one line says it: what an array is, what it must be, and how to make it so."""
from __future__ import annotations

import numpy as np

from dietsb_core.errors import UserError


def form(array: np.ndarray) -> str:
    """An array's type and shape as an error line shows them: `float32 [7, 3]`."""
    kind = {"U": "str", "S": "bytes", "V": "records"}.get(array.dtype.kind, str(array.dtype))
    return f"{kind} {list(array.shape)}"


def advice(images: np.ndarray) -> str:
    """How to make uint8 [N, side, side, 3] of `images`, which are something else: the first thing to do."""
    if images.dtype.kind not in "biuf":
        return "put plain numbers from 0 to 255 in their place, one for each of red, green and blue"
    if images.ndim == 4 and images.shape[1] in (1, 3, 4) and images.shape[3] not in (1, 3, 4):
        return "put the channels last, images.transpose(0, 2, 3, 1)"
    if images.ndim == 4 and images.shape[2] == 3 and images.shape[0] == images.shape[1] != images.shape[2]:
        return "put the images first, images.transpose(3, 0, 1, 2)"
    if images.dtype.kind == "f":
        return "scale them to 0 to 255 and take np.rint(images).astype(np.uint8); from 0 to 1, multiply by 255 first"
    if images.dtype != np.uint8:
        return "scale them to 0 to 255, whatever their range is, and take images.astype(np.uint8)"
    return _shape_advice(images)


def _shape_advice(images: np.ndarray) -> str:
    if images.ndim == 3 or images.ndim == 4 and images.shape[3] == 1:
        return "repeat the one channel, np.repeat(images.reshape(*images.shape[:3], 1), 3, axis=3)"
    if images.ndim != 4:
        return "reshape them: images, rows, columns, channels"
    if images.shape[3] == 4:
        return "lay them over a ground, or take images[..., :3] if nothing is transparent"
    if images.shape[3] != 3:
        return "keep three channels, red, green and blue"
    if images.shape[1] != images.shape[2]:
        return "cut or resize them to squares"
    return "there must be an image, and a pixel in it"


def check_levels(images: np.ndarray, where: str) -> None:
    """Refuse `images` (uint8 [N > 0, ...]) whose highest level is 1: levels from 0 to 1 that were cut to integers."""
    if images.max() == 1:
        raise UserError(f"{where}: images have the levels 0 and 1 alone, of 0 to 255: multiply by 255 before they are "
                        "made uint8")


def check_range(labels: np.ndarray, classes: int, where: str) -> None:
    """Refuse `labels` (integers [N > 0], of any width) that are no indices into so many classes."""
    low, high = int(labels.min()), int(labels.max())
    if low < 0 or high >= classes:
        fix = "; subtract 1" if (low, high) == (1, classes) else ""
        raise UserError(f"{where}: labels run from {low} to {high}, allowed are 0 to {classes - 1}; "
                        f"a label is an index into the classes, counted from 0{fix}")


def check_text(values: np.ndarray, what: str) -> None:
    """Refuse text (str [N]) that has no UTF-8, in which it is compared and written: half a pair of surrogates, or what
    is beyond the last character of Unicode, which Python would not notice."""
    native = np.ascontiguousarray(values, values.dtype.newbyteorder("="))
    codes = native.view(np.uint32) if native.dtype.itemsize else np.zeros(0, np.uint32)
    if ((codes > 0x10FFFF) | (codes >> 11 == 0xD800 >> 11)).any():
        raise UserError(f"{what} hold a character that no text has (it has no UTF-8); write the file again with names "
                        "that have one")
