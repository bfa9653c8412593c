"""The map of regimes, its figures and its tables, from settings made by hand."""

from __future__ import annotations

from matplotlib import pyplot as plt
from rows import shown
from test_advice import line

from dietsb_book import plots, tables
from dietsb_core.evidence import advice, when

LINES = when.corrected([line(20.0, 0.4), line(40.0, 0.5), line(20.0, 0.44, "class_weights"),
                        line(20.0, 0.45, "ucb", 0.5), line(40.0, 0.45, "infobatch", 0.5),
                        line(20.0, 0.4, "random_backprop", 0.5), line(5.0, 0.3, "seta", 0.5)])


def test_the_map_has_a_cell_for_every_method_with_its_gain_and_the_sign_of_its_verdict():
    axes, = plots.regime_map(LINES).axes
    assert [text.get_text() for text in axes.texts] == ["+5.0 ▲", "-5.0 ▼", "+0.0 =", "–"]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == [
        "UCB, 50 % pruned", "InfoBatch, 50 % pruned", "Random-Backprop, 50 % pruned", "SeTa, 50 % pruned"]
    assert axes.images[0].get_array().mask[-1, 0]  # no colour where no control is as cheap
    plt.close("all")


def test_a_regime_is_drawn_with_a_line_for_each_kind_of_control_and_a_point_for_each_method():
    axes, = plots.by_regime_cost(LINES).axes
    words = [text.get_text() for text in axes.get_legend().get_texts()]
    assert words[:2] == ["full training, tuned", "class weights, tuned"]
    assert set(words[2:]) == {"UCB", "InfoBatch", "Random-Backprop", "SeTa"}
    full = next(drawn for drawn in axes.lines if drawn.get_label() == "full training, tuned")
    assert full.get_xydata().round(6).tolist() == [[20, 40], [40, 50]]
    plt.close("all")


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
