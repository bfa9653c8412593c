"""Tables in a browser, with their own script and style: keys, widths, print, no script."""

from __future__ import annotations

import csv

import pytest
from table_page import FRAME, MAIN, address, chromium, fits, tab  # noqa: F401 (fixtures)
from test_board import MIXED


def column(tab, name: str) -> list[str]:
    return tab.evaluate("""name => {
        const at = [...document.querySelectorAll('.shown thead th')].findIndex(head => head.textContent === name);
        return [...document.querySelectorAll('.shown tbody tr')].map(row => row.cells[at].textContent) }""", name)


def seen(tab) -> list[str]:
    return tab.evaluate("[...document.querySelectorAll('.shown thead th')].filter(head => head.checkVisibility())"
                        ".map(head => head.textContent)")


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


@pytest.mark.parametrize("width", [1400, 390])
def test_no_rule_of_access_is_broken(tab, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    tab.set_viewport_size({"width": width, "height": 900})
    tab.get_by_label("all 9 columns").check()
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
    found = axe.Axe().run(tab, options=options).response["violations"]
    assert [(rule["id"], node["html"][:120]) for rule in found for node in rule["nodes"]] == []
    assert fits(tab) or tab.locator(".shown-frame").evaluate("frame => frame.tabIndex === 0")
