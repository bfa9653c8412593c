"""The built pages in a browser: no other host, no error, sliders that move, a phone that holds them."""

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
    """The address of the built book, served from this machine."""
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


@pytest.mark.parametrize("name", built.pages())
def test_a_page_loads_alone_without_an_error_and_fits_a_phone(tab, site, name):
    requests, errors = [], []
    tab.on("request", lambda request: requests.append(request.url))
    tab.on("console", lambda message: message.type == "error" and errors.append(message.text))
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.goto(f"{site}{name}.html", wait_until="networkidle")
    assert [url for url in requests if not url.startswith((site, "data:"))] == []
    assert len(requests) > 1
    assert errors == []
    assert tab.evaluate("[...document.images].filter(i => !i.alt).map(i => i.outerHTML.slice(0, 200))") == []
    tab.set_viewport_size({"width": 390, "height": 800})
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390


def shown(figure) -> list[str]:
    """What stands in for the frames that can be seen, drawn at some size."""
    drawn = "images => images.filter(i => i.checkVisibility() && i.naturalWidth > 0).map(i => i.alt)"
    return figure.locator("img").evaluate_all(drawn)


def test_every_slider_moves_by_keyboard_and_by_mouse(tab, site):
    moved = 0
    for name in built.pages():
        tab.goto(f"{site}{name}.html", wait_until="networkidle")
        for figure in tab.locator("figure.frames").all():
            move_by_keyboard(figure)
            move_by_mouse(tab, figure)
            moved += 1
    assert moved > 0


def move_by_keyboard(figure) -> None:
    slider, output = figure.get_by_role("slider"), figure.locator("output")
    slider.focus()
    slider.press("Home")
    alts = figure.locator("img").evaluate_all("images => images.map(i => i.alt)")
    labels = figure.locator("img").evaluate_all("images => images.map(i => i.dataset.label)")
    assert len(set(labels)) == len(labels) > 1
    for alt, label in zip(alts, labels, strict=True):
        assert shown(figure) == [alt]
        assert output.inner_text() == label == slider.get_attribute("aria-valuetext")
        slider.press("ArrowRight")


def move_by_mouse(tab, figure) -> None:
    slider, output = figure.get_by_role("slider"), figure.locator("output")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    ends = []
    for x in (box["x"] + 3, box["x"] + box["width"] - 3):
        tab.mouse.click(x, box["y"] + box["height"] / 2)
        ends.append((shown(figure), output.inner_text()))
    labels = figure.locator("img").evaluate_all("images => images.map(i => i.dataset.label)")
    assert [label for _, label in ends] == [labels[0], labels[-1]]
    assert ends[0][0] != ends[1][0]


def test_a_slider_says_what_it_is(tab, site):
    for name in built.pages():
        tab.goto(f"{site}{name}.html")
        for slider in tab.locator("figure.frames input").all():
            assert slider.evaluate("input => input.labels[0].textContent.trim()")


def test_without_javascript_the_first_frame_shows(chromium, site):
    context = chromium.new_context(java_script_enabled=False)
    plain = context.new_page()
    for name in built.pages():
        plain.goto(f"{site}{name}.html")
        for figure in plain.locator("figure.frames").all():
            visible = [image.is_visible() for image in figure.locator("img").all()]
            assert visible == [True] + [False] * (len(visible) - 1)
    context.close()


@pytest.mark.parametrize("word", ["overlap", "UCB", "forgetting"])
def test_a_search_leads_to_pages_and_only_then_to_the_reference(tab, site, word):
    tab.goto(f"{site}search.html?q={word}")
    results = tab.locator("ul.search li > a")
    results.and_(tab.locator("[href*='book/api.html']")).first.wait_for()
    found = results.evaluate_all("links => links.map(link => link.pathname)")
    first = found.index("/book/api.html")
    assert first >= 3 and set(found[first:]) == {"/book/api.html"}
