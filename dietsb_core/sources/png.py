"""Whether a PNG file is whole: its chunks' checksums, which PIL does not look at where the pixels are."""
from __future__ import annotations

import os
import struct
import zlib

START = 8            # bytes of the signature
HEAD, TAIL = 8, 4    # bytes of a chunk before its content (length and kind) and after it (CRC)


def damage(file: str) -> str:
    """What is wrong with the PNG `file`; "" where nothing is. A length is believed only as far as the file goes."""
    with open(file, "rb") as content:
        left = os.fstat(content.fileno()).st_size - START
        content.seek(START)
        while left >= HEAD + TAIL:
            length, kind = struct.unpack(">I4s", content.read(HEAD))
            left -= HEAD + length + TAIL
            if left < 0:
                break
            expected = zlib.crc32(content.read(length), zlib.crc32(kind)).to_bytes(TAIL, "big")
            if content.read(TAIL) != expected:
                return f"the checksum of its chunk {kind.decode('latin1')!r} fails"
            if kind == b"IEND":
                return ""
    return "the file ends early"
