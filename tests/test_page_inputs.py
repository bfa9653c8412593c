"""What moves in the built pages: every slider and menu by key, mouse and touch, and every chart's points by key."""

from __future__ import annotations

import built
import pytest
from served import bring_to_life, chromium, site, tab  # noqa: F401 (fixtures)

NOTEBOOKS = [name for name in built.pages() if name.startswith("notebooks/")]
MARKS = "g.mark-symbol.role-mark path[aria-label], g.mark-rect.role-mark path[aria-label]"


def opened(tab, site, name) -> None:
    tab.goto(f"{site}{name}.html", wait_until="networkidle")
    bring_to_life(tab)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_input_of_a_chart_says_what_it_is_and_moves_it(tab, site, name):
    opened(tab, site, name)
    for figure in tab.locator("figure.chart").all():
        if not figure.is_visible():
            continue
        for field in figure.locator(".chart-inputs :is(select, input)").all():
            assert field.evaluate("one => (one.labels[0] ?? one.closest('label, .vega-bind')).textContent.trim()")
        for slider in figure.locator("input[type=range]").all():
            moves(tab, figure, slider)


def moves(tab, figure, slider) -> None:
    """By key and by mouse, the picture changes and changes back."""
    drawn = "figure => figure.querySelector('.chart-view svg').innerHTML"
    slider.focus()
    slider.press("Home")
    tab.wait_for_timeout(100)
    first = figure.evaluate(drawn)
    slider.press("End")
    tab.wait_for_timeout(100)
    last = figure.evaluate(drawn)
    box = slider.bounding_box()
    tab.mouse.click(box["x"] + 3, box["y"] + box["height"] / 2)
    tab.wait_for_timeout(100)
    assert first != last and figure.evaluate(drawn) == first


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_points_of_every_chart_are_reached_by_key_and_say_what_they_are(tab, site, name):
    opened(tab, site, name)
    for figure in tab.locator("figure.chart").all():
        marks = figure.locator(MARKS)
        if not figure.is_visible() or not marks.count():
            continue
        figure.locator(".chart-view path[tabindex='0']").focus()
        tab.keyboard.press("End")
        assert tab.evaluate("document.activeElement.getAttribute('aria-label')")
        assert tab.locator(".chart-tip").inner_text() == tab.evaluate(
            "document.activeElement.getAttribute('aria-label')")


def test_a_tap_says_what_a_point_is(chromium, site):
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    phone = context.new_page()
    opened(phone, site, "notebooks/introduction")
    mark = phone.locator(MARKS).last
    mark.scroll_into_view_if_needed()
    mark.tap(force=True)
    phone.wait_for_function("!document.querySelector('.chart-tip').hidden")
    assert phone.locator(".chart-tip").inner_text()
    context.close()


def test_without_javascript_every_chart_is_a_picture(chromium, site):
    context = chromium.new_context(java_script_enabled=False)
    plain = context.new_page()
    seen = 0
    for name in NOTEBOOKS:
        plain.goto(f"{site}{name}.html")
        for picture in plain.locator(".chart-view > svg").all():
            assert picture.get_attribute("aria-label")
            seen += 1
    context.close()
    assert seen > 10
