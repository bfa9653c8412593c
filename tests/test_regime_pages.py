"""The map of regimes, its figures and its tables, from settings made by hand."""

from __future__ import annotations

import pytest
from drawn import labels, marks, rows
from rows import shown
from test_advice import line

from dietsb_book import charts, tables
from dietsb_core.errors import UserError
from dietsb_core.evidence import advice, when

LINES = when.corrected([line(20.0, 0.4), line(40.0, 0.5), line(20.0, 0.44, "class_weights"),
                        line(20.0, 0.45, "ucb", 0.5), line(40.0, 0.45, "infobatch", 0.5),
                        line(20.0, 0.4, "random_backprop", 0.5), line(5.0, 0.3, "seta", 0.5)])


def test_the_map_has_a_cell_for_every_method_with_its_gain_and_the_sign_of_its_verdict():
    chart = charts.regime_map(LINES)
    assert [text["text"] for text in marks(chart, "text")] == ["+5.0 ▲", "-5.0 ▼", "+0.0 =", "–"]
    assert [row["method"] for row in rows(chart)] == [
        "UCB, 50 % pruned", "InfoBatch, 50 % pruned", "Random-Backprop, 50 % pruned", "SeTa, 50 % pruned"]
    tints = [tile["fill"] for tile in marks(chart, "rect")]
    assert len(tints) == len(set(tints)) == 3  # no colour where no control is as cheap
    assert labels(chart, "rect")[0] == "UCB, 50 % pruned\na-set 40 epochs\n+5.0 points (4.7 to 5.3): above"


def test_a_regime_has_a_point_for_each_setting_and_a_line_for_each_kind_of_control():
    chart = charts.explorer(LINES)
    assert [said.split(":")[0] for said in labels(chart)] == [
        "full training", "full training", "class weights", "UCB, 50 % pruned", "InfoBatch, 50 % pruned",
        "Random-Backprop, 50 % pruned", "SeTa, 50 % pruned"]
    assert "at equal cost +5.0 points (4.7 to 5.3): above" in labels(chart)[3]
    fronts = next(values for values in chart.spec["datasets"].values() if "control" in values[0])
    assert [(one["control"], one["cost"], round(one["accuracy"], 6)) for one in fronts] == [
        ("full training", 20.0, 40.0), ("full training", 40.0, 50.0), ("class weights", 20.0, 44.0)]
    assert {row["minutes"] for row in rows(chart)} == {round(1 / 60, 4)}  # a second each, of one machine


def test_without_a_method_there_is_nothing_to_explore():
    with pytest.raises(UserError, match="python -m dietsb_core run when"):
        charts.explorer(LINES[:2])


def test_tables_say_what_each_budget_buys_and_how_every_setting_stands():
    budget = shown(tables.budgets(advice.advice(LINES)))
    assert list(budget["full training"]) == ["40.0", "50.0"]
    assert list(budget["classes balanced"]) == ["44.0"] * 2
    assert list(budget["by"]) == ["UCB, 50 % pruned"] * 2
    table = shown(tables.regimes(LINES)).set_index("method")
    assert table.loc["UCB, 50 % pruned", "verdict"] == "above"
    assert table.loc["UCB, 50 % pruned", "minus the best control"].startswith("+5.0 [")
    assert table.loc["SeTa, 50 % pruned", "minus the best control"] == "–"
    assert table.loc["class weights", "verdict"] == "control"
