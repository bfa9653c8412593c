"""Charts: what Vega draws of figures made by hand, names as text, and pages that hold them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from drawn import labels, marks, rows
from hostile import HOSTILE
from rows import a_row

from _ext import charts as page
from dietsb_book import charts
from dietsb_book.charts.theme import COLOURS, WIDTH, entries
from dietsb_core.errors import one_line
from dietsb_core.evidence import overlap, tradeoff, verdicts
from dietsb_core.evidence.quickest import Entry, Race
from dietsb_core.policies import POLICIES
from dietsb_core.runs import grids
from dietsb_core.runs.grids.dial import DIALS, IMBALANCE
from dietsb_core.runs.presets import METHODS, preset


def results(**accuracies: list[float]) -> dict:
    return {(policy, 1.0 if policy == "full" else 0.5): {
        seed: SimpleNamespace(accuracy=value, rows=[{"epoch": at, "accuracy": value * at / 2} for at in (1, 2)])
        for seed, value in enumerate(values)} for policy, values in accuracies.items()}


def test_a_method_without_a_look_is_drawn_in_grey_under_its_own_name():
    found = results(highest_loss=[0.5, 0.6])
    for chart in (charts.accuracy_by_rate(found), charts.over_epochs({"all": list(found)}, found)):
        drawn = [mark for mark in marks(chart, "symbol") if mark["description"].startswith("highest_loss, 50 % pruned")]
        assert drawn and {mark["fill"] for mark in drawn} == {"var(--method-highest-loss, #777777)"}
    assert "highest_loss" not in COLOURS and "highest_loss" not in verdicts.NAMES  # looking one up adds nothing


def test_a_point_has_a_whisker_over_seeds_and_none_of_one_seed():
    chart = charts.accuracy_by_rate(results(full=[0.5], ucb=[0.5, 0.6]))
    lengths = sorted(abs(rule.get("y2", rule["y"]) - rule["y"]) for rule in marks(chart, "rule"))
    assert lengths[0] == 0 and lengths[1] > 10
    assert labels(chart) == ["full training\naccuracy 50.0 %, one seed, n = 1",
                             next(row["said"] for row in rows(chart) if row["n"] == 2)]


def test_no_two_methods_of_a_chart_look_alike_and_every_entry_is_of_a_method():
    looks = [(colour, shape) for _, colour, shape in entries(list(POLICIES))]
    assert len(set(looks)) == len(looks)
    assert COLOURS.keys() | verdicts.NAMES.keys() <= POLICIES.keys()


def test_the_chart_of_rates_has_every_method_that_presets_compare_and_a_menu_of_families():
    shown = [policy for family in charts.FAMILIES.values() for policy in family]
    assert len(set(shown)) == len(shown) and set(METHODS) <= set(shown)
    chart = charts.by_rate([a_row("full", [0.6] * 3), a_row("ucb", [0.5] * 3), a_row("el2n", [0.4] * 3)])
    assert len(marks(chart, "symbol")) == 3
    chosen = json.loads(json.dumps(chart.spec).replace('"value": "all"', '"value": "before training"'))
    assert chosen != chart.spec
    chart.spec = chosen
    assert [said.split(",")[0] for said in labels(chart)] == ["full training\naccuracy 60.0 % (60.0 to 60.0)", "EL2N"]


def test_accuracy_over_epochs_is_the_mean_of_seeds_of_one_group():
    found = results(full=[0.5, 0.7], ucb=[0.4, 0.4])
    chart = charts.over_epochs({"one": [("full", 1.0)], "two": [("ucb", 0.5)]}, found, "Group")
    assert [said.split("\n")[1].split(" (")[0] for said in labels(chart)] == ["accuracy 30.0 %", "accuracy 60.0 %"]


def test_accuracy_over_cost_has_every_method_beside_the_best_controls():
    judged = tradeoff.judged([a_row("full", [0.6] * 3), a_row("full", [0.4] * 3, cost=40.0, epochs=4),
                              a_row("ucb", [0.5] * 3, cost=50.0)], epochs=10)
    chart = charts.by_total_cost({"flops": judged})
    (cost, accuracy), = [(row["total"], row["mean"]) for row in rows(chart) if row["method"] == "UCB"]
    assert (cost, accuracy) == (0.5, 50.0) and "at equal cost" in next(said for said in labels(chart) if "UCB" in said)
    line, = marks(chart, "line")[:1]
    assert len(marks(chart, "symbol")) == 3 and line["stroke"] == "currentColor"


def test_a_race_shows_a_point_a_setting_that_reaches_the_target_and_says_what_does_not():
    def entry(policy: str, costs: list[float], curve: bool = True) -> Entry:
        one = replace(grids.run(preset("smoke"), "full", 1.0, 0), policy=policy, curve=curve)
        return Entry(run=one, accuracies=[0.5] * 3, costs=costs, seconds=None, records=[])

    full, late = entry("full", [4.0] * 3), entry("full", [5.0] * 3)
    ucb, some, none = entry("ucb", [2.0, 3.0, 4.0], curve=False), entry("el2n", [3.0]), entry("diet_sb", [])
    chart = charts.to_targets([[Race(0.5, [full, late, ucb, some, none])]])
    assert sorted(said.split("\n")[1] for said in labels(chart)) == [
        "cost 3.0 (0.5 to 5.5)", "cost 4.0 (4.0 to 4.0)", "cost 5.0 (5.0 to 5.0)"]
    assert any("at most this cost" in said for said in labels(chart))
    assert [text["text"] for text in marks(chart, "text")] == ["1 of 3 seeds"]
    assert sorted(mark["size"] for mark in marks(chart, "symbol")) == [18, 90, 90]  # the cheapest of a method is large


def turned(gain: float | None, half: float = 0.02, seeds: int = 3) -> dict[str, object]:
    """A row of `report when`, as far as a chart of a dial asks for it."""
    ends = [gain - half, gain + half] if gain is not None and seeds > 1 else None
    return {"gain": gain, "gain_ci95": ends, "seeds": list(range(seeds))}


@pytest.mark.parametrize("dial", DIALS)
def test_a_dial_has_a_line_at_zero_and_a_look_of_its_own_for_each_method(dial):
    found = {(policy, keep): {n: turned(0.01 * n) for n in dial.positions} for policy, keep, _ in dial.methods}
    chart = charts.over_dial(dial, found)
    drawn = marks(chart, "symbol")
    assert len(drawn) == len(found) * len(dial.positions) and len(marks(chart, "rule")) == len(drawn) + 1
    assert len({(mark["fill"], mark.get("shape", "circle")) for mark in drawn}) == len(found)


def test_a_position_shows_the_gains_in_points_and_leaves_out_what_is_not_known():
    found = {("full", 1.0): {1: turned(0.03), 10: turned(-0.2)}, ("ucb", 0.5): {10: turned(0.1)},
             ("el2n", 0.5): {10: turned(0.05, seeds=1)}}
    chart = charts.at_position(IMBALANCE, found, "Imbalance")
    assert labels(chart) == [f"full training\n{IMBALANCE.at(1)}\n+3.0 points (+1.0 to +5.0)"]
    assert {row["method"]: row["mean"] for row in rows(chart) if row["position"] == 10} == {
        "full training": -20.0, "UCB, 50 % pruned": 10.0, "EL2N, 50 % pruned": 5.0}
    alone = next(row for row in rows(chart) if row["method"].startswith("EL2N"))
    assert alone["low"] == alone["mean"] == alone["high"]


def test_a_map_of_ranks_holds_every_example_and_says_what_both_rank_lowest():
    a, b = np.arange(400.0), np.roll(np.arange(400.0), 100)
    chart = charts.rank_map(a, b, ("one", "two"), first=0.5)
    assert sum(row["examples"] for row in rows(chart)) == 400
    text, = marks(chart, "text")
    assert text["text"] == f"{overlap.overlap(a, b, 0.5):.0%} of the lowest 50% in common (chance 50%)"


def test_overlaps_stand_beside_chance_and_the_poster():
    series = {"two networks": {share: [share, share] for share in overlap.FRACTIONS}}
    drawn = marks(charts.overlap_curves(series, poster=True), "symbol")
    assert len(drawn) == 2 * len(overlap.FRACTIONS) and len({mark["fill"] for mark in drawn}) == 2


def test_bars_of_use_fill_the_whole_and_say_where_nothing_is_known():
    found = {("ucb", 0.1): {"always": [np.nan], "sometimes": [np.nan], "never": [np.nan]},
             ("ucb", 0.5): {"always": [0.2, 0.4], "sometimes": [0.3, 0.3], "never": [0.5, 0.3]}}
    bars = marks(charts.usage_bars(found), "rect")
    assert [round(bar["width"] / WIDTH * 100) for bar in bars] == [0, 0, 0, 30, 30, 40]
    assert bars[0]["description"] == "UCB, 90 % pruned: no epoch went by its score"


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_text_in_a_chart_and_in_its_figure(name):
    chart = charts.class_scatter(np.ones(1), np.ones(1), np.array([name]))
    said = next(row["said"] for row in rows(chart))
    assert said.startswith(one_line(name)) and labels(chart)[0].startswith(one_line(name))
    html = page.figure(chart.spec)
    for wrong in ("<script>alert", "<img", "<svg onload", "<!--", "<h1", "<math"):
        assert wrong not in html
    assert html.count("</script>") == 1


def test_two_figures_of_a_page_share_no_id_and_say_what_they_show():
    one, two = (page.figure(charts.accuracy_by_rate(results(full=[value])).spec) for value in (0.5, 0.6))
    ids = [set(re.findall(r'\bid="([^"]+)"', html)) for html in (one, two)]
    assert ids[0] and not ids[0] & ids[1]
    assert 'role="img" aria-label="Final test accuracy' in one
    assert set(re.findall(r"url\(#([^)]+)\)", one)) <= ids[0]


def test_a_chart_is_shown_by_jupyterlab_and_in_words_elsewhere():
    bundle = charts.accuracy_by_rate(results(full=[0.5]))._repr_mimebundle_()
    assert bundle.keys() == {charts.MIME, "text/plain"} and charts.MIME == page.MIME
    assert bundle["text/plain"] == bundle[charts.MIME]["description"]
    assert "http" not in json.dumps({**bundle[charts.MIME], "$schema": ""})  # nothing is fetched from anywhere


def test_numbers_of_a_chart_are_short():
    chart = charts.accuracy_by_rate(results(full=[1 / 3, 2 / 3, 0.123456789]))
    assert all(len(str(value)) <= 9 for row in rows(chart) for value in row.values() if isinstance(value, float))
