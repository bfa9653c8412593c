"""Grids of images."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from dietsb_core.errors import one_line


def image_grid(images: np.ndarray, titles: list[str], columns: int = 5) -> Figure:
    """`images` uint8 [m, H, W, 3] as they are, each with a line above it."""
    lines = -(-len(images) // columns)
    figure, axes = plt.subplots(lines, columns, figsize=(1.5 * columns, 1.75 * lines), squeeze=False)
    for place in axes.flat:
        place.axis("off")
    for place, image, title in zip(axes.flat, images, titles, strict=False):  # the last line may be short
        place.imshow(image, interpolation="nearest")
        place.set_title(one_line(title), fontsize=8, parse_math=False)  # a class may be called $x$
    figure.tight_layout()
    return figure
