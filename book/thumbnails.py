"""Choose the book's thumbnails by the scores on record, and take them from the data:  python book/thumbnails.py"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

from dietsb_book.images import choose, sprite
from dietsb_core.errors import UserError
from dietsb_core.evidence import overlap
from dietsb_core.runs.facts import facts
from dietsb_core.runs.presets import preset
from dietsb_core.sources import loaded


def made(scale: str) -> sprite.Sprite:
    """The sprite of preset `scale`, from its records and its data. UserError where these are not here or do not fit."""
    p, about = preset(scale), facts(preset(scale).data)
    el2n = np.mean(overlap.el2n(p), axis=0)
    rows = choose.chosen(el2n, overlap.combined(el2n, np.sum(overlap.uses(p), axis=0)), about.labels, sprite.MOST)
    found = loaded(p.data)
    images, labels = found.train.images[rows], found.train.labels[rows]
    if found.fingerprint != about.fingerprint or (labels != about.labels[rows]).any():
        raise UserError(f"{p.data} here is not the {p.data} of the facts on record: point DIETSB_DATA at that")
    return sprite.Sprite(p.data, found.fingerprint, rows, labels, images)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Make the book's thumbnails anew; this needs the data set's images.")
    parser.add_argument("--preset", default="cifar-cpu", help="whose scores choose (default: %(default)s)")
    parser.add_argument("--out", type=Path, default=sprite.STATIC, help="folder (default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        new = made(options.preset)
        index = sprite.write(new, options.out)
    except UserError as error:
        print(f"thumbnails.py: {error}", file=sys.stderr)
        return 2
    print(f"{index}: {len(new.rows)} thumbnails of {new.data}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
