"""A table as a page shows it and as it is saved: every column, the numbers behind the texts, and the first six."""

from __future__ import annotations

import csv
import io
import re
from urllib.parse import unquote

import pandas as pd
import pytest
from rows import a_row, around, judged_by_hand

from dietsb_book import tables
from dietsb_book.tables.cells import POINTS, Cell
from dietsb_core.evidence import tradeoff
from dietsb_core.evidence.statistics import Interval, interval

FRAME = pd.DataFrame({
    "method": ["a", "b", "c"], "total": [0.5, 10.0, None], "points": [interval([0.01, 0.03]), interval([0.2]),
                                                                      interval([])],
    "cost": [Cell("≤ 2.0", 2.0), None, Cell("1.5; 1 of 3 seeds", 1.5)], "seeds": [3, 1, 2], "word": ["x", None, ""],
    "seventh": [0.1, 0.2, 0.3]})
TABLE = tables.plain(FRAME, {"points": POINTS})


def saved(table) -> list[list[str]]:
    """What the link of a table saves."""
    link = re.search(r'href="data:text/csv;charset=utf-8,([^"]*)"', table._repr_html_())[1]
    content = unquote(link)
    assert content.startswith("\ufeff")
    return list(csv.reader(io.StringIO(content[1:])))


def test_a_cell_shows_its_format_and_a_dash_of_what_is_not_known():
    assert TABLE.texts.to_dict("list") == {
        "method": ["a", "b", "c"], "total": ["0.50", "10.00", "–"],
        "points": ["+2.0 [-10.7, +14.7]", "+20.0 (one seed)", "–"], "cost": ["≤ 2.0", "–", "1.5; 1 of 3 seeds"],
        "seeds": ["3", "1", "2"], "word": ["x", "–", ""], "seventh": ["0.1000", "0.2000", "0.3000"]}


def test_cells_carry_the_numbers_that_they_are_sorted_by():
    """The mean of an interval, the number of a text of its own; nothing where there is none."""
    page = TABLE._repr_html_()
    lines = [re.findall(r"<t[hd]([^>]*)>", line) for line in re.findall(r"<tr>(.*?)</tr>", page)[1:]]
    numbers = [[float(found[1]) if (found := re.search(r'data-value="([^"]*)"', cell)) else None for cell in line]
               for line in lines]
    assert numbers == [[None, 0.5, 0.02, 2.0, 3.0, None, 0.1], [None, 10.0, 0.2, None, 1.0, None, 0.2],
                       [None, None, None, 1.5, 2.0, None, 0.3]]


def test_what_is_saved_is_the_data_with_all_digits_in_the_unit_of_the_table():
    title, first, second, third = saved(TABLE)
    assert title == ["method", "total", "points", "points, low", "points, high", "cost", "cost, as shown", "seeds",
                     "word", "seventh"]
    assert first[:2] == ["a", "0.5"] and first[5:] == ["2", "≤ 2.0", "3", "x", "0.1"]
    ends = FRAME["points"][0]
    assert [float(value) for value in first[2:5]] == pytest.approx([2.0, 100 * ends.low, 100 * ends.high])
    assert second == ["b", "10", "20", "", "", "", "", "1", "", "0.2"]  # one seed has no ends
    assert third == ["c", "", "", "", "", "1.5", "1.5; 1 of 3 seeds", "2", "", "0.3"]


def test_every_column_is_in_the_page_and_six_of_them_are_the_first():
    page = tables.plain(FRAME, {"points": POINTS}, ["method", "seventh", "absent", "total"])._repr_html_()
    heads = re.findall(r'<th scope="col"([^>]*)>(.*?)</th>', page)
    assert [name for _, name in heads] == list(FRAME)
    ranks = {name: re.search(r'data-rank="(\d)"', said) for said, name in heads}
    assert {name: int(rank[1]) for name, rank in ranks.items() if rank} == {"method": 0, "seventh": 1, "total": 2}
    assert page.count('class="more"') == 4 * 4  # the headers and cells of the other four columns
    six = [name for said, name in re.findall(r'<th scope="col"([^>]*)>(.*?)</th>', TABLE._repr_html_())
           if "data-rank" in said]
    assert six == list(FRAME)[:6]


def test_the_first_column_names_its_row():
    assert re.findall(r'<th scope="row">(.*?)</th>', TABLE._repr_html_()) == ["a", "b", "c"]


def test_a_caption_is_the_tables_name():
    page = TABLE.captioned("Cost in <epochs>")._repr_html_()
    assert "<caption>Cost in &lt;epochs&gt;</caption>" in page and 'aria-label="Cost in &lt;epochs&gt;"' in page
    assert repr(TABLE.captioned("Cost")).startswith("Cost\n") and "+20.0 (one seed)" in repr(TABLE)


def test_a_table_of_nothing_is_a_table():
    assert "<table>" in tables.plain(pd.DataFrame())._repr_html_() and tables.plain(pd.DataFrame()).csv == "\n"


def test_a_table_of_total_cost_shows_what_decides_first():
    rows = tradeoff.judged([a_row("full", around(0.6), cost=1000), a_row("el2n", around(0.5), cost=500)], epochs=10)
    table = tables.total_cost(rows)
    assert table.main == ("method", "total", "gain at equal total cost", "against the controls", "accuracy, %",
                          "the score pays, by the means")
    assert set(table.main) < set(table.frame) and len(table.frame.columns) == 13
    title, *lines = saved(table)
    total = [float(line[title.index("total")]) for line in lines]
    assert total == [row.total for row in sorted(rows, key=lambda row: row.total)]


def test_seconds_and_gains_keep_their_numbers():
    """Of costs that are shown as 1234 and 0.25, what is saved has all digits."""
    row = judged_by_hand("ucb", [0.01, 0.02, 0.03], total=0.2468)
    rows = tables.measured_cost({"flops": [row], "seconds": [row]})
    title, line = saved(rows)
    assert line[title.index("seconds, full training = 1")] == "0.2468"
    assert line[title.index("seconds, full training = 1, as shown")] == "0.25"
    assert float(line[title.index("minus full: equal seconds")]) == pytest.approx(2.0)


@pytest.mark.parametrize("value", [Interval(float("nan"), 0, 0, 0), None, float("nan")])
def test_what_is_not_known_is_a_dash_without_a_number(value):
    table = tables.plain(pd.DataFrame({"a": ["x"], "b": pd.Series([value], dtype=object)}), {"b": POINTS})
    assert table.texts["b"][0] == "–" and "data-value" not in table._repr_html_()
