"""Names and records that look like markup are text in a page: through a notebook that is executed and a page that is
built."""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys

import nbformat
import pytest
from built import CONFIG, ROOT
from hostile import HOSTILE
from nbformat.v4 import new_markdown_cell
from toy_notebooks import folder, write  # noqa: F401 (a fixture)

import execute
from _run import notebook
from dietsb_core.errors import one_line

SECRET = "what stands outside of the book"
CELLS = """
import json
from pathlib import Path
import numpy as np
from dietsb_book import charts, plots, tables
from dietsb_core.errors import UserError
from dietsb_core.runs.facts import Facts
names = json.loads(Path("names.json").read_text())
n = len(names)
about = Facts(np.array(names), np.arange(n), np.array(names), np.arange(n) / n, "x")
""", "tables.examples(np.arange(n), about, EL2N=np.arange(n) / n)", """
plots.image_grid(np.zeros((n, 8, 8, 3), np.uint8), list(about.classes));
""", "charts.class_scatter(np.arange(n) / n, about.diversity, about.classes)", """
for name in names:
    print(UserError(name))
""", f"""
display({{{notebook.RECORDS_MIME!r}: [{{"id": name, "device": name, "commit": name, "seconds": 1}} for name in names]}},
        raw=True)
"""
CONF = """
import sys
sys.path.insert(0, {book!r})
from pathlib import Path
from _run import notebook
notebook.EXECUTED = Path({executed!r})
extensions = ["myst_nb", "sphinx_design", "_ext.executed", "_ext.mathml"]
nb_execution_mode = "off"
myst_enable_extensions = {enabled!r}
myst_substitutions = {{"title": {secret!r}}}
html_theme, html_math_renderer, executed_presets = "basic", "mathml", ["smoke"]
exclude_patterns = ["executed"]
suppress_warnings = ["mystnb.unknown_mime_type"]
"""


@pytest.fixture
def page(folder, monkeypatch) -> str:
    """The built page of a notebook that shows hostile names, executed on a machine with hostile names."""
    (folder / "secret.txt").write_text(SECRET)
    names = [name.replace("SECRET", str(folder / "secret.txt")) for name in HOSTILE]
    (folder / "notebooks" / "names.json").write_text(json.dumps(names))
    everything = " ".join(names)
    monkeypatch.setattr(execute.provenance, "made", lambda: {
        "commit": everything, "device": everything, "versions": {everything: everything}})
    write(folder, "hostile", *(cell.strip() for cell in CELLS))
    path = folder / "notebooks" / "hostile.ipynb"
    nb = notebook.read(path)
    nb.cells.insert(0, new_markdown_cell("# Hostile", id="title"))
    nbformat.write(nb, path)
    assert execute.main(["--preset", "smoke"]) == 0
    conf = CONF.format(book=str(ROOT / "book"), executed=str(folder / "executed"), secret=SECRET,
                       enabled=CONFIG["parse"]["myst_enable_extensions"])
    (folder / "conf.py").write_text(conf)
    (folder / "index.md").write_text("# Index\n\n```{toctree}\nnotebooks/hostile\n```\n")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", ".", "out"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return (folder / "out" / "notebooks" / "hostile.html").read_text()


def test_a_built_page_shows_hostile_names_as_text(page, folder):
    assert SECRET not in page
    for wrong in ("<script>alert", "<img src=x", "<svg onload", "javascript:alert(1)\"", "<strong>bold", "<!-- comment",
                  "http://example.org/x.png\"", "<h1>A title", "<math"):
        assert wrong not in page, wrong
    box = html.unescape(re.sub(r"<[^>]*>", "", page.split("How this page was produced")[1]))
    text = html.unescape(re.sub(r"<[^>]*>", "", page))
    for name in HOSTILE:
        shown = " ".join(one_line(name.replace("SECRET", str(folder / "secret.txt"))).split())
        assert shown in " ".join(box.split()) and shown in " ".join(text.split()), shown
