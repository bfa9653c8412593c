"""The sliders of explore.ipynb in a real JupyterLab: moved by keyboard, they show what was chosen."""

from __future__ import annotations

import re

import browser
import papermill
import pytest
from lab import ROOT, environment, served
from playwright.sync_api import expect, sync_playwright

from dietsb_core.runs.ensure import ensure
from dietsb_core.runs.grids import compare
from dietsb_core.runs.presets import preset
from dietsb_core.runs.store import store

METHODS = (("full", 1.0), ("random_backprop", 0.5), ("random_backprop", 0.25), ("selective_backprop", 0.25))
PATIENCE = 120_000  # milliseconds that a busy machine may take


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    """A copy of explore.ipynb at `smoke`, which shows a few runs on record and trains no others for them."""
    ensure([run for run in compare(preset("smoke"), METHODS) if run.seed == 0])
    source, copy = ROOT / "notebooks" / "explore.ipynb", tmp_path_factory.mktemp("notebooks") / "explore.ipynb"
    papermill.execute_notebook(source, copy, {"preset": "smoke", "train": False}, prepare_only=True)
    return copy


@pytest.fixture(scope="module")
def page(notebook, tmp_path_factory):
    """The notebook in JupyterLab, all its cells run."""
    path, home = browser.require(), tmp_path_factory.mktemp("home")
    with served(notebook.parent, home, DIETSB_RUNS=str(store()), OMP_NUM_THREADS="1") as address:
        with sync_playwright() as started:
            chromium = started.chromium.launch(executable_path=path, args=["--no-sandbox"], env=environment(home))
            opened = chromium.new_page(viewport={"width": 1400, "height": 900})
            opened.set_default_timeout(PATIENCE)
            opened.goto(address.format(notebook.name))
            run_all(opened)
            yield opened
            chromium.close()


def run_all(page) -> None:
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()  # before that, JupyterLab asks for a kernel
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    last = page.locator(".jp-CodeCell .jp-InputPrompt").last
    expect(last).to_have_text(re.compile(r"\[\d+\]:"), timeout=PATIENCE)


class Panel:
    """The nth group of sliders on the page, and what is shown below them."""

    def __init__(self, page, nth: int):
        self.all = page.locator(".widget-interact").nth(nth)
        self.all.scroll_into_view_if_needed()
        self.rate = self.all.locator(".widget-slider", has_text="Pruned")
        self.shown = self.all.locator(".widget-output")

    def move(self, key: str, readout: str) -> None:
        self.rate.get_by_role("slider").press(key)
        expect(self.rate.locator(".widget-readout")).to_have_text(readout, timeout=PATIENCE)

    def choose(self, method: str) -> None:
        self.all.get_by_label("Method").select_option(label=method)

    def says(self, *words: str) -> None:
        expect(self.shown).to_contain_text(re.compile(".*".join(map(re.escape, words)), re.S), timeout=PATIENCE)

    def figure(self) -> str:
        """The image's data. What was shown before is taken away when the first new words come."""
        return self.shown.locator("img").get_attribute("src", timeout=PATIENCE)


def test_sliders_over_recorded_runs_draw_what_was_chosen(page):
    panel = Panel(page, 0)
    panel.says("Random-Backprop, 50 % pruned: ")
    first = panel.figure()
    panel.move("PageUp", "75%")
    panel.says("Random-Backprop, 75 % pruned: ")
    second = panel.figure()
    panel.move("End", "90%")
    panel.says("Random-Backprop, 75 % pruned: ", "90 % is not on record: this is the nearest")
    assert panel.figure() == second  # drawn whole at the first move too
    panel.choose("Selective-Backprop")
    panel.says("Selective-Backprop, 75 % pruned: ")
    assert len({first, second, panel.figure()}) == 3 and first.startswith("data:image/png")
    expect(page.locator(".jp-Notebook")).not_to_contain_text("Traceback")


def test_live_sliders_train_what_was_chosen(page):
    panel = Panel(page, 1)
    panel.says("full training", "Random-Backprop, 50 % pruned", "1536")
    panel.choose("Selective-Backprop")
    panel.says("full training", "Selective-Backprop, 50 % pruned", "4608", "1536")
    panel.move("PageUp", "75%")
    panel.says("full training", "Selective-Backprop, 75 % pruned", "3840", "768")
    expect(page.locator(".jp-Notebook")).not_to_contain_text("Traceback")
