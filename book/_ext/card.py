"""The picture that is shown where the book is shared: its title, and the README's figure."""

from __future__ import annotations

import io
from pathlib import Path

WIDTH, HEIGHT = 1200, 630  # pixels, as og:image is shown
PICTURE = Path(__file__).resolve().parents[1] / "_static" / "headline.svg"
ALT = "The book's title and its figure of accuracy over total cost."
LARGEST = 100_000  # bytes


def draw(path: Path, book: str, title: str) -> None:
    """Write the card, a PNG of at most `LARGEST` bytes."""
    from matplotlib.figure import Figure  # takes a second, and only a whole build draws

    figure = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100, facecolor="white")
    figure.text(0.05, 0.88, title, size=min(34, 1150 / len(title)), weight="bold", color="#14181e", va="center")
    figure.text(0.05, 0.79, book, size=20, color="#0a6c7e", va="center")
    if PICTURE.exists():
        axes = figure.add_axes((0.05, 0.03, 0.9, 0.7))
        axes.imshow(_headline())
        axes.axis("off")
    figure.savefig(buffer := io.BytesIO(), format="png", metadata={"Software": None})
    path.write_bytes(_small(buffer))


def _headline():
    import vl_convert
    from matplotlib import image

    return image.imread(io.BytesIO(vl_convert.svg_to_png(PICTURE.read_text(), scale=2)))


def _small(drawn: io.BytesIO) -> bytes:
    """The picture in 128 colours: enough for lines and text, and a third of the bytes."""
    from PIL import Image

    Image.open(drawn).convert("RGB").quantize(128).save(small := io.BytesIO(), format="png", optimize=True)
    return small.getvalue()
