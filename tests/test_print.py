"""The book on paper: what print.css does to a page, and the PDF that a Chromium prints with it."""

from __future__ import annotations

import re
import subprocess

import browser
import pytest
from built import ROOT

import pdf

CELLS = "".join(f"<td>column {nth} of many</td>" for nth in range(14))
PAGE = f"""<!doctype html><html lang="en" data-theme="dark"><head><title>A page</title>
<link rel="stylesheet" href="book.css"><link rel="stylesheet" href="charts.css">
<link rel="stylesheet" href="print.css">
</head><body><main class="bd-main"><div class="bd-content"><div class="bd-article-container">
<article class="bd-article">
<h1>A page</h1><p>See <a class="external" href="https://example.org/x">there</a>.</p>
<div class="cell_output"><div class="output text_html"><table><tr>{CELLS}</tr></table></div></div>
<figure class="chart"><div class="chart-inputs"><label>Pruned <input type="range"></label></div>
<div class="chart-view"><svg width="100" height="50"></svg></div></figure>
<details class="sd-dropdown"><summary>More</summary><p id="more">Folded away.</p></details>
<section><h2>Behind</h2><details class="fold"><summary>How</summary><p id="how">By whom.</p></details></section>
<details class="hide above-input"><summary>Code</summary><p id="code">print()</p></details>
</article></div></div></main></body></html>"""


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A page beside the book's styles."""
    folder = tmp_path_factory.mktemp("page")
    for sheet in (ROOT / "book" / "_static").glob("*.css"):
        (folder / sheet.name).write_bytes(sheet.read_bytes())
    (folder / "page.html").write_text(PAGE)
    return folder / "page.html"


@pytest.fixture(scope="module")
def tab(page):
    path = browser.require()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        opened = started.new_page(viewport={"width": 672, "height": 980})  # A4 without its margins
        opened.goto(page.as_uri())
        opened.emulate_media(media="print")
        yield opened
        started.close()


def test_no_column_is_cut(tab):
    assert tab.evaluate("document.querySelector('table').getBoundingClientRect().right") <= 672
    assert tab.evaluate("document.documentElement.scrollWidth") <= 672


def test_a_chart_is_printed_as_it_stands_without_what_moves_it(tab):
    assert tab.locator(".chart-view svg").is_visible() and not tab.get_by_role("slider").is_visible()


def test_what_is_folded_away_is_opened_but_for_code_and_provenance(tab):
    seen = {name: tab.evaluate(f"document.getElementById('{name}').checkVisibility({{contentVisibilityAuto: true}})")
            for name in ("more", "how", "code")}
    assert seen == {"more": True, "how": False, "code": False} and not tab.get_by_text("Behind").is_visible()


def test_a_link_to_elsewhere_says_where(tab):
    after = "getComputedStyle(document.querySelector('a.external'), '::after').content"
    assert tab.evaluate(after) == '" (" "https://example.org/x" ")"' or "https://example.org/x" in tab.evaluate(after)


def test_a_chromium_prints_the_page(page, tmp_path):
    made = tmp_path / "page.pdf"
    subprocess.run(pdf.command(browser.require(), page, made), check=True, capture_output=True)
    data = made.read_bytes()
    assert data.startswith(b"%PDF") and len(re.findall(rb"/Type\s*/Page\b", data)) == 1


def test_without_a_browser_it_is_one_line(monkeypatch, capsys):
    monkeypatch.setenv("CHROME", "no-such-browser")
    assert pdf.main() == 2
    said = capsys.readouterr().err
    assert "no-such-browser" in said and "install Chromium" in said and said.count("\n") == 1
