"""The built pages in a browser: no other host, no error, light, whole on a phone and on paper, and without barriers."""

from __future__ import annotations

import gzip

import built
import pytest
from axe_playwright_python.sync_playwright import Axe
from served import bring_to_life, chromium, site, tab  # noqa: F401 (fixtures)

RULES = {"preload": False, "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
WIDER = """() => [...document.querySelectorAll('.bd-article :is(table, svg, img, figure)')].filter(one => {
  const frame = one.closest('.cell_output, .pst-scrollable-table-container, .chart-view, details') ?? one.parentElement;
  return one.checkVisibility() && one.getBoundingClientRect().right > document.documentElement.clientWidth + 1
    && getComputedStyle(frame).overflowX === 'visible';
}).map(one => one.outerHTML.slice(0, 120))"""
HEAVIEST, HIGHEST = 150_000, 3_000  # bytes of a page, compressed, beside what pages share; pixels of the board's


@pytest.mark.parametrize("name", built.pages())
def test_a_page_loads_alone_without_an_error_and_fits_a_phone(tab, site, name):
    requests, errors = [], []
    tab.on("request", lambda request: requests.append(request.url))
    tab.on("console", lambda message: message.type == "error" and errors.append(message.text))
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.goto(f"{site}{name}.html", wait_until="networkidle")
    bring_to_life(tab)
    assert [url for url in requests if not url.startswith((site, "data:", "blob:"))] == []
    assert len(requests) > 1
    assert errors == []
    assert tab.evaluate("[...document.images].filter(i => !i.alt).map(i => i.outerHTML.slice(0, 200))") == []
    assert tab.evaluate(WIDER) == []
    tab.set_viewport_size({"width": 390, "height": 800})
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("name", built.pages())
def test_a_page_is_light(name):
    assert len(gzip.compress((built.html() / f"{name}.html").read_bytes(), 9)) <= HEAVIEST


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", built.pages())
def test_a_page_has_no_barrier_that_axe_finds(chromium, site, name, theme):
    context = chromium.new_context(viewport={"width": 1400, "height": 900}, color_scheme=theme)
    page = context.new_page()
    page.goto(f"{site}{name}.html", wait_until="networkidle")
    bring_to_life(page)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    found = Axe().run(page, options=RULES)
    context.close()
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("name", built.pages())
def test_nothing_of_a_page_is_cut_on_paper(chromium, site, name):
    paper = chromium.new_page(viewport={"width": 718, "height": 1000})  # A4 within its margins
    paper.goto(f"{site}{name}.html", wait_until="networkidle")
    paper.emulate_media(media="print")
    cut = paper.evaluate("""[...document.querySelectorAll('.bd-article :is(table, pre, svg, img)')].filter(one =>
      one.checkVisibility() && one.getBoundingClientRect().right > 719).map(one => one.outerHTML.slice(0, 120))""")
    paper.close()
    assert cut == []


def test_the_board_of_all_claims_is_read_without_much_scrolling(tab, site):
    tab.goto(f"{site}notebooks/verdicts.html", wait_until="networkidle")
    assert tab.evaluate("document.documentElement.scrollHeight") <= HIGHEST


def test_page_one_answers_before_a_reader_scrolls(chromium, site):
    """Three sentences, each with a number, on the first screen of a phone, and no code."""
    phone = chromium.new_page(viewport={"width": 390, "height": 844})
    phone.goto(f"{site}index.html", wait_until="networkidle")
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
