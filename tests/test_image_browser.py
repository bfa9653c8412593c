"""The browser of the training set in a real browser: by key, mouse and touch, without a script, and on a phone."""

from __future__ import annotations

import io

import numpy as np
import pytest
from browser import chromium, serving  # noqa: F401 (a fixture)
from few_images import CLASSES, N, coloured
from PIL import Image
from playwright.sync_api import expect

from dietsb_book.images import browser as made

FRAME = ('<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
         "<title>t</title><main><h1>t</h1>{}</main></html>")
EPOCHS = {"full training": 30, 'a "<b>method</b>"': 20}


def page() -> str:
    uses = {method: (np.arange(N) % of, of) for method, of in EPOCHS.items()}
    return FRAME.format(made.page(coloured(), CLASSES, np.arange(N) / 100, "EL2N", uses))


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    (folder / "page.html").write_text(page(), "utf-8")
    with serving(folder) as root:
        yield f"{root}page.html"


@pytest.fixture
def tab(chromium, address):
    opened = chromium.new_page(viewport={"width": 1000, "height": 900})
    errors = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("dialog", lambda dialog: errors.append("a name was run as a script"))
    opened.goto(address)
    yield opened
    opened.close()
    assert errors == []


def ranks(tab) -> list[int]:
    """Of the tiles in sight, by their scores: the tile of rank 10 i + 1 has the score i / 10."""
    shown = tab.locator("ul.tiles button:visible span").all_inner_texts()
    return [round(10 * float(text)) for text in shown]


def told(tab) -> str:
    return tab.get_by_role("status").inner_text()


def name(rank: int) -> str:
    return ("lawn mower", *CLASSES[1:3])[rank % 3]


def test_the_slider_goes_from_the_lowest_to_the_highest_by_key(tab):
    slider = tab.get_by_role("slider")
    assert ranks(tab) == list(range(20)) and told(tab) == "lawn mower: EL2N 0, rank 1 of 1,000"
    slider.focus()
    for key, first in (("ArrowRight", 1), ("ArrowRight", 2), ("End", 40), ("Home", 0), ("End", 40)):
        slider.press(key)
        assert ranks(tab) == list(range(first, first + 20))
    said = slider.get_attribute("aria-valuetext")
    assert said == tab.locator(".range").inner_text() == "41 to 60 of 60: EL2N 4 to 5.9"
    assert told(tab) == f"{name(40)}: EL2N 4, rank 401 of 1,000"


def test_the_arrow_keys_go_from_tile_to_tile_and_those_in_sight_follow(tab):
    tab.locator("ul.tiles button").first.focus()
    across = tab.evaluate("""() => { const all = [...document.querySelectorAll('ul.tiles button')];
                             return all.filter(b => b.offsetTop === all[0].offsetTop).length }""")
    at = 0
    for key, step in (("ArrowRight", 1), ("ArrowDown", across), ("ArrowUp", -across), ("ArrowLeft", -1),
                      ("ArrowLeft", 0), ("End", 59), ("ArrowRight", 0), ("ArrowUp", -across), ("Home", across - 59)):
        tab.keyboard.press(key)
        at += step
        assert told(tab).endswith(f"rank {10 * at + 1} of 1,000") and told(tab).startswith(name(at))
        assert round(10 * float(tab.locator("button:focus span").inner_text())) == at
        assert tab.locator("ul.tiles button[tabindex='0']").count() == 1
    assert 1 < across < 20


def test_pointing_and_focus_tell_of_an_image_and_how_often_each_method_used_it(tab):
    for act in ("hover", "focus", "click"):
        for nth in (7, 3):
            getattr(tab.locator("ul.tiles button").nth(nth), act)()
            assert told(tab) == f"{name(nth)}: EL2N {nth / 10:g}, rank {10 * nth + 1} of 1,000"
            lines = tab.locator("ul.uses li").all_inner_texts()
            assert [" ".join(line.split()) for line in lines] == [f"{method} {10 * nth % of} / {of}"
                                                                  for method, of in EPOCHS.items()]


def test_a_tile_shows_its_own_part_of_the_sprite(tab):
    tab.get_by_role("slider").press("ArrowRight")
    for nth in (0, 11, 19):
        shot = Image.open(io.BytesIO(tab.locator("ul.tiles i").nth(nth).screenshot())).convert("RGB")
        colours = {shot.getpixel(at) for at in ((4, 4), (32, 32), (59, 59))}
        assert colours == {tuple((nth + 1) * part for part in (4, 2, 1))}


def test_a_class_filters_and_the_address_keeps_the_state(tab, address):
    tab.get_by_label("Class").select_option(label=f"{CLASSES[2]} (20)")
    assert ranks(tab) == list(range(2, 60, 3)) and tab.get_by_role("slider").is_disabled()
    tab.wait_for_function("location.search.includes('class=')")
    tab.reload()
    assert ranks(tab) == list(range(2, 60, 3)) and set(tab.locator("ul.tiles b").all_inner_texts()) == {CLASSES[2]}
    tab.get_by_label("Class").select_option("")
    tab.get_by_role("slider").press("End")
    tab.wait_for_function("location.search === '?from=40'")
    tab.reload()
    assert ranks(tab)[0] == 40
    for odd in ("?from=9999", "?from=-5&class=nothing", "?from=x", "?class=%3Cb%3E"):
        tab.goto(address + odd)
        assert len(ranks(tab)) == 20


def test_on_a_phone_a_tap_tells_and_nothing_is_wider(chromium, address):
    phone = chromium.new_context(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    tab = phone.new_page()
    tab.goto(address)
    tab.locator("ul.tiles button").nth(5).tap()
    assert told(tab).endswith("rank 51 of 1,000") and tab.evaluate("document.documentElement.scrollWidth") <= 390
    phone.close()


def test_without_a_script_the_first_tiles_show(chromium, address):
    context = chromium.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(address)
    assert ranks(tab) == list(range(20)) and told(tab) == "lawn mower: EL2N 0, rank 1 of 1,000"
    expect(tab.get_by_role("slider")).to_be_hidden()
    context.close()


def test_axe_finds_nothing(tab):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(tab, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
