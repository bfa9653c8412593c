"""Tables and the board of verdicts in a browser, with their own scripts and styles: keys, widths, print, no script."""

from __future__ import annotations

import csv
import re

import browser
import pandas as pd
import pytest
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
def chromium():
    path = browser.require()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


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


def column(tab, name: str) -> list[str]:
    return tab.evaluate("""name => {
        const at = [...document.querySelectorAll('.shown thead th')].findIndex(head => head.textContent === name);
        return [...document.querySelectorAll('.shown tbody tr')].map(row => row.cells[at].textContent) }""", name)


def seen(tab) -> list[str]:
    return tab.evaluate("[...document.querySelectorAll('.shown thead th')].filter(head => head.checkVisibility())"
                        ".map(head => head.textContent)")


def fits(tab) -> bool:
    return tab.evaluate("[...document.querySelectorAll('.shown-frame, .board-frame')].every("
                        "frame => frame.scrollWidth <= frame.clientWidth)"
                        " && document.documentElement.scrollWidth <= innerWidth")


def pressed(tab, name: str, sort: str) -> list[str]:
    """What a column shows once its header was pressed by a key."""
    button = tab.get_by_role("columnheader", name=name, exact=True).get_by_role("button")
    button.focus()
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.closest('th').getAttribute('aria-sort') ?? ''") == sort
    assert tab.locator("[aria-sort]").count() == bool(sort)
    return column(tab, name)


def test_a_header_sorts_by_number_up_down_and_not_at_all_and_what_is_unknown_is_last(tab):
    """As text, 10.00 would stand before 9.00."""
    assert pressed(tab, "total", "ascending") == ["0.50", "9.00", "10.00", "–"]
    assert pressed(tab, "total", "descending") == ["10.00", "9.00", "0.50", "–"]
    assert pressed(tab, "total", "") == ["0.50", "10.00", "9.00", "–"]
    assert [text[:4] for text in pressed(tab, "accuracy, %", "ascending")] == ["8.0 ", "50.0", "60.0", "–"]
    assert pressed(tab, "gain", "ascending") == ["-2.5000", "0.5000", "1.5000", "3.5000"]
    assert pressed(tab, "reuses", "ascending") == ["at once", "by 9 uses", "by 10 uses", "–"]


def test_six_columns_are_seen_at_first_and_all_on_demand_by_a_key(tab):
    assert seen(tab) == [name for name in FRAME if name in MAIN] and fits(tab)
    tab.get_by_label("all 9 columns").focus()
    tab.keyboard.press("Space")
    assert seen(tab) == list(FRAME)
    tab.keyboard.press("Space")
    assert len(seen(tab)) == 6


def test_on_a_phone_columns_give_way_from_the_last_until_the_table_fits(tab):
    tab.set_viewport_size({"width": 390, "height": 800})
    tab.wait_for_function("document.querySelectorAll('.shown thead th.off').length > 3")
    assert fits(tab)
    kept = [name for name in MAIN if name in seen(tab)]
    assert 2 <= len(kept) < 6 and kept == list(MAIN[:len(kept)]) and len(seen(tab)) == len(kept)


def test_where_all_columns_scroll_the_first_stays_and_the_frame_takes_the_keys(tab):
    tab.set_viewport_size({"width": 390, "height": 800})
    tab.get_by_label("all 9 columns").check()
    frame = tab.locator(".shown-frame")
    assert frame.evaluate("frame => frame.scrollWidth > frame.clientWidth && frame.tabIndex === 0")
    frame.evaluate("frame => { frame.scrollLeft = 150 }")
    first = tab.locator(".shown tbody th").first.bounding_box()
    assert first["x"] == pytest.approx(frame.bounding_box()["x"], abs=1)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_link_saves_the_data_under_the_name_of_the_page(tab, tmp_path):
    for link, name in zip(tab.get_by_role("link", name="CSV").all(), ("toy-1.csv", "toy-2.csv"), strict=True):
        with tab.expect_download() as saving:
            link.click()
        assert saving.value.suggested_filename == name
        saving.value.save_as(tmp_path / name)
    rows = list(csv.reader((tmp_path / "toy-1.csv").open(encoding="utf-8-sig")))
    assert [row[0] for row in rows] == ["method", *FRAME["method"]] and rows[1][2] == "50"


def test_in_print_the_first_six_columns_are_there_and_nothing_is_cut(tab):
    tab.set_viewport_size({"width": 390, "height": 800})
    tab.wait_for_function("document.querySelectorAll('.shown thead th.off').length > 3")
    tab.emulate_media(media="print")
    tab.set_viewport_size({"width": 700, "height": 900})  # as wide as A4 within its margins
    assert set(seen(tab)) == set(MAIN) and fits(tab)


def test_without_a_script_all_columns_and_claims_are_there_and_no_dead_button(chromium, address):
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    bare = context.new_page()
    bare.goto(address)
    assert bare.locator(".shown thead th:visible").count() == len(FRAME.columns)
    assert bare.locator(".board tbody tr[data-word]:visible").count() == len(MIXED)
    assert bare.get_by_role("button").count() == bare.get_by_role("checkbox").count() == 0
    assert bare.get_by_role("link", name="CSV").count() == 2
    context.close()


# The board

def claims(tab) -> list[str]:
    return tab.evaluate("[...document.querySelectorAll('.board tr[data-word]')].filter(row => row.checkVisibility())"
                        ".map(row => row.dataset.word + ' ' + row.dataset.source)")


def toggle(tab, name: str) -> None:
    button = tab.locator(".board").get_by_role("button", name=re.compile("^" + re.escape(name)))
    before = button.get_attribute("aria-pressed")
    button.focus()
    tab.keyboard.press("Space")
    assert {before, button.get_attribute("aria-pressed")} == {"true", "false"}


def test_the_board_is_filtered_by_word_and_source_with_keys(tab):
    assert len(claims(tab)) == len(MIXED)
    toggle(tab, "2 confirmed")
    assert claims(tab) == ["confirmed this project"] * 2
    toggle(tab, "3 toy scale")
    assert len(claims(tab)) == 5
    toggle(tab, "Raju et al.: 1")
    assert claims(tab) == ["toy scale Raju et al."]
    assert tab.get_by_role("status").inner_text().startswith("1 of 10 claims shown")
    toggle(tab, "Raju et al.: 1")
    assert len(claims(tab)) == 5
    tab.get_by_role("button", name="show all").press("Enter")
    assert len(claims(tab)) == len(MIXED) and tab.get_by_role("status").inner_text() == ""


def test_a_claim_opens_by_key_and_every_drawing_has_words(tab):
    summary = tab.locator(".board summary").first
    assert not tab.locator(".board dl").first.is_visible()
    summary.press("Enter")
    assert tab.locator(".board dl").first.is_visible()
    drawn = tab.locator(".board").get_by_role("img")
    assert drawn.count() == len(MIXED) - 2
    assert all("the claim holds above" in image.get_attribute("aria-label") for image in drawn.all())


@pytest.mark.parametrize("width", [1400, 390])
def test_no_rule_of_access_is_broken(tab, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    tab.set_viewport_size({"width": width, "height": 900})
    tab.get_by_label("all 9 columns").check()
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
    found = axe.Axe().run(tab, options=options).response["violations"]
    assert [(rule["id"], node["html"][:120]) for rule in found for node in rule["nodes"]] == []
    assert fits(tab) or tab.locator(".shown-frame").evaluate("frame => frame.tabIndex === 0")
