"""Training images as pages show them: a grid, and a browser of the training set, from thumbnails in the repository."""

from dietsb_book.images.browser import browse, used
from dietsb_book.images.grid import show

__all__ = ["browse", "show", "used"]
