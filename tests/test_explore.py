"""The chart to explore recorded runs: what it shows at first, at another rate, of one seed, and in a browser."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import browser
import pytest
from drawn import labels, marks, rows
from test_charts_live import HEAD, MARKS, STATIC

from _ext import charts as page
from dietsb_book import charts
from dietsb_core.errors import UserError


def record(*accuracies: float) -> SimpleNamespace:
    """Evaluated after every epoch, or after the second alone."""
    known = enumerate(accuracies, 3 - len(accuracies))
    return SimpleNamespace(rows=[{"epoch": at, "accuracy": value} for at, value in known])


RESULTS = {
    ("full", 1.0): {0: record(0.3, 0.6), 1: record(0.4, 0.7)},
    ("selective_backprop", 0.5): {0: record(0.2, 0.5), 1: record(0.3, 0.6)},
    ("selective_backprop", 0.1): {0: record(0.1, 0.2), 1: record(0.2, 0.3)},
    ("random_backprop", 0.5): {0: record(0.1, 0.4), 1: record(0.2, 0.5)},
    ("ucb", 0.5): {0: record(0.5), 1: record(0.7)},
}
CHART = charts.explore(RESULTS, 0.55)


def with_values(**values: object) -> charts.Chart:
    """The chart as a reader's choices leave it."""
    spec = json.loads(json.dumps(CHART.spec))
    for parameter in spec["params"]:
        if parameter["name"] in values:
            parameter["value"] = values[parameter["name"]]
    return SimpleNamespace(spec=spec)


def said(chart) -> list[str]:
    return sorted(" ".join(line.split("\n")) for line in labels(chart))


def test_full_training_and_three_methods_show_at_first_at_the_nearest_recorded_rate():
    wanted = {"Random-Backprop, 50 % pruned": (15.0, 45.0), "Selective-Backprop, 50 % pruned": (25.0, 55.0),
              "full training": (35.0, 65.0)}
    assert [line.split(" (")[0] for line in said(CHART)] == [
        f"{name}, epoch {at} accuracy {mean} %" for name, means in wanted.items() for at, mean in enumerate(means, 1)]
    assert all(line.endswith("n = 2") for line in said(CHART))


def test_another_rate_keeps_full_training_and_says_which_chosen_method_has_no_record_of_it():
    other = with_values(rate="90 %")
    assert [line.split(", epoch")[0] for line in said(other)] == ["Selective-Backprop, 90 % pruned"] * 2 + [
        "full training"] * 2
    assert [text["text"] for text in marks(other, "text")] == ["Random-Backprop: not on record at 90 %"]


def test_one_seed_is_its_own_accuracy_with_no_band():
    one = with_values(seeds="seed 1")
    assert [line.split("accuracy ")[1] for line in said(one)] == [
        f"{value} %, one seed, n = 1" for value in ("20.0", "50.0", "30.0", "60.0", "40.0", "70.0")]
    alone = [row for row in rows(CHART) if row["group"].startswith("seed ")]
    assert alone and all(row["low"] == row["mean"] == row["high"] for row in alone)


def test_in_jupyterlab_the_entries_of_vega_s_legend_choose_and_a_method_of_one_evaluation_is_a_point():
    chosen = with_values(picked=[{"method": "UCB"}])
    line, = said(chosen)
    assert line.startswith("UCB, 50 % pruned, epoch 2 accuracy 60.0 %")
    whisker, = marks(chosen, "rule")
    assert abs(whisker["y2"] - whisker["y"]) > 10


def test_every_value_is_one_that_json_has():
    """JupyterLab warns of a NaN, in red."""
    assert json.dumps(CHART.spec, allow_nan=False)


def test_a_page_s_legend_says_what_is_hidden_at_first():
    html = page.legend(CHART.spec["usermeta"])
    assert html.count('aria-pressed="true"') == 3 and html.count('aria-pressed="false"') == 1
    assert html.index('aria-pressed="false"') < html.index("UCB") < html.index("</ul>")


def test_without_a_run_that_prunes_there_is_nothing_to_explore():
    with pytest.raises(UserError, match="no run that prunes is on record"):
        charts.explore({("full", 1.0): RESULTS["full", 1.0]})


@pytest.fixture(scope="module")
def tab(tmp_path_factory):
    """A page with the chart alive, opened as a file."""
    from playwright.sync_api import sync_playwright

    made = tmp_path_factory.mktemp("explore")
    for name in ("charts.css", "charts.js"):
        shutil.copy(STATIC / name, made)
    config = SimpleNamespace(html_static_path=[])
    page.write_runtime(SimpleNamespace(outdir=made / "html"), config)
    shutil.copy(Path(config.html_static_path[0]) / "vega.js", made)
    (made / "index.html").write_text(f"{HEAD}{page.figure(CHART.spec)}</main>")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=browser.require(), args=["--no-sandbox"])
        opened = started.new_page(viewport={"width": 1000, "height": 900})
        opened.goto((made / "index.html").as_uri())
        opened.wait_for_function("document.querySelector('figure.chart').view")
        yield opened
        started.close()


def shown(tab, *methods: str) -> None:
    """Wait until the points are of these methods, one for each."""
    tab.wait_for_function("([selector, names]) => { const found = [...document.querySelectorAll(selector)].map("
                          "mark => mark.getAttribute('aria-label').split(',')[0]);"
                          "return names.every(name => found.includes(name)) && new Set(found).size === names.length; }",
                          arg=[MARKS, list(methods)])


def test_a_reader_chooses_methods_rate_and_seed_by_keyboard_and_by_mouse(tab):
    shown(tab, "full training", "Selective-Backprop", "Random-Backprop")
    tab.locator(".chart-legend button", has_text="UCB").focus()
    tab.keyboard.press("Space")
    shown(tab, "full training", "Selective-Backprop", "Random-Backprop", "UCB")
    tab.locator(".chart-legend button", has_text="full training").click()
    shown(tab, "Selective-Backprop", "Random-Backprop", "UCB")
    tab.get_by_role("radio", name="90 %").check()
    shown(tab, "Selective-Backprop")
    assert tab.locator(".chart-view text", has_text="not on record").count() == 2
    tab.get_by_role("radio", name="90 %").press("ArrowUp")
    tab.get_by_role("combobox", name="Seeds").select_option("seed 0")
    shown(tab, "Selective-Backprop", "Random-Backprop", "UCB")
    assert tab.locator("details.chart-data").count() == 1
    assert "50.0 %, one seed" in tab.locator(MARKS).last.get_attribute("aria-label")
