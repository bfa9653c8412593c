"""What is printed and no chart: grids of images. It needs matplotlib."""

from dietsb_book.plots.panels import image_grid

__all__ = ["image_grid"]
