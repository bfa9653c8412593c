"""What is printed and no chart: grids of images, in the style of the house. It needs matplotlib."""

from dietsb_book.plots.panels import curves, image_grid, over_epochs
from dietsb_book.plots.style import SERIES, STYLE

__all__ = ["SERIES", "STYLE", "curves", "image_grid", "over_epochs"]
