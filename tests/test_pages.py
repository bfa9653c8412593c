"""The built pages in a browser: no other host, no error, light, whole on a phone and on paper, and without barriers."""

from __future__ import annotations

import gzip

import built
import pytest
from axe_playwright_python.sync_playwright import Axe
from served import bring_to_life, chromium, site, tab  # noqa: F401 (fixtures)

RULES = {"preload": False, "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
WIDER = """() => {
  const scrolls = one => !one.matches('.bd-article')
    && (getComputedStyle(one).overflowX !== 'visible' || scrolls(one.parentElement));
  return [...document.querySelectorAll('.bd-article :is(table, svg, img, figure)')].filter(one =>
    one.checkVisibility() && one.getBoundingClientRect().right > document.documentElement.clientWidth + 1
    && !scrolls(one.parentElement)).map(one => one.outerHTML.slice(0, 120));
}"""
CUT = """() => [...document.querySelectorAll('.bd-article :is(table, pre, svg, img)')]
  .filter(one => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth + 1)
  .map(one => one.outerHTML.slice(0, 120))"""
HEAVIEST, HIGHEST = 150_000, 3_000  # bytes of a page, compressed, beside what pages share; pixels of the board's


@pytest.mark.parametrize("name", built.pages())
def test_a_page_is_alone_whole_and_without_barriers(tab, site, name):
    """One visit: no other host and no error, charts alive, axe in the light and in the dark, paper, a phone."""
    requests, errors = [], []
    tab.on("request", lambda request: requests.append(request.url))
    tab.on("console", lambda message: message.type == "error" and errors.append(message.text))
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.goto(f"{site}{name}.html")
    bring_to_life(tab)
    assert [url for url in requests if not url.startswith((site, "data:", "blob:"))] == []
    assert len(requests) > 1
    assert tab.evaluate("[...document.images].filter(i => !i.alt).map(i => i.outerHTML.slice(0, 200))") == []
    assert tab.evaluate(WIDER) == []
    barriers(tab)
    for width, media in ((718, "print"), (390, "screen")):  # of paper, A4 within its margins
        tab.set_viewport_size({"width": width, "height": 900})
        tab.emulate_media(media=media)
        assert media == "screen" or tab.evaluate(CUT) == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    assert errors == []


def barriers(tab) -> None:
    """axe finds none, in either theme."""
    for theme in ("light", "dark"):
        tab.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        tab.wait_for_timeout(500)  # colours change gradually
        found = Axe().run(tab, options=RULES)
        assert found.violations_count == 0, f"{theme}: {found.generate_report()}"


@pytest.mark.parametrize("name", built.pages())
def test_a_page_is_light(name):
    assert len(gzip.compress((built.html() / f"{name}.html").read_bytes(), 9)) <= HEAVIEST


def test_the_board_of_all_claims_is_read_without_much_scrolling(tab, site):
    tab.goto(f"{site}notebooks/verdicts.html")
    assert tab.evaluate("document.documentElement.scrollHeight") <= HIGHEST


def test_page_one_answers_before_a_reader_scrolls(chromium, site):
    """Three sentences, each with a number, on the first screen of a phone, and no code."""
    phone = chromium.new_page(viewport={"width": 390, "height": 844})
    phone.goto(f"{site}notebooks/introduction.html")
    answers = phone.locator(".bd-article section li").all()[:3]
    assert len(answers) == 3 and all(any(c.isdigit() for c in one.inner_text()) for one in answers)
    assert all(one.bounding_box()["y"] + one.bounding_box()["height"] <= 844 for one in answers)
    assert phone.locator(".bd-article :is(pre, .cell_input)").first.bounding_box() is None or (
        phone.locator(".bd-article :is(pre, .cell_input)").first.bounding_box()["y"] > 844)
    phone.close()


@pytest.mark.parametrize("word", ["overlap", "UCB", "forgetting"])
def test_a_search_leads_to_pages_and_only_then_to_the_reference(tab, site, word):
    tab.goto(f"{site}search.html?q={word}")
    results = tab.locator("ul.search li > a")
    results.and_(tab.locator("[href*='book/api.html']")).first.wait_for()
    found = results.evaluate_all("links => links.map(link => link.pathname)")
    first = found.index("/book/api.html")
    assert first >= 3 and set(found[first:]) == {"/book/api.html"}
