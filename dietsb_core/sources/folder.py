"""Images in folders, one folder a class, as torchvision's ImageFolder reads them."""
from __future__ import annotations

from pathlib import Path

import numpy as np

from dietsb_core.errors import UserError
from dietsb_core.sources.source import Source, Split


def load(root: Path) -> Source:
    """`root/train/<class>/<image>` and `root/test/<class>/<image>` (or `val`): square images of one size."""
    if not (root / "train").is_dir():
        raise UserError(f"folder not found: looked for {root / 'train'}; "
                        "put images in train/<class>/ and test/<class>/ there, or set DIETSB_DATA")
    return tree("folder", root)


def tree(name: str, root: Path) -> Source:
    """The ImageFolder tree below `root` as the source `name`; an example's name is its file name."""
    held_out = next((root / part for part in ("test", "val") if (root / part).is_dir()), None)
    if held_out is None:
        raise UserError(f"{root} has train/ but neither test/ nor val/; put test images in test/<class>/")
    classes, train = _split(root / "train")
    test_classes, test = _split(held_out)
    if test_classes != classes:
        odd = sorted(set(classes) ^ set(test_classes))[0]
        raise UserError(f"{root}: class {odd!r} is in only one of train/ and {held_out.name}/; "
                        "both need the same folders")
    return Source(name, classes, train, test).canonical()


def _split(path: Path) -> tuple[tuple[str, ...], Split]:
    from torchvision.datasets import ImageFolder

    try:
        found = ImageFolder(str(path))
    except FileNotFoundError as error:  # no class, or a class without an image
        raise UserError(f"{path}: {str(error).splitlines()[0]}") from None
    files = [Path(file) for file, _ in found.samples]
    labels = np.array([label for _, label in found.samples], dtype=np.int64)
    split = Split(_read(files), labels, np.array([file.name for file in files]))
    split.check(len(found.classes), str(path))
    return tuple(found.classes), split


def _read(files: list[Path]) -> np.ndarray:
    """uint8 [N, side, side, 3]; every image must have the size of the first, and that be square."""
    side = None
    for row, file in enumerate(files):
        pixels = _pixels(file, side)
        if side is None:
            side = len(pixels)
            images = np.empty((len(files), side, side, 3), dtype=np.uint8)
        images[row] = pixels
    return images


def _pixels(file: Path, side: int | None) -> np.ndarray:
    from PIL import Image

    try:
        with Image.open(file) as image:
            width, height = image.size
            if width != height or side not in (None, width):
                allowed = f"{side} x {side}" if side else "square"
                raise UserError(f"{file} is {width} x {height} px, must be {allowed}; "
                                "resize all images to squares of one size")
            return np.asarray(image.convert("RGB"))
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:  # SyntaxError: a broken PNG
        reason = str(error).splitlines()[0]
        raise UserError(f"{file} is truncated or not an image ({reason}); replace it") from None
