"""How tables show total cost, on rows that are made by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest
from rows import a_row, around, shown

from dietsb_book import tables
from dietsb_core.evidence import tradeoff
from dietsb_core.evidence.row import Row
from dietsb_core.runs.grids.dial import REDUNDANCY

# Three controls of 2, 5 and 10 epochs, which cost 100 an epoch; at 500 the control has .53.
CONTROLS = [a_row("full", around(accuracy), cost=100 * epochs, epochs=epochs)
            for epochs, accuracy in ((10, 0.60), (5, 0.53), (2, 0.40))]


def method(policy: str, cost: float, accuracy: float, **more) -> Row:
    return a_row(policy, around(accuracy), cost=cost, **more)


def table(show: Callable, *rows: Row, free: bool = False) -> pd.DataFrame:
    """What a table shows of these rows beside the controls."""
    every = [*CONTROLS, *rows]
    return shown(show(tradeoff.judged(tradeoff.uncharged(every) if free else every, epochs=10)))


def test_every_row_of_a_table_says_how_long_it_trained_and_the_table_its_unit():
    rows = method("el2n", 200, 0.3, epochs=5, scoring=300), method("el2n", 500, 0.6, scoring=750)
    told = table(tables.total_cost, *rows)
    assert list(told["epochs"]) == ["2", "5", "5", "10", "10"]
    assert list(told["method"]) == [*["full training"] * 2, "EL2N, 50 % pruned", "full training", "EL2N, 50 % pruned"]
    assert list(told["total"]) == ["0.20", "0.50", "0.50", "1.00", "1.25"]
    assert list(told["scoring"]) == ["–", "–", "0.30", "–", "0.75"]
    assert list(told["the score pays, by the means"]) == ["", "", "never shown to", "", "by 2 uses"]
    caption = tables.total_cost(tradeoff.judged(CONTROLS, epochs=10)).caption
    assert caption == "Cost in floating-point operations; full training of 10 epochs = 1."


def test_differences_are_points_with_their_interval():
    """At equal epochs EL2N is .03 below, known to t₈ · .001 · √(2/3) = .0019; one seed has no interval."""
    told = table(tables.total_cost, method("el2n", 500, 0.57), a_row("ucb", [0.57], cost=600, keep=0.25))
    el2n, ucb = told.iloc[2], told.iloc[3]
    assert el2n["minus full: equal epochs"] == "-3.0 [-3.2, -2.8]"
    assert el2n["gain at equal total cost"] == "+4.0 [+3.8, +4.2]"
    assert el2n["accuracy, %"] == "57.0 [56.8, 57.2]" and el2n["pruned, realised"] == "50%"
    assert ucb["minus full: equal epochs"] == "-3.0 (one seed)" and ucb["accuracy, %"] == "57.0 (one seed)"


def test_where_scores_are_not_charged_no_column_charges_them():
    told = table(tables.by_length, method("el2n", 500, 0.6, scoring=250), free=True)
    assert list(told["cost, no score charged"]) == ["0.50", "0.20", "0.50", "1.00"]
    assert not {"scoring", "total"} & set(told) and told["gain at equal cost"][0].startswith("+7.0")


def test_seconds_and_joules_stand_where_they_are_known():
    """EL2N was made on another machine: no seconds of this one, so nothing is said of it in seconds."""
    away = replace(method("el2n", 500, 0.6), cpu_seconds=None, seconds=None)
    told = shown(tables.measured_cost(tradeoff.priced([*CONTROLS, away, method("ucb", 200, 0.6)], 10)))
    seconds = told.set_index("method")[["CPU seconds, scoring too", "CPU seconds, full training = 1",
                                        "against the controls, in CPU seconds"]]
    assert list(seconds.loc["EL2N, 50 % pruned"]) == ["–", "–", "–"]
    assert list(seconds.loc["UCB, 50 % pruned"]) == ["200", "0.20", "above"]
    assert set(told["joules, scoring too"]) == {"–"}


def test_what_the_line_alone_keeps_undecided_is_marked_in_the_table():
    """Half way between 5 and 10 epochs the line says .565, and may be .016 too low: .58 is no more than that above."""
    told = table(tables.total_cost, method("ucb", 100 * math.sqrt(5 * 10), 0.58))
    assert list(told["against the controls"]) == ["equal", "equal", "undecided (above, but for the line)",
                                                   "equal"]


def test_infobatch_has_no_published_value_beside_it():
    """Its authors adjusted the epochs to the rate; ours trains as long as all others."""
    rows = [method(policy, 500, 0.5, data="cifar100") for policy in ("infobatch", "ucb")]
    assert tables.raju.published(rows[0]) is None
    assert tables.raju.published(rows[1]) == pytest.approx(75.3 - 78.2)
    assert list(table(tables.rates, *rows)["published, minus theirs"]) == ["–", "–", "–", "–", "-2.9"]


def test_names_of_files_and_classes_are_not_read_as_html():
    assert "<th" in (page := tables.plain(pd.DataFrame({"name": ["<b>cat</b>.png"]}))._repr_html_())
    assert "&lt;b&gt;cat&lt;/b&gt;.png" in page and "<b>" not in page


def test_a_table_of_a_dial_has_a_line_for_each_position_and_method_and_names_the_control():
    def row(gain: float | None) -> dict[str, object]:
        control = {"policy": "class_weights", "epochs": 3, "batch": 32, "accuracy": 0.5} if gain else None
        return {"total_cost": 2.48, "accuracy_mean": 0.52, "accuracy_rare": None, "redundancy": {"fit": 0.4},
                "gain": gain, "gain_ci95": gain and [gain - 0.01, gain + 0.01], "seeds": [0, 1, 2], "control": control,
                "verdict": "above" if gain else "no control of this cost"}

    found = {("selective_backprop", 0.5): {0: row(0.02), 90: row(None)}, ("infobatch", 0.5): {90: row(0.03)}}
    told = shown(tables.dialled(REDUNDANCY, found))
    assert list(told["position"]) == ["0 % easy", "90 % easy", "90 % easy"] and "rare classes" not in told
    assert list(told["method"]) == ["Selective-Backprop, 50 % pruned"] * 2 + ["InfoBatch, 50 % pruned"]
    assert list(told["gain at equal total cost"]) == ["+2.0 [+1.0, +3.0]", "–", "+3.0 [+2.0, +4.0]"]
    assert list(told["control"]) == ["class weights, 3 epochs of batch 32: 50.0%", "–"] + [told["control"][0]]
    assert list(told["learnt"]) == ["40.0%"] * 3 and list(told["total cost, epochs"]) == ["2.48"] * 3
