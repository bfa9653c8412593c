"""The slider over the measured redundancy of regimes, in a browser: it shows what is measured, and nothing else."""

from __future__ import annotations

from small_page import chromium, page  # noqa: F401 (a fixture)
from test_predictors import regime

from dietsb_book import redundancy


def regimes(*fits: float) -> str:
    """The slider over regimes in which this share was fitted, each with one method that gains a tenth of it."""
    lines = [one for i, fit in enumerate(fits) for one in regime(f"<i>set{i}", fit, 0.5, fit / 10)]
    return redundancy.slider(lines).data


def test_the_slider_shows_the_measured_regimes_next_to_it_and_nothing_else(chromium):
    tab = page(chromium, regimes(0.9, 0.2, 0.5, 0.7))
    slider = tab.get_by_role("slider")

    def columns() -> list[str]:
        return [cell.inner_text().split("\n")[-1] for cell in tab.locator("th[data-fit]").all() if cell.is_visible()]

    assert (slider.get_attribute("min"), slider.get_attribute("max")) == ("20", "90") and columns() == ["20 % fitted"]
    slider.press("ArrowRight")
    assert columns() == ["20 % fitted", "50 % fitted"]
    cells = [cell.inner_text() for cell in tab.locator("tbody td").all() if cell.is_visible()]
    assert [cell.split(" (")[0] for cell in cells] == ["+2.0 points", "+5.0 points"]
    assert slider.get_attribute("aria-valuetext").startswith("21 %: between <i>set1-40 20 % fitted and <i>set2-40")
    slider.press("End")
    assert columns() == ["90 % fitted"]
    plain = page(chromium, regimes(0.9, 0.2, 0.5, 0.7), script=False)
    assert plain.locator("th[data-fit]").count() == 4 and not plain.get_by_role("slider").is_visible()


def test_of_too_few_regimes_there_is_no_slider(chromium):
    tab = page(chromium, regimes(0.9, 0.2))
    assert tab.get_by_role("slider").count() == 0 and tab.locator("th[data-fit]").count() == 2
    assert "of 2 of 2 regimes" in tab.locator("p").inner_text() and "needs 4" in tab.locator("p").inner_text()
