"""A slider with no kernel: figures drawn beforehand in one HTML output, for pages and notebooks alike."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

from dietsb_book.escape import html
from dietsb_core.errors import UserError

if TYPE_CHECKING:
    from IPython.display import HTML
    from matplotlib.figure import Figure

# Inline, since a notebook and a static page then need nothing else; the label is what a screen reader says.
MOVE = (
    "const images = this.closest('figure').querySelectorAll('img');"
    "images.forEach((image, i) => image.hidden = i != this.value);"
    "const label = images[this.value].dataset.label;"
    "this.nextElementSibling.value = label; this.setAttribute('aria-valuetext', label)"
)


def frames(figures: list[Figure | str], labels: list[str], alts: list[str], name: str) -> HTML:
    """One frame at a time, chosen by a slider, by mouse or keyboard; without JavaScript the first one shows.

    Args:
        figures: matplotlib figures, closed once they are drawn, or the text of SVG images; one a frame.
        labels: what the slider stands for at each frame, such as "50 %".
        alts: the text that stands in for each frame where it cannot be seen.
        name: the quantity that the slider moves, such as "Pruned".

    Raises:
        UserError: when there is no frame, or not one label and one alternative text for each.
    """
    from IPython.display import HTML

    if not figures or not len(figures) == len(labels) == len(alts):
        counts = f"{len(figures)} figures, {len(labels)} labels, {len(alts)} alts"
        raise UserError(f"frames needs as many labels and alts as figures, and at least one: got {counts}")
    chosen = enumerate(zip(figures, labels, alts, strict=True))
    images = [_image(*frame, first=i == 0) for i, frame in chosen]
    first, last = html(labels[0]), len(labels) - 1
    room = f"display: inline-block; min-width: {max(map(len, labels)) + 2}ch"  # else the slider moves with its label
    keys = "data-lm-suppress-shortcuts"  # JupyterLab then leaves the arrow keys to the slider
    slider = (
        f'<label>{html(name)} <input type="range" min="0" max="{last}" value="0" step="1" '
        f'{keys}="true" autocomplete="off" aria-valuetext="{first}" oninput="{MOVE}">'
        f'<output style="{room}">{first}</output></label>'
    )
    return HTML(f'<figure class="frames"><div>{slider}</div>{"".join(images)}</figure>')


def _image(figure: Figure | str, label: str, alt: str, first: bool) -> str:
    svg = figure if isinstance(figure, str) else _svg(figure)
    data = base64.b64encode(svg.encode()).decode()
    return (
        f'<img src="data:image/svg+xml;base64,{data}" alt="{html(alt)}" '
        f'data-label="{html(label)}" style="max-width: 100%"{"" if first else " hidden"}>'
    )


def _svg(figure: Figure) -> str:
    """The figure as SVG text, the same bytes whenever it is drawn: no date, ids from a fixed salt."""
    import matplotlib.pyplot as plt

    target = io.StringIO()
    with plt.rc_context({"svg.hashsalt": "dietsb"}):
        figure.savefig(target, format="svg", metadata={"Date": None}, bbox_inches="tight")
    plt.close(figure)  # else the notebook shows it a second time, below the slider
    return target.getvalue()
