"""The book builds with every warning an error, and its pages hold what they promise."""

from __future__ import annotations

import json
import pkgutil
import re
from collections import Counter

import built
import nbformat
import pytest
from docutils.utils.math import MathError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import dietsb_core
from _ext import executed
from _ext.mathml import mathml
from _run import notebook


class App:
    """As much of a Sphinx application as the extension asks for."""

    class config:
        executed_presets = ["cifar-cpu", "quick"]

    class env:
        note_dependency = staticmethod(lambda path: None)


@pytest.fixture
def warnings(monkeypatch):
    """What the extension warns of, as text."""
    found: list[str] = []
    monkeypatch.setattr(executed.logger, "warning", lambda text, *words, **_: found.append(text % words))
    return found


@pytest.fixture
def clean(monkeypatch, tmp_path):
    """A clean notebook, and a folder of its own for executed copies."""
    monkeypatch.setattr(notebook, "EXECUTED", tmp_path)
    figure = {"image": {"alt": "a line"}, "figure": {"caption": "A line.", "name": "fig-line"}}
    plot = new_code_cell("plot()", id="plot", metadata={"mystnb": figure})
    hidden = new_code_cell("widget()", id="widget", metadata={"tags": ["remove-cell"]})
    return new_notebook(cells=[new_markdown_cell("# Title", id="title"), plot, hidden])


def execute(clean, preset: str, html: str) -> None:
    """Write the copy that a run at `preset` would leave."""
    copy = nbformat.from_dict(json.loads(nbformat.writes(clean)))
    for cell in copy.cells[1:]:
        cell.execution_count = 7
        cell.outputs = [new_output("display_data", {"text/html": html})]
    records = new_output("display_data", {notebook.RECORDS_MIME: [{"id": "run-1", "seconds": 7200}]})
    copy.cells[1].outputs.append(records)
    copy.metadata["dietsb"] = {
        "preset": preset, "parameters": {"keep": 0.5}, "code": notebook.code_hash(clean), "commit": "abc",
        "finished": "today", "seconds": 3, "device": "a CPU", "versions": {},
        "records": notebook.records_shown(copy),
    }
    path = notebook.executed_path(preset, "line")
    path.parent.mkdir()
    notebook.write_executed(copy, path)


def page(clean) -> nbformat.NotebookNode:
    source = [nbformat.writes(clean)]
    executed.show_executed(App, "notebooks/line", source)
    return nbformat.reads(source[0], as_version=4)


def test_the_page_has_the_recorded_outputs_and_a_section_with_the_quick_ones(clean, warnings):
    execute(clean, "cifar-cpu", '<i id="a">full</i><a href="#a">up</a>')
    execute(clean, "quick", '<i id="a">quick</i><a href="#a">up</a>')
    cells = page(clean).cells
    assert warnings == []
    assert [cell.id for cell in cells if cell.cell_type == "code"] == ["plot", "widget", "plot-quick"]
    assert [len(cell.outputs) for cell in cells if cell.cell_type == "code"] == [1, 1, 1]  # no records
    assert "How this page was produced" in cells[1].source and "2.0 h of training: `run-1`" in cells[1].source
    again = cells[-1]
    assert again.metadata.tags == ["remove-input"]
    assert again.metadata.mystnb.figure.name == "fig-line-quick"
    assert again.metadata.mystnb.image.alt == "a line"
    assert again.outputs[0].data["text/html"] == '<i id="a-quick">quick</i><a href="#a-quick">up</a>'


def test_a_missing_and_a_stale_copy_are_warnings(clean, warnings):
    execute(clean, "quick", "x")
    clean.cells[1].source = "plot(2)"
    outputs = [cell.outputs for cell in page(clean).cells if cell.cell_type == "code"]
    assert outputs == [[], []]
    assert warnings == [
        "no copy executed at cifar-cpu: run `python book/execute.py --preset cifar-cpu line`",
        "a stale copy executed at quick: run `python book/execute.py --preset quick line`",
    ]


def test_a_damaged_copy_is_not_shown(clean, warnings, capsys):
    clean.metadata["dietsb_book"] = {"presets": ["quick"]}
    execute(clean, "quick", "12.5 %")
    path = notebook.executed_path("quick", "line")
    path.write_bytes(path.read_bytes().replace(b"12.5", b"22.5"))
    assert [cell.outputs for cell in page(clean).cells if cell.cell_type == "code"] == [[], []]
    assert warnings == ["no copy executed at quick: run `python book/execute.py --preset quick line`"]
    assert "its checksum differs" in capsys.readouterr().err


def test_a_notebook_may_be_shown_at_one_preset_only(clean, warnings):
    clean.metadata["dietsb_book"] = {"presets": ["quick"]}
    execute(clean, "quick", "x")
    assert [cell.id for cell in page(clean).cells if cell.cell_type == "code"] == ["plot", "widget"]
    assert warnings == []


@pytest.mark.parametrize(
    "tex, part",
    [
        (r"\frac12)", "<mn>1</mn>\n    <mn>2</mn>\n  </mfrac>"),
        (r"0, \dots, n", "<mi>…</mi>"),
        (r"\lVert x \rVert", '<mo class="mathopen" stretchy="false">‖</mo>'),
        (r"\begin{align} a &= b \end{align}", 'class="ams-align"'),
    ],
)
def test_equations_become_mathml(tex, part):
    assert part in mathml(tex, block=True)


def test_an_equation_that_cannot_be_converted_is_an_error():
    with pytest.raises(MathError):
        mathml(r"\nosuchcommand", block=False)


def test_all_that_read_the_built_book_run_in_one_process(request):
    """Two processes would build it twice, side by side in one folder; xdist names a test's group in its id."""
    if not hasattr(request.config, "workerinput"):
        pytest.skip("one process runs all tests")
    names = {item.path.stem: item.nodeid.rpartition("@")[2] for item in request.session.items}
    assert {names.get("test_book", "book"), names.get("test_pages", "book")} == {"book"}


def test_the_book_builds_without_a_warning():
    assert (built.html() / "index.html").exists()


def test_the_api_page_has_every_module():
    modules = {"dietsb_core"}
    modules |= {module.name for module in pkgutil.walk_packages(dietsb_core.__path__, "dietsb_core.")}
    modules -= {"dietsb_core.__main__"}
    text = (built.html() / "book" / "api.html").read_text()
    assert set(re.findall(r'id="module-([\w.]+)"', text)) == modules


@pytest.mark.parametrize("name", built.pages())
def test_no_id_stands_twice_in_a_page(name):
    ids = Counter(re.findall(r'\sid="([^"]+)"', (built.html() / f"{name}.html").read_text()))
    assert [one for one, times in ids.items() if times > 1] == []
