"""What is printed and no chart: grids of images, in the style of the house. It needs matplotlib."""

from dietsb_book.plots.panels import image_grid
from dietsb_book.plots.style import SERIES, STYLE

__all__ = ["SERIES", "STYLE", "image_grid"]
