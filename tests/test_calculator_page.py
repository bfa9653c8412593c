"""The calculator in a browser, on a page of its HTML and script alone."""

from __future__ import annotations

import itertools
import json
import urllib.parse

import pytest
from rows import shown
from small_page import chromium, page  # noqa: F401 (a fixture)
from test_calculator import by_name

from dietsb_book import calculator
from dietsb_core.evidence.calculator import FIELDS, Match, Settings, bill, nearest
from dietsb_core.evidence.calculator.bill import allowed

MATCHES = [Match("el2n", 0.75, 40, "<b>near</b>"), Match("el2n", 0.1, 200, "far"), Match("el2n", 0.75, 4, "short")]
ROWS = ("training", "selection", "share", "total", "floor")
FIELD = ("keep", "epochs", "g", "networks", "score_epochs", "runs")


@pytest.fixture(scope="module")
def form() -> str:
    return calculator.form(list(by_name().values()), MATCHES).data


# Sets the fields, as a reader would, and returns what the table then holds.
FILL = """settings => {
  const form = document.querySelector("form"), out = [];
  for (const setting of settings) {
    for (const names of [["method"], Object.keys(setting)]) {
      for (const name of names) form.elements[name].value = setting[name];
      form.dispatchEvent(new Event("input"));
    }
    const cells = [...form.querySelectorAll("td[data-unit=epochs]")];
    const told = cells.map(cell => [cell.parentElement.dataset.row, Number(cell.dataset.value)]);
    out.push({...Object.fromEntries(told), reuses: form.dataset.reuses});
  }
  return out;
}"""


