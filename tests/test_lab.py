"""explore.ipynb in a real JupyterLab: its chart is moved, and its form trains, grows a curve and stops."""

from __future__ import annotations

import re
import shutil

import browser
import pytest
from lab import ROOT, environment, served
from playwright.sync_api import expect, sync_playwright

from dietsb_core.runs.store import store

PATIENCE = 120_000  # milliseconds that a busy machine may take
POINTS = "g.mark-symbol.role-mark path"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The notebook in JupyterLab, its cells run: as it is committed, which trains nothing."""
    path, home, folder = browser.require(), tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("notebooks")
    shutil.copy(ROOT / "notebooks" / "explore.ipynb", folder)
    with served(folder, home, DIETSB_RUNS=str(store()), OMP_NUM_THREADS="1") as address, sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=path, args=["--no-sandbox"], env=environment(home))
        opened = chromium.new_page(viewport={"width": 1400, "height": 1200})
        opened.set_default_timeout(PATIENCE)
        opened.goto(address.format("explore.ipynb"))
        run_all(opened)
        yield opened
        expect(opened.locator(".jp-Notebook")).not_to_contain_text("Traceback")
        assert opened.locator('[data-mime-type="application/vnd.jupyter.stderr"]').count() == 0  # nothing in red
        chromium.close()


def run_all(page) -> None:
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()  # before that, JupyterLab asks for a kernel
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()


def shown(page, *methods: str) -> None:
    """Wait until the points of the chart are of these methods."""
    page.wait_for_function("([selector, names]) => { const found = [...document.querySelectorAll(selector)].map("
                           "mark => mark.getAttribute('aria-label').split(',')[0]);"
                           "return names.every(name => found.includes(name)) && new Set(found).size === names.length;}",
                           arg=[POINTS, list(methods)], timeout=PATIENCE)


def test_the_chart_shows_what_is_chosen_by_its_legend_and_its_inputs(page):
    first = ("full training", "Selective-Backprop", "Random-Backprop")
    shown(page, *first, "Diet-SB")
    page.locator("g.role-legend text", has_text="UCB").click()
    shown(page, *first, "Diet-SB", "UCB")
    page.locator("g.role-legend text", has_text="Diet-SB").click()
    shown(page, *first, "UCB")
    page.get_by_role("radio", name="75 %").check()  # at which UCB is not on record
    shown(page, *first)
    page.get_by_role("combobox", name="Seeds").select_option("seed 2")
    expect(page.locator(POINTS).first).to_have_attribute("aria-label", re.compile("one seed"), timeout=PATIENCE)


def test_the_form_trains_when_it_is_asked_grows_its_curve_and_stops(page):
    form = page.locator(".widget-vbox").last
    expect(form).to_contain_text("Nothing is trained until you press Train", timeout=PATIENCE)
    form.scroll_into_view_if_needed()
    page.locator(".widget-vbox").get_by_role("button", name="Train").click()
    said = page.locator(".widget-vbox .widget-html").last
    expect(said).to_contain_text(re.compile(r"epoch 1 of 5; about .* left"), timeout=PATIENCE)
    page.get_by_role("button", name="Stop").click()
    expect(said).to_contain_text(re.compile(r"Stopped after [1-9] of 10 epochs\. Train goes on"), timeout=PATIENCE)
    expect(form.locator(POINTS).first).to_have_attribute("aria-label", re.compile("^Selective-Backprop, 50 % pruned"))
    expect(page.get_by_role("button", name="Train")).to_be_enabled()
