"""The table of contents has the pages that have something to show at the recorded preset, and no others."""

from __future__ import annotations

import ast
import re
from dataclasses import replace

import nbformat
import pytest
from built import CONFIG, ROOT, pages

from _run import notebook
from dietsb_core.evidence import report, sweeps, tradeoff
from dietsb_core.evidence.row import Row
from dietsb_core.runs.grids import grid

RECORDED = CONFIG["sphinx"]["config"]["executed_presets"][0]
NOTEBOOKS = {path.stem: nbformat.read(path, 4) for path in sorted((ROOT / "notebooks").glob("*.ipynb"))}
SHOWN = {name for name, nb in NOTEBOOKS.items() if RECORDED in notebook.presets_of(nb, [RECORDED])}


def code(nb: nbformat.NotebookNode) -> str:
    return "\n".join(cell.source for cell in nb.cells if cell.cell_type == "code")


def grids(nb: nbformat.NotebookNode) -> list[str]:
    """The names of the grids that a notebook studies."""
    calls = (node for node in ast.walk(ast.parse(code(nb))) if isinstance(node, ast.Call))
    return [call.args[0].value for call in calls if ast.unparse(call.func) == "Study"]


def rates_of(rows: list[Row]) -> set[float]:
    return {row.keep for row in rows if row.compared and not row.is_control}


def single_points(rows: list[Row]) -> list[str]:
    """The sweeps that have one value of their constant."""
    return [" ".join(key) for key, values in sweeps.settings(rows).items() if len(values) < 2]


def lengths_of(rows: list[Row], epochs: int) -> set[int]:
    judged = tradeoff.judged(tradeoff.uncharged(rows), epochs=epochs)
    return {length for lengths in tradeoff.by_length(judged).values() for length in lengths}


def thin(name: str) -> list[str]:
    """What a page at the recorded preset lacks: a line for each grid without a record, sweep of one point, and figure
    over the rate or the length that would have one of it."""
    words, out = code(NOTEBOOKS[name]), []
    for figure in grids(NOTEBOOKS[name]):
        rows = report.rows(grid(figure, RECORDED))
        if not rows:
            out.append(f"nothing of {figure} is on record")
            continue
        if "sweeps(" in words:
            out += [f"one point: {sweep}" for sweep in single_points(rows)]
        if "by_rate(" in words and len(rates_of(rows)) < 2:
            out.append(f"{figure}: one rate")
        if "by_length(" in words and len(lengths_of(rows, rows[0].epochs)) < 2:
            out.append(f"{figure}: one length")
    return out


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_a_page_is_in_the_book_if_it_has_something_to_show(name):
    lacks, there = thin(name), f"notebooks/{name}" in pages()
    assert there != bool(lacks), f"{'take it out of' if there else 'put it into'} _toc.yml: {lacks or 'all is there'}"


def test_every_other_notebook_is_in_the_book():
    assert {f"notebooks/{name}" for name in NOTEBOOKS.keys() - SHOWN} <= set(pages())


def test_the_list_of_what_is_not_measured_names_the_pages_that_are_left_out():
    words = (ROOT / "book" / "missing.md").read_text()
    out = {name for name in NOTEBOOKS if f"notebooks/{name}" not in pages()}
    assert set(re.findall(r"`notebooks/(\w+)\.ipynb`", words)) == out and "book/missing" in pages()


def test_the_check_sees_one_point_and_one_rate():
    """Rows of the recorded runs, of which all but the plain setting and one rate are taken away."""
    rows = report.rows(grid("cost", RECORDED))
    half = [row for row in rows if row.keep in (0.5, 1.0)]
    assert rates_of(rows) == {0.5, 0.1} and rates_of(half) == {0.5}
    ucb = next(row for row in half if row.policy == "ucb")
    assert single_points([ucb]) == [f"ucb {name}" for name in ("period", "alpha", "c", "source of the score")]
    assert single_points([ucb, replace(ucb, options={"c": 4.0})]) == [
        f"ucb {name}" for name in ("period", "alpha", "source of the score")]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_no_heading_of_a_notebook_stands_alone(name):
    """Below each there is text, or a cell that shows something, before the next one of its level or above."""
    assert not lonely(NOTEBOOKS[name].cells)


def lonely(cells: list[nbformat.NotebookNode]) -> list[str]:
    """The headings with nothing below them but other headings."""
    out, last = [], ""
    for cell in cells:
        lines = [line for line in cell.source.split("\n") if line.strip()] if cell.cell_type == "markdown" else ["code"]
        if "remove-input" in cell.metadata.get("tags", []):
            continue
        for line in lines:
            if re.match(r"#+ ", line):
                out += [last] * bool(last)
                last = line
            else:
                last = ""
    return out + [last] * bool(last)


def test_the_check_sees_a_heading_alone():
    cells = [nbformat.v4.new_markdown_cell(text) for text in ("# A\n\nx", "## B", "## C\n\ny\n\n## D")]
    cite = nbformat.v4.new_code_cell("study.cite()", metadata={"tags": ["remove-input"]})
    assert lonely([*cells, cite]) == ["## B", "## D"]
