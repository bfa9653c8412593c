"""The board of verdicts in a browser: filtered by keys, opened by keys, and drawn with words."""

from __future__ import annotations

import re

from table_page import address, chromium, tab  # noqa: F401 (fixtures)
from test_board import MIXED


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
