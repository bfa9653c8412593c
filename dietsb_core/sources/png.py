"""Whether a PNG file is whole: its chunks' checksums and the number of its pixels, which PIL does not look at."""
from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

START = 8            # bytes of the signature
HEAD, TAIL = 8, 4    # bytes of a chunk before its content (length and kind) and after it (CRC)
PART = 1 << 16       # bytes that are unpacked at a time
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
PASSES = ((0, 8, 0, 8), (4, 8, 0, 8), (0, 4, 4, 8), (2, 4, 0, 4), (0, 2, 2, 4), (1, 2, 0, 2), (0, 1, 1, 2))  # Adam7


class Damage(Exception):
    """What is wrong with a PNG file."""


def damage(file: str) -> str:
    """What is wrong with the PNG `file`; "" where nothing is. A length is believed only as far as the file goes."""
    unpack, unpacked, needed = zlib.decompressobj(), 0, 0
    try:
        with open(file, "rb") as content:
            for kind, part in chunks(content):
                if kind == b"IHDR":
                    needed = size(part)
                elif kind == b"IDAT" and unpacked < needed:
                    unpacked += count(unpack, part)
        unpacked += len(unpack.flush()) if unpacked < needed else 0
    except (Damage, zlib.error, struct.error, KeyError) as error:
        return str(error)
    return "" if unpacked >= needed else f"{unpacked:,} of {needed:,} bytes of pixels are there"


def chunks(content: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """(kind, content) of each chunk up to the last one, whose checksums hold."""
    left = os.fstat(content.fileno()).st_size - START
    content.seek(START)
    while left >= HEAD + TAIL:
        length, kind = struct.unpack(">I4s", content.read(HEAD))
        left -= HEAD + length + TAIL
        if left < 0:
            break
        part = content.read(length)
        if content.read(TAIL) != zlib.crc32(part, zlib.crc32(kind)).to_bytes(TAIL, "big"):
            raise Damage(f"the checksum of its chunk {kind.decode('latin1')!r} fails")
        yield kind, part
        if kind == b"IEND":
            return
    raise Damage("the file ends early")


def count(unpack: zlib._Decompress, part: bytes) -> int:
    """How many bytes `part` unpacks to; none of them is kept."""
    found = 0
    while part and not unpack.eof:
        found += len(unpack.decompress(part, PART))
        part = unpack.unconsumed_tail
    return found


def size(header: bytes) -> int:
    """The bytes that the pixels of an image with this header have, with a byte before each row for its filter."""
    width, height, bits, colour, *_, interlaced = struct.unpack(">IIBBBBB", header)
    passes = PASSES if interlaced else ((0, 1, 0, 1),)
    parts = ((-((x - width) // across), -((y - height) // down)) for x, across, y, down in passes)
    return sum(rows * (1 + (columns * bits * CHANNELS[colour] + 7) // 8) for columns, rows in parts if columns > 0)
