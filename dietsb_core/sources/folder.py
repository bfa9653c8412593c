"""Images in folders, one folder a class, as torchvision's ImageFolder reads them; decoded once, into a cache."""
from __future__ import annotations

import os
import re
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np

from dietsb_core.errors import DataMissing, UserError
from dietsb_core.optional import needed
from dietsb_core.sources.cache import Cache
from dietsb_core.sources.sidecar import checksum
from dietsb_core.sources.source import Source, Split

SIDES = (8, 1024)  # the smallest and the largest side that images are made to


def side_of(name: str) -> int | None:
    """The side that the source `name` asks for: 64 of `folder-64`; None of `folder`, and of what is no such name."""
    found = re.fullmatch(r"folder-([1-9]\d{0,3})", name)
    side = int(found[1]) if found else 0
    return side if SIDES[0] <= side <= SIDES[1] else None


def cache_home(root: Path) -> Path:
    """Where decoded images are kept: $DIETSB_CACHE, or `.cache` in the data folder `root`."""
    return Path(os.environ.get("DIETSB_CACHE") or root / ".cache").expanduser()


def load(root: Path, side: int | None = None, *, verify: bool = False) -> Source:
    """`root/train/<class>/<image>` and `root/test/<class>/<image>` (or `val`), as the source `folder-<side>`, whose
    images are made `side` pixels wide and high; as `folder`, without `side`, they must be squares of one size.
    With `verify` the whole cache is verified, also where it was before."""
    if not (root / "train").is_dir():
        raise DataMissing(f"folder not found: looked for {root / 'train'}; "
                        "put images in train/<class>/ and test/<class>/ there, or set DIETSB_DATA")
    return tree(f"folder-{side}" if side else "folder", root, cache_home(root), side, verify=verify)


def tree(name: str, root: Path, home: Path, side: int | None = None, *, verify: bool = False) -> Source:
    """The ImageFolder tree below `root` as the source `name`, its images mapped from a cache below `home` that is
    keyed by the files' paths, sizes and times. An example's name is its file name."""
    held_out = next((root / part for part in ("test", "val") if (root / part).is_dir()), None)
    if held_out is None:
        raise DataMissing(f"{root} has train/ but neither test/ nor val/; put test images in test/<class>/")
    train, test = listed(root / "train"), listed(held_out)
    if test.classes != train.classes:
        odd = sorted(set(train.classes) ^ set(test.classes))[0]
        raise UserError(f"{root}: class {odd!r} is in only one of train/ and {held_out.name}/; "
                        "both need the same folders")
    place = home / f"{name}-{_key(root, train, test, side)}"
    splits, sums = [], ""
    for part, listing in (("train", train), ("test", test)):
        make = Decoder(listing.files, side)
        cache = Cache(place / part, len(listing.files), make.side, make, f"{name} {part}")
        images, sum_ = cache.open(verify=verify)
        splits.append(Split(images, listing.labels, listing.names))
        sums += sum_
    return Source(name, train.classes, *splits, memo=place / f"memo-{checksum(sums.encode())}.json")


@dataclass(frozen=True)
class Listing:
    """The images below one folder in canonical order: paths, labels int64 [N], names str [N]; and a digest of the
    paths below the folder, sizes and times."""

    classes: tuple[str, ...]
    files: list[str]
    labels: np.ndarray
    names: np.ndarray
    digest: bytes


def listed(path: Path) -> Listing:
    """What is below `path`, without opening any image."""
    ImageFolder = needed("torchvision.datasets", "a folder of images").ImageFolder
    try:
        found = ImageFolder(str(path))
        names = np.array([os.path.basename(file) for file, _ in found.samples])
        labels = np.array(found.targets, dtype=np.int64)
        Split(np.broadcast_to(np.uint8(0), (len(labels), 1, 1, 3)), labels, names).check(len(found.classes), str(path))
        order = np.lexsort((names, labels))
        files = [found.samples[row][0] for row in order]
        digest = _digest(files, len(str(path)))
    except OSError as error:  # no class, a class without an image, or what the system does not let us read
        raise UserError(f"{path}: {str(error).splitlines()[0]}") from None
    except UnicodeEncodeError as error:
        raise UserError(f"{path}: the file name {error.object!r} is not UTF-8; rename the file") from None
    return Listing(tuple(found.classes), files, labels[order], names[order], digest)


def _digest(files: list[str], prefix: int) -> bytes:
    digest = blake2b(digest_size=16)
    for file in files:
        found = os.stat(file)
        digest.update(f"{file[prefix:]}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return digest.digest()


def _key(root: Path, train: Listing, test: Listing, side: int | None) -> str:
    whole = train.digest + test.digest + f"{side} {root.resolve()}".encode()
    return blake2b(whole, digest_size=8).hexdigest()


class Decoder:
    """Row -> image, uint8 [side, side, 3]: the shorter side resized to `side` and the centre cut out, as torchvision's
    Resize and CenterCrop do it; without `side` as it is, and then all must be squares of the first one's size."""

    def __init__(self, files: list[str], side: int | None):
        self.files, self.fit = files, side is not None
        self.side = side or len(_pixels(files[0], None))

    def __call__(self, row: int) -> np.ndarray:
        return _pixels(self.files[row], self.side, self.fit)


def _pixels(file: str, side: int | None, fit: bool = False) -> np.ndarray:
    Image = needed("PIL.Image", "a folder of images")
    functional = needed("torchvision.transforms.functional", "a folder of images")
    try:
        with Image.open(file) as image:
            width, height = image.size
            if fit:
                return np.asarray(functional.center_crop(functional.resize(image.convert("RGB"), side), side))
            if width != height or side not in (None, width):
                allowed = f"{side} x {side}" if side else "square"
                raise UserError(f"{file} is {width} x {height} px, must be {allowed}; resize all images to squares of "
                                f"one size, or take folder-{side or 64}, which does")
            return np.asarray(image.convert("RGB"))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:  # SyntaxError: a broken PNG
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise UserError(f"{file} is truncated or not an image ({reason}); replace it") from None
