"""A browser of the training set: thumbnails in order of a score, and how often each method trained on each of them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from IPython.display import HTML

from dietsb_book.escape import html
from dietsb_book.images import choose, sprite
from dietsb_book.images.grid import STYLE, credit, how, spoken, uri
from dietsb_core.errors import one_line
from dietsb_core.evidence.row import Results
from dietsb_core.evidence.verdicts.common import NAMES
from dietsb_core.runs import facts
from dietsb_core.runs.facts import Facts

WINDOW = 20  # tiles in sight: whole lines of ten, and of four on a phone
SCRIPT = (Path(__file__).parent / "browser.js").read_text("utf-8")
Uses = dict[str, tuple[np.ndarray, int]]


def browse(data: str, about: Facts, scores: np.ndarray, name: str, uses: Uses) -> HTML:
    """The browser of `data` by `scores` [N], which `name` names. uses: by method, how often it trained on each example
    [N], and in how many epochs. Where there are neither thumbnails nor the images, how to get them."""
    found = sprite.of(data, about) or _drawn(data, about, scores)
    if found is None:
        return HTML(f"<p>No image of {html(data)} is here: {how(data)}</p>")
    return HTML(page(found, about.classes, scores, name, uses))


def _drawn(data: str, about: Facts, scores: np.ndarray) -> sprite.Sprite | None:
    """Thumbnails of a set whose images are here, such as one that is drawn."""
    rows = choose.chosen(scores, scores, about.labels, sprite.MOST)
    here = facts.images_of(data, rows)
    return None if here is None else sprite.Sprite(data, about.fingerprint, rows, about.labels[rows], here)


def used(results: Results) -> Uses:
    """How often each example was trained on, over all seeds, by method; the full training first."""
    return {NAMES[policy]: (sum(record.column("selected").astype(np.int64) for record in by_seed.values()),
                            sum(len(record.rows) for record in by_seed.values()))
            for (policy, _), by_seed in results.items()}


def tiles(found: sprite.Sprite, scores: np.ndarray, uses: Uses) -> list[list]:
    """The sprite's tiles by `scores` [N], ascending: [place in the sprite, label, rank from 1 among N, score in three
    digits, [uses by each method]]."""
    rank = np.empty(len(scores), np.int64)
    rank[np.argsort(scores, kind="stable")] = np.arange(1, len(scores) + 1)
    rows = [[place, int(label), int(rank[row]), f"{scores[row]:.3g}", [int(n[row]) for n, _ in uses.values()]]
            for place, (row, label) in enumerate(zip(found.rows, found.labels, strict=True))]
    return sorted(rows, key=lambda tile: tile[2])


def page(found: sprite.Sprite, classes: np.ndarray, scores: np.ndarray, name: str, uses: Uses) -> str:
    """The browser as HTML that needs nothing else. Without a script it shows the first tiles."""
    shown, names = tiles(found, scores, uses), [one_line(spoken(str(one))) for one in classes]
    epochs = [int(of) for _, of in uses.values()]
    told = {"tiles": shown, "classes": names, "epochs": epochs, "total": len(scores), "score": name,
            "columns": sprite.COLUMNS}
    data = json.dumps(told, separators=(",", ":")).replace("<", "\\u003c")  # or a class could end the script
    url = uri(found.file.read_bytes() if found.file else sprite.sheet(found.images))
    image = f'.browse i {{ background-image: url("{url}"); background-size: calc({sprite.COLUMNS} * 100%) auto; }}'
    buttons = "".join(_button(one, names[one[1]]) for one in shown[:WINDOW])
    keys = 'data-lm-suppress-shortcuts="true"'  # JupyterLab then leaves the arrow keys to the slider and the tiles
    return (f'<figure class="thumbnails browse mathjax_ignore" {keys}><style>{STYLE}{image}</style>'
            f"{_controls(found, names, name)}{_told(shown[0], names, name, len(scores), uses)}"
            f'<ul class="tiles" aria-label="Training images by {html(name)}">{buttons}</ul>'
            f"<figcaption>{html(name)} is below each class. {credit(found.data)}.</figcaption>"
            f'<script type="application/json">{data}</script><script>{SCRIPT}</script></figure>')


def _controls(found: sprite.Sprite, names: list[str], name: str) -> str:
    counts = np.bincount(found.labels, minlength=len(names))
    options = "".join(f'<option value="{i}">{html(names[i])} ({counts[i]})</option>' for i in np.flatnonzero(counts))
    slider = '<input type="range" min="0" max="0" value="0" step="1" autocomplete="off">'
    classes = f'<select autocomplete="off"><option value="">all ({len(found.rows)})</option>{options}</select>'
    return (f'<div class="controls" hidden><label>From the lowest to the highest {html(name)} {slider}</label>'
            f'<span class="range"></span><label>Class {classes}</label></div>')


def _told(tile: list, names: list[str], name: str, total: int, uses: Uses) -> str:
    """What is known of one image."""
    _, label, rank, value, counts = tile
    lines = "".join(f'<li style="--share: {n / of:.3g}"><span>{html(method)}</span> <b>{n} / {of}</b></li>'
                    for n, (method, (_, of)) in zip(counts, uses.items(), strict=True))
    rest = f": {html(name)} {value}, rank {rank:,} of {total:,}"
    return (f'<div class="told"><p role="status"><b>{html(names[label])}</b><span>{rest}</span></p>'
            "<p>In how many epochs, over all seeds, each method trained on it:</p>"
            f'<ul class="uses">{lines}</ul></div>')


def _button(tile: list, name: str) -> str:
    place, _, _, value, _ = tile
    x, y = place % sprite.COLUMNS, place // sprite.COLUMNS
    return (f'<li><button type="button"><i style="--x: {x}; --y: {y}"></i><b>{html(name)}</b>'
            f"<span>{value}</span></button></li>")
