"""What the book shows of the drop-in runs, and does what it says."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import papermill

ROOT = Path(__file__).resolve().parent.parent


def test_the_examples_in_the_book_run(monkeypatch, tmp_path, capsys):
    """Block after block, as a reader would copy them."""
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "book" / "extending.md").read_text().split("(extending-own-loop)=")[1]
    blocks = re.findall(r"```python\n(.*?)```", text, re.S)
    names: dict = {}
    for number, block in enumerate(blocks):
        exec(compile(block, f"block {number}", "exec"), names)
    assert len(blocks) == 3 and capsys.readouterr().out == "the next epoch is 3\n"


def test_the_book_counts_the_lines_that_are_the_selectors():
    """One is new and three are changed, in the book's listing and in the notebook's loop."""
    text = (ROOT / "book" / "extending.md").read_text().split("(extending-own-loop)=")[1].split("```")[1]
    assert len(re.findall("# new\n", text)) == 1 and len(re.findall("# changed\n", text)) == 3
    cells = nbformat.read(ROOT / "notebooks" / "own_loop.ipynb", 4).cells
    loop = next(cell.source for cell in cells if cell.id == "loop")
    for code in (text, loop):
        lines = [line for line in code.splitlines() if "import" not in line and "spent" not in line]
        assert sum("elector" in line for line in lines) == 4


def test_the_notebook_trains_what_it_says(tmp_path):
    papermill.execute_notebook(ROOT / "notebooks" / "own_loop.ipynb", tmp_path / "out.ipynb",
                               {"epochs": 2, "seeds": 2, "method": "random_backprop", "keep": 0.25}, progress_bar=False,
                               cwd=ROOT)
    shown = "".join(output["data"]["text/html"] for cell in nbformat.read(tmp_path / "out.ipynb", 4).cells
                    for output in cell.get("outputs", []) if "text/html" in output.get("data", {}))
    assert shown.count(">4,000<") == 4  # forwards and backprops of full training
    assert shown.count(">1,000<") == 4  # of a quarter of it, with no pass to select by
    assert "random_backprop at keep=0.25 is as good as full training here" in shown
