"""A book of four pages, built with the book's own extensions and theme: as published at an address, and without one."""

from __future__ import annotations

import functools
import http.server
import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from _run import notebook

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
          "language_info": {"name": "python"}}
BASE, REPOSITORY = "https://example.org/diet-sb", "https://github.com/someone/diet-sb"
CONF = """
import sys
sys.path.insert(0, {book!r})
from pathlib import Path
from _run import notebook
notebook.EXECUTED = Path("executed").absolute()
extensions = ["myst_nb", "sphinx_design", "_ext.executed", "_ext.publish", "_ext.takeaway", "_ext.cite", "_ext.offline"]
root_doc, html_title, html_theme, executed_presets = "first", "Toy <book>", "sphinx_book_theme", ["quick"]
nb_execution_mode, myst_enable_extensions, exclude_patterns = "off", ["substitution"], ["executed"]
"""
# The reference names everything that the pages tell of, more often than they do.
TERMS = ("overlap", "ucb", "forgetting")
API = "# API reference\n\n" + "\n".join(f"""
## {term}
```{{eval-rst}}
.. py:module:: toy.{term}
.. py:function:: toy.{term}.{term}()

   The {term} of two rankings: {term}, {term}.
```
""" for term in TERMS)
FIRST = """# First "page" & <more>

Training needs *few* examples [Paul et al., 2021]. It **does**. Over $\\epsilon$ this sentence has a formula.

```{toctree}
notebooks/toy
methods
book/api
```
"""
METHODS = """# How to choose

{{ cite_bibtex }}

Here the overlap of two choices, the UCB of a score and forgetting are explained.
"""


def write(folder: Path) -> None:
    """The sources, and the executed copy of their notebook."""
    for name in ("book", "notebooks", "executed/quick"):
        (folder / name).mkdir(parents=True)
    texts = {"conf.py": CONF.format(book=str(notebook.ROOT / "book")), "first.md": FIRST, "methods.md": METHODS,
             "book/api.md": f"---\ndescription: Every function.\n---\n{API}"}
    for name, text in texts.items():
        (folder / name).write_text(text)
    cells = [new_markdown_cell("# Toy\n\nA notebook.", id="title"), new_code_cell("print(6 * 7)", id="product")]
    nb = new_notebook(cells=cells, metadata=KERNEL)
    nbformat.write(nb, folder / "notebooks" / "toy.ipynb")
    made = {"preset": "quick", "parameters": {}, "commit": "abc", "finished": "", "seconds": 1, "device": "",
            "versions": {}, "records": [], "code": notebook.code_hash(nb)}
    nb.metadata["dietsb"] = made
    nb.cells[1].outputs = [new_output("stream", text="42\n")]
    notebook.write_executed(nb, folder / "executed" / "quick" / "toy.ipynb")


def build(folder: Path, out: str, **where: str) -> subprocess.CompletedProcess:
    env = {name: value for name, value in os.environ.items() if not name.startswith("DIETSB_")} | where
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-E", "-b", "html", ".", out]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *words: object) -> None:
        pass


@contextmanager
def served(folder: Path):
    """The address at which `folder` is served from this machine."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
