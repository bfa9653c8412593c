"""A notebook's page, made of the clean notebook and its executed copies: what stands where, and what is left out."""

from __future__ import annotations

import json
import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from _ext import executed
from _ext.verdict_words import opposite, words
from _run import notebook
from dietsb_book import tables
from dietsb_core.evidence.scale import POSTER, Scale
from dietsb_core.evidence.statistics import Verdict, interval


class App:
    """As much of a Sphinx application as the extension asks for."""

    srcdir = str(notebook.ROOT)

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


def shown(nb: nbformat.NotebookNode) -> list[str]:
    """A page from top to bottom: ids of code cells, first lines of prose."""
    return [cell.id if cell.cell_type == "code" else cell.source.splitlines()[0] for cell in nb.cells]


def test_the_page_has_results_first_and_the_code_and_the_quick_outputs_in_boxes_at_its_end(clean, warnings):
    execute(clean, "cifar-cpu", '<i id="a">full</i><a href="#a">up</a>')
    execute(clean, "quick", '<i id="a">quick</i><a href="#a">up</a>')
    found = page(clean)
    assert warnings == []
    assert shown(found) == ["# Title", "plot", "## Behind this page", '<details class="fold toy-scale">', "plot-quick",
                            '<details class="fold">', "</details>", '<details class="fold">', '<details class="fold">']
    code = [cell for cell in found.cells if cell.cell_type == "code"]
    assert [len(cell.outputs) for cell in code] == [1, 1]  # no records
    assert [cell.metadata.tags for cell in code] == [["remove-input"]] * 2
    assert code[1].metadata.mystnb.figure.name == "fig-line-quick" and code[1].metadata.mystnb.image.alt == "a line"
    assert code[1].outputs[0].data["text/html"] == '<i id="a-quick">quick</i><a href="#a-quick">up</a>'
    toy, code_box, box = found.cells[3].source, found.cells[-2].source, found.cells[-1].source
    assert "toy scale: drawn images, minutes on two cores" in toy
    assert "The code of this page" in code_box and "```python\nplot()\n```" in code_box and "widget()" not in code_box
    assert "How this page was produced" in box and "1 run, 2.0 h of training" in box and "<li>run-1</li>" in box


def test_the_records_of_a_page_are_a_file(clean, warnings):
    execute(clean, "cifar-cpu", "x")
    clean.metadata["dietsb_book"] = {"presets": ["cifar-cpu"]}
    path = re.search(r"{download}`Download their list <(.+)>`", page(clean).cells[-1].source)[1]
    file = notebook.ROOT / "notebooks" / path
    assert json.loads(file.read_text()) == [{"id": "run-1", "seconds": 7200}]


def test_the_code_of_a_page_about_code_stays_in_its_place(clean, warnings):
    clean.metadata["dietsb_book"] = {"presets": ["quick"], "code": "inline"}
    execute(clean, "quick", "x")
    found = page(clean)
    assert shown(found) == ["# Title", "plot", "widget", "## Behind this page", '<details class="fold">']
    assert "remove-input" not in found.cells[1].metadata.get("tags", [])


def test_the_notebook_itself_stays_as_it_is(clean, warnings):
    before = nbformat.writes(clean)
    execute(clean, "cifar-cpu", "x")
    page(clean)
    assert nbformat.writes(clean) == before


@pytest.mark.parametrize("code", ["x = '```'", "````", "```\n</details>\n\n# A title"])
def test_no_code_ends_its_box(clean, warnings, code):
    clean.cells[1].source = code
    fence, *lines = page(clean).cells[-1].source.split("\n\n", 1)[1].split("\n")
    assert fence.endswith("python") and "\n".join(lines[:lines.index(fence.removesuffix("python"))]) == code


SCALE = Scale("drawn", "small", 2)


def verdict_table(**claims: list[float]) -> nbformat.NotebookNode:
    found = [Verdict(name, "difference", interval(values), 0.0, source=POSTER) for name, values in claims.items()]
    return new_code_cell(outputs=[new_output("display_data", {"text/html": tables.verdicts(found, SCALE).to_html()})])


UP, DOWN, WIDE = [1.0, 1.01, 1.02], [-1.0, -1.01, -1.02], [-1.0, 0.0, 1.0]


def test_opposite_verdicts_are_seen_and_no_others():
    here, recorded = words(verdict_table(a=UP, b=UP, c=WIDE, d=UP)), words(verdict_table(a=DOWN, b=UP, c=UP))
    assert here == {"a": "confirmed", "b": "confirmed", "c": "undecided", "d": "confirmed"}
    assert opposite(here, recorded) == ["a"] == opposite(recorded, here)


def test_verdicts_are_seen_wherever_their_claim_and_word_are_named():
    row = "<table class='verdicts'><tr data-claim='a &lt; b' {}><td>no</td><td>a and more</td></tr></table>"
    for named in ("data-word='toy scale, points to: refuted, and more'", "data-word='toy' data-points='refuted'"):
        shown = new_output("display_data", {"text/html": row.format(named)})
        assert words(new_code_cell(outputs=[shown])) == {"a < b": "refuted"}


def test_a_toy_verdict_that_is_the_opposite_says_why(clean, warnings):
    for preset, values in (("cifar-cpu", UP), ("quick", DOWN)):
        execute(clean, preset, verdict_table(**{"A *claim*": values}).outputs[0].data["text/html"])
    why = [cell.source for cell in page(clean).cells if "say the opposite" in cell.source]
    assert len(why) == 1 and "toy scale: a small network" in why[0] and "“A \\*claim\\*”" in why[0]


def test_a_missing_and_a_stale_copy_are_warnings(clean, warnings):
    execute(clean, "quick", "x")
    clean.cells[1].source = "plot(2)"
    assert not [cell for cell in page(clean).cells if cell.cell_type == "code"]
    assert warnings == [
        "no copy executed at cifar-cpu: run `python book/execute.py --preset cifar-cpu line`",
        "a stale copy executed at quick: run `python book/execute.py --preset quick line`",
    ]


def test_a_damaged_copy_is_not_shown(clean, warnings, capsys):
    clean.metadata["dietsb_book"] = {"presets": ["quick"]}
    execute(clean, "quick", "12.5 %")
    path = notebook.executed_path("quick", "line")
    path.write_bytes(path.read_bytes().replace(b"12.5", b"22.5"))
    assert not [cell for cell in page(clean).cells if cell.cell_type == "code"]
    assert warnings == ["no copy executed at quick: run `python book/execute.py --preset quick line`"]
    assert "its checksum differs" in capsys.readouterr().err


def test_a_notebook_may_be_shown_at_one_preset_only(clean, warnings):
    clean.metadata["dietsb_book"] = {"presets": ["quick"]}
    execute(clean, "quick", "x")
    assert [cell.id for cell in page(clean).cells if cell.cell_type == "code"] == ["plot"]
    assert warnings == []
