"""The built book, served from this machine to a browser, for tests."""

from __future__ import annotations

import functools
import http.server
import threading

import browser
import built
import pytest


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture(scope="module")
def site():
    """The address of the built book."""
    handler = functools.partial(Quiet, directory=built.html())
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture(scope="module")
def chromium():
    path = browser.require()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


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
