"""Why PIL opens none of an image file: what its first bytes say that it is."""
from __future__ import annotations

from dietsb_core.optional import needed

SIGNS = {b"\xff\xd8\xff": "JPEG", b"\x89PNG": "PNG", b"II*\0": "TIFF", b"MM\0*": "TIFF",
         b"II+\0": "TIFF", b"MM\0+": "TIFF", b"RIFF": "WEBP", b"GIF8": "GIF"}
BITS = 258  # TIFF's BitsPerSample


def why(file: str, kinds: tuple[str, ...]) -> str:
    """What is known of a `file` that is read as none of `kinds`, as a part of a line."""
    with open(file, "rb") as content:
        start = content.read(4)
    kind = next((kind for sign, kind in SIGNS.items() if start.startswith(sign)), "")
    return f"it begins as a {kind} of a kind that is not read" if kind else f"none of {', '.join(kinds)}"


def deep(file: str) -> bool:
    """Whether it is a TIFF of more than 8 bits a channel, such as of floating point, whichever PIL does not know."""
    bits = tags(file).get(BITS)
    return any(type(value) is int and value > 8 for value in (bits if isinstance(bits, tuple) else (bits,)))


def tags(file: str) -> dict[int, object]:
    """The tags of the first image of a TIFF, by their numbers; {} where the file is none, or its tags are damaged."""
    tiff = needed("PIL.TiffImagePlugin", "a folder of images")
    with open(file, "rb") as content:
        try:
            head = content.read(8)
            found = tiff.ImageFileDirectory_v2(head + (content.read(8) if head[2] == 43 else b""))
            content.seek(found.next)
            found.load(content)
            return dict(found)
        except Exception:  # what PIL raises at nonsense is not documented
            return {}
