"""Text from data and records, escaped for each language that a page is written in."""

from __future__ import annotations

import csv
import html
import io
import pickle
import re

import nbformat
import numpy as np
import pandas as pd
import pytest
from docutils import nodes
from docutils.core import publish_doctree
from hostile import HOSTILE
from hypothesis import given, settings, strategies
from myst_parser.docutils_ import Parser
from nbformat.v4 import new_notebook

from _ext.provenance_box import provenance_box
from dietsb_book import escape, plots, tables
from dietsb_book.prose import said
from dietsb_core.environment import PROJECT
from dietsb_core.errors import DataMissing, UserError, one_line
from dietsb_core.evidence import verdicts
from dietsb_core.evidence.scale import Publication, Scale
from dietsb_core.evidence.statistics import Verdict, interval
from dietsb_core.files import set_aside
from dietsb_core.progress import say
from dietsb_core.runs.facts import Facts

plt = pytest.importorskip("matplotlib.pyplot")
plt.switch_backend("agg")
MYST = {"myst_enable_extensions": ["amsmath", "colon_fence", "deflist", "dollarmath"], "report_level": 1,
        "halt_level": 1, "smart_quotes": False}
MARKS = "`{}[]()<>$|*_~#\\\n :-=+.1%&!^\"'@"
TRIES = settings(max_examples=300, deadline=None)
TEXTS = strategies.text() | strategies.text(MARKS, max_size=12) | strategies.sampled_from(HOSTILE)
MARKUP = (nodes.raw, nodes.reference, nodes.math, nodes.strong, nodes.emphasis, nodes.literal, nodes.image)


def written(source: str) -> nodes.document:
    """`source` as MyST reads it; any warning is an error."""
    return publish_doctree(source, parser=Parser(), settings_overrides=MYST)


@pytest.mark.parametrize(("before", "after"), [("", ""), ("x ", " y")])
@given(text=TEXTS)
@TRIES
def test_text_for_myst_is_read_as_that_text(before, after, text):
    """Also where it begins a line."""
    document = written(f"* - {before}{escape.myst(text)}{after}")
    assert document.astext() == f"{before}{one_line(text).strip()}{after}"
    assert not list(document.findall(lambda node: isinstance(node, MARKUP)))


@given(TEXTS)
@TRIES
def test_code_for_myst_is_read_as_that_code(text):
    document = written(f"* - x {escape.code(text)} y")
    if one_line(text).strip():
        assert [node.astext().strip() for node in document.findall(nodes.literal)] == [one_line(text).strip()]


@given(strategies.text(strategies.characters()))
@TRIES
def test_a_line_is_one_line_that_can_be_printed_and_stays_as_it_is(text):
    line = one_line(text)
    assert line.splitlines() in ([], [line]) and line.encode() is not None and one_line(line) == line
    assert str(UserError(text)) == line and str(pickle.loads(pickle.dumps(DataMissing(text)))) == line


def test_a_line_shows_what_cannot_be_seen():
    assert one_line("a\nb\x1b[31m\u202e\udc80 50\u00a0% é 猫") == "a\\nb\\x1b[31m\\u202e\\udc80 50\u00a0% é 猫"


def test_what_is_said_is_one_line(tmp_path, capsys):
    (tmp_path / "a\nb").write_text("")
    set_aside(tmp_path / "a\nb", "damaged")
    say("a\r\nb")
    assert len(capsys.readouterr().err.splitlines()) == 2


@pytest.mark.parametrize("name", HOSTILE)
def test_a_table_shows_names_as_text(name):
    names = np.array([name, "b"])
    about = Facts(names, np.arange(2), names, np.zeros(2), "x")
    shown = tables.examples(np.arange(2), about, **{name: np.zeros(2)})._repr_html_()
    assert {tag for tag in re.findall(r"</?(\w+)", shown)} <= {
        "div", "table", "thead", "tbody", "tr", "th", "td", "p", "a"}
    cells = [html.unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", shown)]
    assert cells.count(one_line(name)) == 3 and "mathjax_ignore" in shown  # as header, name and class


@pytest.mark.parametrize("name", HOSTILE)
def test_a_table_is_saved_with_names_as_text_and_none_is_run_by_a_spreadsheet(name):
    rows = list(csv.reader(io.StringIO(tables.plain(pd.DataFrame({"name": [name, "=1+1", "plain"]})).csv)))
    kept = "'" * one_line(name).startswith(("=", "+", "-", "@")) + one_line(name)
    assert rows == [["name"], [kept], ["'=1+1"], ["plain"]]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_board_shows_names_as_text(name):
    scale = Scale(name, name, 10)
    claim = Verdict(name, name, interval([0.1, 0.11, 0.12]), 0.0, source=Publication(name, (name,), 10))
    shown = tables.board({name: ([claim, Verdict("ours", "x:", interval([]), 0.0)] * 4, scale)})._repr_html_()
    assert {tag for tag in re.findall(r"</?(\w+)", shown)} == {
        "div", "ul", "li", "span", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "dl", "dt",
        "dd", "svg", "rect", "g", "path", "circle", "text", "p", "a"}
    assert html.unescape(re.search(r"<summary>(.*?)</summary>", shown)[1]) == one_line(name)
    assert "mathjax_ignore" in shown


@pytest.mark.parametrize("name", HOSTILE)
def test_a_figure_shows_names_as_text(name):
    grid = plots.image_grid(np.zeros((1, 8, 8, 3), np.uint8), [name])
    grid.canvas.draw()  # this is where a formula would be read
    text = grid.axes[0].title
    assert text.get_text() == one_line(name) and not text.get_parse_math()
    plt.close(grid)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_class_that_a_notebook_names_is_one_line(name):
    code = {cell.id: cell.source for cell in nbformat.read(PROJECT / "notebooks/composition.ipynb", 4).cells}
    given = {"pruned": 0.5, "share": np.array([0.5, 0.1]), "verdicts": verdicts, "said": said,
             "about": Facts(np.array([]), np.array([]), np.array([name, "b"]), np.array([]), "x")}
    assert repr(eval(code["effective"], given)).splitlines()[1:] == [
        f"Largest share of a class that would be dropped: 50% ({one_line(np.array([name])[0])})."]


@pytest.mark.parametrize("value", [*HOSTILE, None, 7, ["x"], {"a": 1}, float("nan")])
def test_the_box_takes_whatever_a_record_says(value):
    run = {"id": value, "device": value, "commit": value, "seconds": value}
    made = {"preset": value, "parameters": {"keep": value}, "commit": value, "finished": value, "seconds": 1.0,
            "device": value, "versions": {"torch": value}, "records": [run, {"id": "b", "device": "c"}]}
    box = provenance_box(new_notebook(metadata={"dietsb": made}), "How", "x.json")
    lines = [line for line in box.split("\n") if not line.startswith(("* - ", "  - "))]
    *head, listed, end, last = lines
    assert head == ['<details class="fold">', "<summary>How</summary>", "", "```{list-table}", ":stub-columns: 1",
                    ":class: provenance", "", "```", ""] and (end, last) == ("", "</details>")
    assert set(re.findall(r"</?(\w+)", listed)) == {"div", "ol", "li"} and f"<li>{escape.html(value)}</li>" in listed
