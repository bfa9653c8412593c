"""The built book, served from this machine to a browser, for tests."""

from __future__ import annotations

import built
import pytest
from browser import chromium, serving  # noqa: F401 (a fixture)


@pytest.fixture(scope="module")
def site():
    """The address of the built book."""
    with serving(built.html()) as address:
        yield address


@pytest.fixture
def tab(chromium):
    opened = chromium.new_page(viewport={"width": 1400, "height": 900})
    yield opened
    opened.close()


def bring_to_life(tab) -> None:
    """Draw every chart of the page, as a reader does who opens all that is folded away and scrolls through it."""
    tab.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    for figure in tab.locator("figure.chart").all():
        figure.scroll_into_view_if_needed()
    tab.wait_for_function("[...document.querySelectorAll('figure.chart')].every(figure => figure.view)")
