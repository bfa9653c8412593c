"""Image files of every mode and depth, made by hand where PIL writes none, and how their gate is asked."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

from dietsb_core.sources.picture import pixels

RAMP = np.tile(np.linspace(0, 255, 16).astype(np.uint8), (16, 1))  # [16, 16], each of 16 levels in a column
COLOUR = np.stack([RAMP, RAMP.T, 255 - RAMP], axis=2)


def saved(image: Image.Image, form: str, **options) -> bytes:
    """`image` as a file of this form."""
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def png(bits: int, kind: int, rows: bytes, side: int = 16, extra: bytes = b"") -> bytes:
    """A PNG of `bits` a channel and colour `kind` (0 grey, 2 RGB, 4 grey with alpha, 6 RGBA): what PIL writes none
    of. `rows` are its bytes without filters."""
    width = len(rows) // side
    raw = b"".join(b"\0" + rows[y * width:(y + 1) * width] for y in range(side))
    head = struct.pack(">IIBBBBB", side, side, bits, kind, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", zlib.compress(raw))
            + chunk(b"IEND", b""))


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def deep(channels: int) -> bytes:
    """Big-endian 16-bit levels of RAMP in so many channels, of rows as a PNG or PPM has them."""
    return np.repeat(RAMP.astype(">u2")[:, :, None] * 257, channels, 2).tobytes()


def tiff(tags: dict[int, int | tuple[int, ...]], content: bytes, side: int = 16) -> bytes:
    """An uncompressed TIFF of one strip, little-endian, with these short tags beside the usual ones."""
    tags = {256: side, 257: side, 259: 1, 262: 1, 273: 8, 277: 1, 278: side, 279: len(content)} | tags
    at, entries, far = 8 + len(content), b"", b""
    later = at + 2 + 12 * len(tags) + 4
    for tag, value in sorted(tags.items()):
        values = value if isinstance(value, tuple) else (value,)
        packed = struct.pack(f"<{len(values)}H", *values)
        if len(packed) > 4:
            packed, far = struct.pack("<I", later + len(far)), far + packed
        entries += struct.pack("<HHI", tag, 3, len(values)) + packed.ljust(4, b"\0")
    return struct.pack("<2sHI", b"II", 42, at) + content + struct.pack("<H", len(tags)) + entries + b"\0" * 4 + far


def read(place: Path, content: bytes, side: int | None = 16, fit: bool = False) -> np.ndarray:
    """What the gate makes of a file with this content."""
    file = place / "x.png"
    file.write_bytes(content)
    return pixels(str(file), side, fit)
