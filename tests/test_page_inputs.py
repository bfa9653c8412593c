"""What moves in the built pages: every slider and menu by key, mouse and touch, and every chart's points by key."""

from __future__ import annotations

import built
import pytest
from served import bring_to_life, chromium, site, tab  # noqa: F401 (fixtures)

NOTEBOOKS = [name for name in built.pages() if name.startswith("notebooks/")]
MARKS = "g.mark-symbol.role-mark path[aria-label], g.mark-rect.role-mark path[aria-label]"


def opened(tab, site, name) -> None:
    tab.goto(f"{site}{name}.html")
    bring_to_life(tab)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_charts_of_a_page_are_moved_and_read_by_key(tab, site, name):
    opened(tab, site, name)
    for figure in tab.locator("figure.chart").all():
        for field in figure.locator(".chart-inputs :is(select, input)").all():
            assert field.evaluate("one => (one.labels[0] ?? one.closest('.vega-bind')).textContent.trim()")
        for slider in figure.locator("input[type=range]").all():
            moves(tab, figure, slider)
        if figure.locator(MARKS).count():
            reads(tab, figure)


def moves(tab, figure, slider) -> None:
    """By key the picture changes, and by mouse it changes back."""
    drawn = "figure => figure.querySelector('.chart-view svg').innerHTML"
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


def reads(tab, figure) -> None:
    """Tab comes to the chart, End goes to its last point, and that says what it is."""
    figure.locator(".chart-view path[tabindex='0']").focus()
    tab.keyboard.press("End")
    said = tab.evaluate("document.activeElement.getAttribute('aria-label')")
    assert said and tab.locator(".chart-tip").inner_text() == said


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
