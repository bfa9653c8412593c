"""Each notebook to take along: with its outputs and without, and buttons that open it in Colab and on Binder.

The buttons need the address of a public repository: the environment's DIETSB_REPOSITORY, else repository.url in
_config.yml. With it, the copies also get a cell that installs the project where there is no checkout of it. Colab opens
them from the branch `COPIES`, which the workflow .github/workflows/book.yml writes.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from sphinx.application import Sphinx
from sphinx.config import Config

from _ext.publish import address
from _run import notebook

COPIES = "notebooks"
FOLDER = "_downloads/notebooks"
SETUP = """\
# Outside of a checkout, this gets the project with its records and installs it. Inside of one, it does nothing.
import importlib.util
import sys
from pathlib import Path

if importlib.util.find_spec("dietsb_book") is None:
    !git clone --quiet --depth 1 {url} diet-sb
    %pip install --quiet --editable "./diet-sb[book]" --editable ./diet-sb/book
    sys.path[:0] = [str(Path("diet-sb").resolve()), str(Path("diet-sb/book").resolve())]"""


def configure(app: Sphinx, config: Config) -> None:
    where = os.environ.get("DIETSB_REPOSITORY") or config.html_theme_options.get("repository_url", "")
    where = address(where, "the repository's address (DIETSB_REPOSITORY or repository.url)")
    config.html_theme_options["repository_url"] = where


def portable(nb: NotebookNode, url: str) -> NotebookNode:
    """`nb` with the set-up cell before its first cell of code, where there is a repository to install from."""
    if url:
        first = next(nth for nth, cell in enumerate(nb.cells) if cell.cell_type == "code")
        nb.cells.insert(first, new_code_cell(SETUP.format(url=url), id="set-up"))
    return nb


def places(url: str, branch: str, name: str) -> dict[str, str]:
    """Where the notebook can be opened, by the place's name: Colab and Binder know repositories of GitHub."""
    found = re.fullmatch(r"https://github\.com/([\w.-]+/[\w.-]+)", url)
    if not found:
        return {}
    return {"Colab": f"https://colab.research.google.com/github/{found[1]}/blob/{COPIES}/{name}.ipynb",
            "Binder": f"https://mybinder.org/v2/gh/{found[1]}/{branch}?urlpath=lab/tree/notebooks/{name}.ipynb"}


def _link(label: str, text: str, tooltip: str, url: str, icon: str) -> dict[str, str]:
    return {"type": "link", "label": label, "text": text, "tooltip": tooltip, "url": url, "icon": icon}


def add_buttons(app: Sphinx, page: str, template: str, context: dict, doctree: object) -> None:
    if not page.startswith("notebooks/") or app.builder.name != "html":
        return
    name, options = page.removeprefix("notebooks/"), app.config.html_theme_options
    for group in context["header_buttons"]:
        if group.get("label") == "download-buttons":
            _label_downloads(group["buttons"], f"{context['pathto'](FOLDER, 1)}/{name}.ipynb")
    found = places(options["repository_url"], options.get("repository_branch") or "main", name)
    images = {"Colab": "_static/images/logo_colab.png", "Binder": "_static/images/logo_binder.svg"}
    links = [_link(f"open-{place.lower()}", place, f"Open this notebook in {place}", url, images[place])
             for place, url in found.items()]
    if links:
        context["header_buttons"].insert(0, {"type": "group", "label": "launch-buttons", "icon": "fas fa-rocket",
                                             "tooltip": "Run this notebook elsewhere", "buttons": links})


def _label_downloads(buttons: list[dict], executed: str) -> None:
    """Say which notebook is which: the theme knows the one without outputs only."""
    for button in buttons:
        if button["label"] == "download-source-button":
            button.update(text=".ipynb without outputs", tooltip="Download the notebook without outputs")
    buttons.insert(0, _link("download-executed-button", ".ipynb with outputs", "Download the notebook with outputs",
                            executed, "fas fa-code"))


def write_copies(app: Sphinx, error: Exception | None) -> None:
    if error or app.builder.name != "html":
        return
    out, url = Path(app.outdir), app.config.html_theme_options["repository_url"]
    (out / FOLDER).mkdir(parents=True, exist_ok=True)
    for page in (page for page in app.env.found_docs if page.startswith("notebooks/")):
        name = page.removeprefix("notebooks/")
        clean = notebook.read(Path(app.env.doc2path(page)))
        preset = next(iter(notebook.presets_of(clean, app.config.executed_presets)), "")
        executed = notebook.executed(notebook.executed_path(preset, name)) or clean  # a warning has named it
        for copy, folder in ((executed, FOLDER), (clean, "_sources/notebooks")):
            nbformat.write(portable(copy, url), out / folder / f"{name}.ipynb")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("config-inited", configure, priority=400)
    app.connect("html-page-context", add_buttons, priority=502)  # behind the theme's own buttons
    app.connect("build-finished", write_copies)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
