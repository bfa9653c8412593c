"""A page that holds the book's thumbnails loads them as a file, which all pages share. A notebook holds them itself, so
that it also shows them in JupyterLab and without a network."""

from __future__ import annotations

from sphinx.application import Sphinx

from dietsb_book.images.grid import uri
from dietsb_book.images.sprite import read


def load_as_file(app: Sphinx, page: str, source: list[str]) -> None:
    """Where `page` is a file of its own in a folder of the book, which it is not in a single page."""
    if not page.startswith("notebooks/") or app.builder.name != "html" or not (found := read()):
        return
    source[0] = source[0].replace(uri(found.file.read_bytes()), f"../_static/{found.file.name}")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("source-read", load_as_file, priority=600)  # behind _ext.executed, which puts outputs into the source
    return {"parallel_read_safe": True, "parallel_write_safe": True}
