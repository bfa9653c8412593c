"""A page with a table and a board of verdicts, in a browser, with the book's own scripts and styles."""

from __future__ import annotations

import pandas as pd
import pytest
from browser import chromium  # noqa: F401 (a fixture)
from rows import around
from test_board import MIXED, TOY

from dietsb_book import tables
from dietsb_book.tables.cells import PERCENT
from dietsb_core.environment import PROJECT
from dietsb_core.evidence.statistics import interval

STATIC = PROJECT / "book" / "_static"
FRAME = pd.DataFrame({
    "method": ["Selective-Backprop, 50 % pruned", "full training", "EL2N, 50 % pruned", "UCB"],
    "total": [0.5, 10.0, 9.0, None], "accuracy, %": [interval(around(x)) for x in (0.5, 0.08, 0.6)] + [interval([])],
    "seeds": [3] * 4, "gain": [1.5, -2.5, 0.5, 3.5],
    "verdict": ["above", "undecided (but for the line)", "below", None],
    "reuses": ["by 10 uses", "by 9 uses", None, "at once"], "epochs": [10] * 4,
    "a long title of a column": [1.0] * 4})
MAIN = ("method", "total", "gain", "verdict", "accuracy, %", "reuses")
LIGHT = {"primary": "#0a7d91", "primary-bg": "#d0ecf1", "border": "#d1d5da", "text-base": "#222832",
         "text-muted": "#48566b", "background": "#fff", "surface": "#f3f4f5", "success": "#00843f", "danger": "#d72d47",
         "info": "#276be9", "link": "#0a6c7e"}


def written(folder, *shown) -> str:
    """The address of a page of `shown` in the book's frame, with its styles and scripts."""
    colours = "".join(f"--pst-color-{name}: {value};" for name, value in LIGHT.items())
    styles, scripts = ("".join(f"<{tag}>{(STATIC / name).read_text()}</{tag}>" for name in names) for tag, names in (
        ("style", ("book.css", "tables.css", "board.css")), ("script", ("tables.js", "board.js"))))
    cells = "".join(f'<div class="cell_output"><div class="output text_html">{one._repr_html_()}</div></div>'
                    for one in shown)
    path = folder / "toy.html"
    path.write_text(f'<!doctype html><html lang="en" data-theme="light"><meta charset="utf-8"><title>Toy</title>'
                    f'<style>:root {{{colours}}} body {{margin: 1rem}}</style>{styles}<main><h1>Toy</h1>{cells}</main>'
                    f'{scripts}</html>')
    return path.as_uri()


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> str:
    return written(tmp_path_factory.mktemp("page"), tables.plain(FRAME, {"accuracy, %": PERCENT}, MAIN),
                   tables.verdicts(MIXED, TOY))


@pytest.fixture
def tab(chromium, address):
    opened = chromium.new_page(viewport={"width": 900, "height": 900})
    opened.goto(address)
    yield opened
    opened.close()


def fits(tab) -> bool:
    return tab.evaluate("[...document.querySelectorAll('.shown-frame, .board-frame')].every("
                        "frame => frame.scrollWidth <= frame.clientWidth)"
                        " && document.documentElement.scrollWidth <= innerWidth")
