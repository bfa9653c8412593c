"""Charts in a browser: pointed at, focused, hidden and moved, light and dark, and where no script runs."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
import vl_convert
from axe_playwright_python.sync_playwright import Axe
from browser import chromium  # noqa: F401 (a fixture)
from rows import a_row
from test_advice import line

from _ext import charts as page
from dietsb_book import charts
from dietsb_core.evidence import when

STATIC = Path(page.__file__).parents[1] / "_static"
HEAD = """<!doctype html><html lang="en" data-theme="light"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Charts</title>
<link rel="stylesheet" href="charts.css"><script src="charts.js" defer></script><style>
[data-theme=light] { --pst-color-text-base: #222; --pst-color-surface: #f5f5f5; --pst-color-text-muted: #48566b; }
[data-theme=dark] { --pst-color-text-base: #ddd; --pst-color-surface: #222; --pst-color-text-muted: #9ca4af;
  background: #111; color: #ddd; }</style></head><body><main><h1>Charts</h1>
<script>const _ = 1;  // as Sphinx's own</script>"""
LINES = when.corrected([line(20.0, 0.4), line(40.0, 0.5), line(20.0, 0.44, "class_weights"),
                        line(20.0, 0.45, "ucb", 0.5), line(40.0, 0.45, "infobatch", 0.5)])
MARKS = "g.mark-symbol.role-mark path"
COUNT = f"([nth, many]) => document.querySelectorAll('figure.chart')[nth].querySelectorAll('{MARKS}').length == many"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A page with two charts: the explorer, and one with a menu."""
    made = tmp_path_factory.mktemp("charts")
    for name in ("charts.css", "charts.js"):
        shutil.copy(STATIC / name, made)
    app = SimpleNamespace(outdir=made / "html")
    config = SimpleNamespace(html_static_path=[])
    page.write_runtime(app, config)
    shutil.copy(Path(config.html_static_path[0]) / "vega.js", made)
    rates = charts.by_rate([a_row("full", [0.6] * 3), a_row("ucb", [0.5] * 3), a_row("el2n", [0.4] * 3)])
    figures = "".join(page.figure(chart.spec) for chart in (charts.explorer(LINES), rates))
    (made / "index.html").write_text(f"{HEAD}{figures}</main>")
    return made


@pytest.fixture
def tab(chromium, folder):
    """The page with its charts alive; it fails where the page reports an error."""
    opened, errors = chromium.new_page(viewport={"width": 1000, "height": 1400}), []
    opened.on("console", lambda message: message.type == "error" and errors.append(message.text))
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto((folder / "index.html").as_uri())
    opened.wait_for_function("[...document.querySelectorAll('figure.chart')].every(figure => figure.view)")
    yield opened
    opened.close()
    assert errors == []


def points(tab, nth: int = 0) -> list[str]:
    """What the points of a chart say."""
    marks = tab.locator("figure.chart").nth(nth).locator(MARKS)
    return marks.evaluate_all("paths => paths.map(path => path.getAttribute('aria-label'))")


def test_the_runtime_that_all_pages_share_is_light(folder):
    import gzip

    packed = sum(len(gzip.compress((folder / name).read_bytes(), 9)) for name in ("vega.js", "charts.js", "charts.css"))
    assert packed <= 320_000


def test_arrows_go_from_point_to_point_and_each_says_what_it_is(tab):
    first, last = points(tab)[0], points(tab)[-1]
    tab.locator(".chart-view path[tabindex='0']").first.focus()
    for key, wanted in (("Home", first), ("ArrowRight", points(tab)[1]), ("ArrowLeft", first), ("End", last),
                        ("ArrowRight", last)):
        tab.keyboard.press(key)
        assert tab.evaluate("document.activeElement.getAttribute('aria-label')") == wanted
        assert tab.locator(".chart-tip").inner_text() == wanted
    assert tab.locator(".chart-view").first.locator("path[tabindex='0']").count() == 1  # Tab comes once, and goes on


def test_pointing_at_a_point_says_what_it_is_and_leaving_it_says_nothing(tab):
    mark = tab.locator(MARKS).first
    box = mark.bounding_box()
    tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    tab.wait_for_function("!document.querySelector('.chart-tip').hidden")
    assert tab.locator(".chart-tip").inner_text() in points(tab)
    tab.mouse.move(5, 5)
    tab.wait_for_function("document.querySelector('.chart-tip').hidden")


def test_an_entry_of_the_legend_hides_its_points_and_shows_them_again(tab):
    before = points(tab)
    button = tab.locator(".chart-legend button", has_text="UCB").first
    button.focus()
    tab.keyboard.press("Enter")
    left = [said for said in before if "UCB" not in said]
    tab.wait_for_function(COUNT, arg=[0, len(left)])
    assert points(tab) == left != before
    assert button.get_attribute("aria-pressed") == "false"
    button.click()
    tab.wait_for_function(COUNT, arg=[0, len(before)])


def test_a_menu_moves_the_chart(tab):
    tab.locator("figure.chart").nth(1).locator("select").select_option("before training")
    tab.wait_for_function(COUNT, arg=[1, 2])
    assert [said.split(",")[0].split("\n")[0] for said in points(tab, 1)] == ["full training", "EL2N"]


def test_the_data_stands_behind_the_chart_as_a_table_and_as_a_file(tab):
    details = tab.locator("figure.chart").nth(1).locator("details.chart-data")
    details.locator("summary").click()
    details.locator("td").first.wait_for()
    table = details.locator("tr").all_inner_texts()
    assert table[0].split("\t")[:2] == ["method", "pruned"] and len(table) == 4
    csv = tab.evaluate("url => fetch(url).then(found => found.text())", details.locator("a").get_attribute("href"))
    assert csv.splitlines()[0].split(",")[:2] == ["method", "pruned"] and len(csv.splitlines()) == 4
    assert "UCB,50," in csv


def test_on_a_phone_a_chart_fits_and_its_text_can_be_read(chromium, folder):
    tab = chromium.new_page(viewport={"width": 390, "height": 800})
    tab.goto((folder / "index.html").as_uri())
    tab.wait_for_function("document.querySelector('figure.chart').view")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    sizes = tab.locator(".chart-view svg text").evaluate_all(
        "texts => texts.map(text => parseFloat(getComputedStyle(text).fontSize))")
    assert sizes and min(sizes) >= 10
    tab.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chart_has_no_barrier_that_axe_finds(tab, theme):
    tab.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    tab.locator("details.chart-data summary").first.click()
    found = Axe().run(tab, options={"preload": False, "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
    assert found.violations_count == 0, found.generate_report()


def test_where_no_script_runs_the_picture_shows(chromium, folder):
    context = chromium.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto((folder / "index.html").as_uri())
    for picture in plain.locator(".chart-view > svg").all():
        assert picture.is_visible() and picture.get_attribute("aria-label")
    assert plain.locator(".chart-view > svg").count() == 2
    context.close()


def test_vega_of_the_wheel_is_the_one_that_specifications_are_compiled_for():
    assert page.VERSION in {version.removeprefix("v") for version in vl_convert.get_vegalite_versions()}
    assert f"/v{page.VERSION}" in charts.explorer(LINES).spec["$schema"]
