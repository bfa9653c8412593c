"""Training images side by side, each with its class and its score: from the sprite, else from the data where it is."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
from IPython.display import HTML, display

from dietsb_book import plots
from dietsb_book.escape import html
from dietsb_book.images import sprite
from dietsb_core.runs import facts
from dietsb_core.runs.facts import Facts

STYLE = (Path(__file__).parent / "images.css").read_text("utf-8")  # inline, since JupyterLab has no style of the book
CREDIT = {"cifar100": '<a href="https://www.cs.toronto.edu/~kriz/cifar.html">CIFAR-100</a> (<a href="https://www.cs.'
                      'toronto.edu/~kriz/learning-features-2009-TR.pdf">Krizhevsky 2009</a>), chosen from the '
                      "Tiny Images collection"}


def show(data: str, rows: np.ndarray, about: Facts, title: str, values: np.ndarray) -> None:
    """Show the training images `rows` [m] of `data` under a `title`, each with its class and its value of `values` [m].
    Images of a set without thumbnails are drawn as a figure."""
    found = sprite.of(data, about)
    pictures = found.tiles(rows) if found else [None] * len(rows)
    if any(one is None for one in pictures) and (here := facts.images_of(data, rows)) is not None:
        pictures = list(here)
    classes = about.classes[about.labels[rows]].tolist()
    if found or pictures[0] is None:
        display(HTML(grid(pictures, classes, [f"{value:.3g}" for value in values], title, data)))
    else:
        plots.image_grid(np.stack(pictures), classes)


def grid(pictures: list[np.ndarray | None], classes: list[str], told: list[str], title: str, data: str) -> str:
    """A figure of `pictures`, uint8 [S, S, 3] each or None, with a class and a line each. Where there is none, the tile
    is an empty frame, and the caption says how many are missing."""
    tiles = "".join(_tile(*one) for one in zip(pictures, classes, told, strict=True))
    lacking = sum(one is None for one in pictures)
    words = f" {lacking} of {len(pictures)} images are missing here: {how(data)}" if lacking else ""
    return (f'<figure class="thumbnails mathjax_ignore"><style>{STYLE}</style>'
            f'<ul aria-label="{html(title)}">{tiles}</ul>'
            f"<figcaption>{html(title)}, which is below each class. {credit(data)}.{words}</figcaption></figure>")


def _tile(picture: np.ndarray | None, name: str, told: str) -> str:
    name = html(spoken(name))
    shown = f'<i class="empty" role="img" aria-label="{name}, no image here"></i>' if picture is None else (
        f'<img src="{uri(sprite.png(picture))}" alt="{name}">')
    return f"<li>{shown}<b>{name}</b><span>{html(told)}</span></li>"


def spoken(name: str) -> str:
    """A class's name with spaces, at which a line can break: `lawn mower`."""
    return name.replace("_", " ").strip() or name


def uri(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


def credit(data: str) -> str:
    """Whose images these are, as HTML."""
    return f"Source: training images of {CREDIT.get(data, html(data))}"


def how(data: str) -> str:
    """What to do where images are missing, as HTML."""
    get = f"python -m dietsb_core data {data}"
    return f"get the data with <code>{html(get)}</code>, or {html(sprite.AGAIN)}."
