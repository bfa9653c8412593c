"""What a score costs in all, and tables of total cost, on rows that are made by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cost_rows import BETWEEN, CONTROLS, around, judged, measured, row
from rows import a_row

from dietsb_book import tables
from dietsb_core.evidence import tradeoff, verdicts
from dietsb_core.evidence.statistics import interval


def test_scoring_costs_more_than_it_saves_where_the_control_is_better():
    def scored(policy: str, less: list[float], keep: float = 0.5, low: float = 0.0) -> tradeoff.Judged:
        return a_row(policy, of=tradeoff.Judged, keep=keep, total=1.1, gain_at_equal_cost=interval(less),
                     interpolation_error=(low, 0.0))

    found = verdicts.scoring_costs([
        scored("el2n", [-0.1, -0.11, -0.12]), scored("forgetting", [0.1, 0.11, 0.12]),
        scored("el2n", [0.1, 0.1, 0.1], keep=0.1, low=0.05), scored("grand_last", [0.1, 0.1, 0.1], keep=0.1, low=0.2),
        scored("el2n", [0.1, 0.1, 0.1], keep=0.3), scored("ucb", [0.1, 0.1, 0.1])])
    assert [(v.claim.split(": ")[1], v.word) for v in found] == [
        ("EL2N, 50 % pruned", "confirmed"), ("forgetting, 50 % pruned", "refuted"), ("EL2N, 90 % pruned", "refuted"),
        ("GraNd, last layer, 90 % pruned", "undecided")]


def test_beside_what_a_score_costs_stands_what_its_subset_does_for_free():
    """Paid for, the control is .60 at 1.0 of full training; for free, .53 at .5: EL2N with .50 is below both."""
    rows = [*CONTROLS, row("el2n", 500, around(0.50), keep=0.5, scoring=500)]
    paid, free = tradeoff.judged(rows, epochs=10), tradeoff.judged(tradeoff.uncharged(rows), epochs=10)
    verdict, = verdicts.scoring_costs(paid, free)
    assert measured(verdict) == ("full training at the same total cost (1.00), minus it (were the score free: +3.0 "
                                 "[+3.0, +3.0]): +10.0 points [+10.0, +10.0]")


# Tables

def test_every_row_of_a_table_says_how_long_it_trained_and_the_table_its_unit():
    rows = judged(row("el2n", 250, around(0.3), keep=0.5, epochs=5, scoring=250),
                  row("el2n", 500, around(0.6), keep=0.5, scoring=750))
    shown = tables.total_cost(rows)
    assert list(shown.data["epochs"]) == [2.5, 5, 5, 10, 10] and list(shown.data["method"][:2]) == ["full training"] * 2
    assert shown.caption == "Cost in floating-point operations; full training of 10 epochs = 1."
    assert list(shown.data["total"]) == ["0.25", "0.50", "0.50", "1.00", "1.25"]
    assert list(shown.data["the score pays, by the means"]) == ["", "", "never shown to", "", "by 2 uses"]


def test_where_scores_are_not_charged_no_column_charges_them():
    scored = row("el2n", 500, around(0.6), keep=0.5, scoring=250)
    shown = tables.by_length(tradeoff.judged(tradeoff.uncharged([*CONTROLS, scored]), epochs=10)).data
    assert list(shown["cost, no score charged"]) == ["0.50", "0.25", "0.50", "1.00"]
    assert not {"scoring", "total"} & set(shown) and list(shown["equal cost"])[0].startswith("+7.0")


def test_seconds_and_joules_stand_where_they_are_known():
    """EL2N was made on another machine: no seconds of this one, so nothing is said of it in seconds."""
    away = replace(row("el2n", 500, around(0.6), keep=0.5), cpu_seconds=None, seconds=None)
    shown = tables.measured_cost(tradeoff.priced([*CONTROLS, away, row("ucb", 250, around(0.6), keep=0.5)], 10)).data
    seconds = dict(zip(shown["method"], zip(shown["CPU seconds, scoring too"], shown["CPU seconds, full training = 1"],
                                            shown["against the controls, in CPU seconds"], strict=True), strict=True))
    assert seconds["EL2N, 50 % pruned"] == ("–", "–", "–") and seconds["UCB, 50 % pruned"] == ("250", "0.25", "above")
    assert set(shown["joules, scoring too"]) == {"–"}


def test_a_doubtful_win_is_marked_in_the_table():
    shown = tables.total_cost(judged(row("ucb", BETWEEN, around(0.59), keep=0.5))).data
    assert list(shown["against the controls"]) == ["level", "level", "above, doubtful", "level"]


def test_infobatch_has_no_published_value_beside_it():
    """Its authors adjusted the epochs to the rate; ours trains as long as all others."""
    assert tables.raju.published(a_row("infobatch", keep=0.5)) is None
    assert tables.raju.published(a_row("ucb", keep=0.5)) == pytest.approx(75.3 - 78.2)