def asked() -> list[tuple[str, Settings]]:
    """Settings of every method: inside what it takes and at its ends, odd lengths, and scores shared or not."""
    out = []
    for name, rule in by_name().items():
        low, high = allowed(rule)
        for part, (epochs, g, runs) in itertools.product((0.0, 0.13, 0.5, 0.97, 1.0), (
                (200, 0.333, 1), (7, 0.2, 3), (1, 0.45, 1), (30, 0.5, 12))):
            keep = round(low + part * (high - low), 4)
            if part in (0.0, 1.0) and rule.rated and not rule.points:
                continue
            out.append((name, Settings(keep=keep, epochs=epochs, g=g, runs=runs, networks=2 + epochs % 3,
                                       score_epochs=1 + epochs // 10)))
    return out


def test_the_script_and_the_formulas_agree(chromium, form):
    settings = asked()
    told = page(chromium, form).evaluate(FILL, [
        {"method": name} | {field: 100 * of.keep if field == "keep" else getattr(of, field) for field in FIELD}
        for name, of in settings])
    assert len(told) == len(settings) > 300
    for (name, of), found in zip(settings, told, strict=True):
        made = bill(by_name()[name], of)
        known = vars(made) | {"share": made.scoring / of.runs}
        assert {row: found[row] for row in ROWS} == pytest.approx({row: known[row] for row in ROWS}), (name, of)
        assert found["full"] == of.epochs
        assert found["reuses"] == ("never" if made.break_even is None else str(made.break_even)), (name, of)


def said(tab, name: str) -> str:
    return tab.locator(f"[data-said={name}]").inner_text()


def test_what_is_said_of_a_setting_and_how_it_is_announced(chromium, form):
    tab = page(chromium, form)
    tab.get_by_label("Method").select_option("el2n")
    tab.get_by_label("Kept, % of the examples").fill("75")
    assert said(tab, "dearer") == "EL2N: one run costs 353 epochs or 17.7 hours, more than full training."
    assert said(tab, "reuses") == "Break-even: the score is repaid from 5 runs on that share it."
    assert said(tab, "shorter") == "The same cost buys full training with a schedule of 353 epochs."
    assert said(tab, "record") == f"On record, closest to this setting: {nearest(MATCHES, 'el2n', 0.75, 200).said}"
    tab.wait_for_function("document.querySelector('[role=status]').textContent.startsWith('EL2N: one run costs 353')")
    tab.get_by_label("Runs that share the score").fill("5")
    assert said(tab, "dearer").endswith("less than full training.")
    money = tab.locator("[data-row=total] [data-unit=money]")
    assert not money.is_visible()
    tab.get_by_label("Price of an hour").fill("2")
    assert money.is_visible() and money.inner_text() == "19.1"
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_bad_value_has_one_line_at_its_field_and_no_result(chromium, form):
    tab = page(chromium, form)
    tab.get_by_label("Method").select_option("diet_sb")
    for name, bad in {"keep": "75", "hours": "0", "price": "-1", "epochs": "2.5", "g": "1", "networks": "x",
                      "score_epochs": "", "runs": "0"}.items():
        field, before = tab.locator(f"[name={name}]"), tab.locator(f"[name={name}]").input_value()
        field.fill(bad)
        line = tab.locator(f"#{field.get_attribute('aria-describedby')}").inner_text()
        words = "Diet-SB takes a percentage above 0 and below 75." if name == "keep" else f"Enter {FIELDS[name].words}."
        assert line == words and field.get_attribute("aria-invalid") == "true"
        assert tab.locator("[data-row=total] td").first.inner_text() == "–" and said(tab, "dearer") == ""
        field.fill(before)
        assert field.get_attribute("aria-invalid") == "false"
    assert said(tab, "dearer") != ""


def test_a_method_without_a_rate_takes_none_and_gives_it_back(chromium, form):
    tab = page(chromium, form)
    kept, method = tab.get_by_label("Kept, % of the examples"), tab.get_by_label("Method")
    method.select_option("random_backprop")
    kept.fill("30")
    method.select_option("full")
    assert kept.input_value() == "100" and kept.get_attribute("readonly") is not None
    assert said(tab, "dearer") == "Full training: one run costs 200 epochs or 10 hours, as much as full training."
    method.select_option("random_backprop")
    score = tab.get_by_role("group", name="The score")
    assert kept.input_value() == "30" and kept.is_editable() and not score.is_visible()
    method.select_option("infobatch")
    assert said(tab, "dearer").endswith("What it leaves out was measured on cifar100, airbench, 10 epochs.")
    method.select_option("forgetting")
    assert score.is_visible() and not tab.get_by_label("Networks behind").is_visible()


def test_the_state_is_in_the_address_and_comes_back(chromium, form):
    tab = page(chromium, form)
    tab.get_by_label("Method").select_option("el2n")
    tab.get_by_label("Epochs of full training").fill("30")
    told, query = said(tab, "dearer"), urllib.parse.urlsplit(tab.url).query
    assert {"method": ["el2n"], "epochs": ["30"]}.items() <= urllib.parse.parse_qs(query).items()
    again = page(chromium, form, f"?{query}")
    assert said(again, "dearer") == told and again.get_by_label("Method").input_value() == "el2n"
    tab.evaluate("Object.defineProperty(navigator, 'clipboard', {value: {writeText: async text => copied = text}})")
    tab.get_by_role("button", name="Copy a link").press("Enter")
    tab.wait_for_function("document.querySelector('[role=status]').textContent === 'The link is copied.'")
    assert tab.evaluate("copied") == tab.url
    odd = page(chromium, form, "?method=%3Cb%3E&epochs=%3Cscript%3E")
    assert odd.locator("#calc-method-error").inner_text() == "Choose a method of this list."
    odd.get_by_label("Method").select_option("ucb")
    assert odd.locator("#calc-epochs-error").inner_text() == f"Enter {FIELDS['epochs'].words}."


def test_without_script_the_form_is_hidden_and_nothing_of_the_records_is_markup(chromium, form):
    tab = page(chromium, form, script=False)
    assert not tab.locator("form").is_visible() and "<b>near" not in form
    assert tab.locator("form").count() == 1 and json.loads(tab.locator("form").get_attribute("data-calculator"))


def test_the_examples_of_the_page_are_bills():
    table = shown(calculator.examples(list(by_name().values()))).set_index("method")
    assert list(table.loc["EL2N, 25 % pruned"]) == ["150.0", "203.3", "353.3", "5 runs"]
    assert list(table.loc["Selective-Backprop, 50 % pruned"]) == ["166.7", "–", "166.7", "–"]
