"""Images in folders, one folder a class, as torchvision's ImageFolder reads them; decoded once, into a cache."""
from __future__ import annotations

import os
import re
import unicodedata
import warnings
from hashlib import blake2b
from pathlib import Path

import numpy as np

from dietsb_core.errors import DataMissing, UserError
from dietsb_core.files import place
from dietsb_core.progress import say
from dietsb_core.sources.bad_images import BadImages
from dietsb_core.sources.cache import Cache
from dietsb_core.sources.picture import pixels as _pixels
from dietsb_core.sources.picture import side_of_square
from dietsb_core.sources.sidecar import checksum
from dietsb_core.sources.source import Source, Split
from dietsb_core.sources.walk import Listing, listed, passed_over

SIDES = (8, 1024)  # the smallest and the largest side that images are made to


def side_of(name: str) -> int | None:
    """The side that the source `name` asks for: 64 of `folder-64`; None of `folder`, and of what is no such name."""
    found = re.fullmatch(r"folder-([1-9]\d{0,3})", name)
    side = int(found[1]) if found else 0
    return side if SIDES[0] <= side <= SIDES[1] else None


def cache_home(root: Path) -> Path:
    """Where decoded images are kept: $DIETSB_CACHE, or `.cache` in the data folder `root`."""
    return place(os.environ.get("DIETSB_CACHE") or root / ".cache", "DIETSB_CACHE")


def load(root: Path, side: int | None = None, *, verify: bool = False) -> Source:
    """`root/train/<class>/<image>` and `root/test/<class>/<image>` (or `val`), as the source `folder-<side>`, whose
    images are made `side` pixels wide and high; as `folder`, without `side`, they must be squares of one size.
    With `verify` the whole cache is verified, also where it was before."""
    if not (root / "train").is_dir():
        raise DataMissing(f"folder not found: looked for {root / 'train'}; "
                        "put images in train/<class>/ and test/<class>/ there, or set DIETSB_DATA")
    return tree(f"folder-{side}" if side else "folder", root, cache_home(root), side, verify=verify)


def tree(name: str, root: Path, home: Path, side: int | None = None, *, verify: bool = False,
         advice: str = "") -> Source:
    """The ImageFolder tree below `root` as the source `name`, its images mapped from a cache below `home` that is
    keyed by the files' paths, sizes and times. An example's name is its file name. Without `side` all images must be
    squares of one size; `advice` says what to do where they are not."""
    train, test = parts = both(root)
    here = home / f"{name}-{_key(root, *parts, side)}"
    with warnings.catch_warnings():  # of what PIL warns is either refused or, as of EXIF data, of no consequence
        warnings.filterwarnings("ignore", module=r"PIL\.")
        pixels = side or side_of_square(train.files, advice)
        make = [Decoder(part.files, pixels, side is not None, advice) for part in parts]
        caches = [Cache(here / part, len(one.files), one.side, one, f"{name} {part}")
                  for part, one in zip(("train", "test"), make, strict=True)]
        opened = opened_all(caches, root, verify)
    splits = [Split(images, part.labels, part.names) for (images, _), part in zip(opened, parts, strict=True)]
    sums = "".join(sum_ for _, sum_ in opened)
    return Source(name, train.classes, *splits, memo=here / f"memo-{checksum(sums.encode())}.json")


def both(root: Path) -> tuple[Listing, Listing]:
    """What is in train/ and in test/ (or val/) below `root`; a line says what of it is passed over."""
    there = [part for part in ("test", "val") if (root / part).is_dir()]
    if not there:
        raise DataMissing(f"{root} has train/ but neither test/ nor val/; put test images in test/<class>/")
    train, test = listed(root / "train"), listed(root / there[0])
    if test.classes != train.classes:
        raise UserError(f"{root}: {difference(train.classes, test.classes, there[0])}")
    for line in passed_over(root, there, train.passed_over + test.passed_over):
        say(line)
    return train, test


def difference(train: tuple[str, ...], test: tuple[str, ...], held_out: str) -> str:
    """How the classes in train/ and in the folder `held_out` differ, and what to do."""
    odd = sorted(set(train) ^ set(test))
    here, there = ("train", held_out) if odd[0] in train else (held_out, "train")
    alike = [name for name in odd if look(name) == look(odd[0])]
    name, fix = repr(odd[0]), "both need the same folders, so add the missing one or remove this"
    if len(alike) > 1:
        name, fix = ascii(odd[0]), f"{alike[1]!a} differs from it in case, blanks or Unicode's form alone: rename one"
    return f"class {name} is in {here}/ and not in {there}/ (of {len(odd)} such classes the first); {fix}"


def look(name: str) -> str:
    """What names have in common that a reader, or another file system, takes for one."""
    return unicodedata.normalize("NFC", name).casefold().strip()


def opened_all(caches: list[Cache], root: Path, verify: bool) -> list[tuple[np.ndarray, str]]:
    """What `open` returns for each of `caches`; one UserError for the images of all of them that cannot be taken."""
    opened, bad = [], []
    for cache in caches:
        try:
            opened.append(cache.open(verify=verify))
        except BadImages as error:
            bad += error.each
    if bad:
        raise UserError(str(BadImages(bad, str(root))))
    return opened


def _key(root: Path, train: Listing, test: Listing, side: int | None) -> str:
    whole = train.digest + test.digest + os.fsencode(f"{side} {root.resolve()}")
    return blake2b(whole, digest_size=8).hexdigest()


class Decoder:
    """Row -> image, uint8 [side, side, 3], as `picture.pixels` makes it; see there for `fit` and `advice`."""

    def __init__(self, files: list[str], side: int, fit: bool, advice: str = ""):
        self.files, self.side, self.fit, self.advice = files, side, fit, advice

    def __call__(self, row: int) -> np.ndarray:
        return _pixels(self.files[row], self.side, self.fit, self.advice)
