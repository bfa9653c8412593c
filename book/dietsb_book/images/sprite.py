"""Thumbnails that come with the project: a PNG of tiles, and beside it a JSON that says which training image each is.

The PNG's name has its checksum in it. So a new pair is in place at once, when the JSON is: nobody reads a new PNG with
an old JSON.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from PIL import Image

from dietsb_core.environment import PROJECT
from dietsb_core.errors import UserError
from dietsb_core.files import as_file, room, whole
from dietsb_core.locks import locked
from dietsb_core.runs.facts import Facts
from dietsb_core.runs.records import checksum

STATIC = PROJECT / "book" / "_static"  # from where pages load the PNG, see _ext/sprite.py
INDEX, COLUMNS, MOST = "thumbnails.json", 20, 320
AGAIN = "make it anew: python book/thumbnails.py"


@dataclass(frozen=True, eq=False)
class Sprite:
    """rows int64 [m] of the training set of `data`, which has this fingerprint; labels int64 [m]; images uint8
    [m, S, S, 3]. file: the PNG, with tile i in column i % COLUMNS and line i // COLUMNS."""

    data: str
    fingerprint: str
    rows: np.ndarray
    labels: np.ndarray
    images: np.ndarray
    file: Path | None = None

    def tiles(self, rows: np.ndarray) -> list[np.ndarray | None]:
        """The images of `rows` [n], None for each that is not in the sprite."""
        at = {row: i for i, row in enumerate(self.rows.tolist())}
        return [self.images[at[row]] if row in at else None for row in rows.tolist()]


def of(data: str, about: Facts, folder: Path = STATIC) -> Sprite | None:
    """The sprite of `data`; None where there is none. UserError where it is damaged, or does not fit the facts."""
    found = read(folder)
    if found is None or found.data != data:
        return None
    if found.fingerprint != about.fingerprint or not (about.labels[found.rows] == found.labels).all():
        raise UserError(f"{folder / INDEX} is of another {data} than the facts on record: {AGAIN}")
    return found


def read(folder: Path = STATIC) -> Sprite | None:
    """The sprite in `folder`, verified; None where there is none, UserError where it is damaged."""
    index = folder / INDEX
    if not index.exists():
        return None
    try:
        return _verified(json.loads(as_file(index).read_text("utf-8")), folder)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:  # the last: of JSON nested deeply
        why = (str(error) or type(error).__name__).splitlines()[0]
        raise UserError(f"the thumbnails of {index} do not verify ({why}): restore them by git checkout, or {AGAIN}"
                        ) from None


def _verified(content: dict, folder: Path) -> Sprite:
    if content["sha256"] != checksum(content):
        raise ValueError("the checksum of the JSON differs")
    file = folder / _name(content["png_sha256"])
    png = as_file(file).read_bytes()
    if sha256(png).hexdigest() != content["png_sha256"]:
        raise ValueError(f"the checksum of {file.name} differs")
    rows, labels = (np.array(content[name], np.int64) for name in ("rows", "labels"))
    return Sprite(content["data"], content["fingerprint"], rows, labels, _cut(png, content["side"], len(rows)), file)


def _cut(png: bytes, side: int, count: int) -> np.ndarray:
    """The first `count` tiles of a sheet, uint8 [count, side, side, 3]."""
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))
    tiles = pixels.reshape(-1, side, COLUMNS, side, 3).swapaxes(1, 2)
    return tiles.reshape(-1, side, side, 3)[:count]


def sheet(images: np.ndarray) -> bytes:
    """The PNG of `images` [m, S, S, 3]; places that are left over are black."""
    side, lines = images.shape[1], -(-len(images) // COLUMNS)
    tiles = np.zeros((lines * COLUMNS, side, side, 3), np.uint8)
    tiles[:len(images)] = images
    return png(tiles.reshape(lines, COLUMNS, side, side, 3).swapaxes(1, 2).reshape(lines * side, -1, 3))


def png(image: np.ndarray) -> bytes:
    """`image`, uint8 [H, W, 3], as a PNG file of the same pixels."""
    target = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(image)).save(target, "PNG", optimize=True)
    return target.getvalue()


def _name(png_sha256: str) -> str:
    return f"thumbnails-{png_sha256[:12]}.png"


def write(new: Sprite, folder: Path = STATIC) -> Path:
    """Write `new` in the place of the sprite in `folder`; returns the JSON. It is never half written."""
    content = {"data": new.data, "fingerprint": new.fingerprint, "side": new.images.shape[1], "columns": COLUMNS,
               "rows": new.rows.tolist(), "labels": new.labels.tolist()}
    pixels, index = sheet(new.images), folder / INDEX
    content["png_sha256"] = sha256(pixels).hexdigest()
    content["sha256"] = checksum(content)
    target = folder / _name(content["png_sha256"])
    with room(folder, "--out"), locked(PROJECT / "_build" / ".thumbnails.lock"):
        with whole(target) as part:
            part.write_bytes(pixels)
        with whole(index) as part:
            part.write_text(json.dumps(content) + "\n")
        for older in set(folder.glob("thumbnails-*.png")) - {target}:
            older.unlink()
    return index
