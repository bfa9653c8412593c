"""A notebook's page: the clean notebook with the outputs of its executed copies, matched by cell id.

The first preset of `executed_presets` fills the page itself (see `arranged`), each further one a closed box at its end
(see `toy_scale`). A copy that is missing or was made by other code is a warning; book/execute.py makes them.
"""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from sphinx.application import Sphinx
from sphinx.util import logging

from _ext.arranged import BEHIND, code_box, executed_cells, results
from _ext.provenance_box import provenance_box, write_records
from _ext.toy_scale import toy_section
from _run import notebook

logger = logging.getLogger(__name__)


def show_executed(app: Sphinx, page: str, source: list[str]) -> None:
    if not page.startswith("notebooks/"):
        return
    clean = nbformat.reads(source[0], as_version=4)
    presets = notebook.presets_of(clean, app.config.executed_presets)
    copies = {preset: _copy(app, page, clean, preset) for preset in presets}
    done = {preset: executed_cells(copy) for preset, copy in copies.items()}
    recorded, *others = presets
    behind: list[NotebookNode] = []
    for preset in others:
        if copies[preset]:
            box = _box(app, page, copies[preset], "How this section was produced")
            behind += toy_section(clean.cells, done[recorded], done[preset], preset, box)
    behind += code_box(clean)
    if copies[recorded]:
        behind.append(new_markdown_cell(_box(app, page, copies[recorded], "How this page was produced")))
    clean.cells = [*results(clean, done[recorded]), *_headed(behind)]
    source[0] = nbformat.writes(clean)


def _headed(behind: list[NotebookNode]) -> list[NotebookNode]:
    return [new_markdown_cell(BEHIND), *behind] if behind else []


def _box(app: Sphinx, page: str, copy: NotebookNode, title: str) -> str:
    """The box of a copy, with the file of its records, whose path is relative to the page's source."""
    file = write_records(copy, notebook.executed_path(copy.metadata["dietsb"]["preset"], page.split("/")[-1]))
    return provenance_box(copy, title, os.path.relpath(file, Path(app.srcdir, page).parent) if file else "")


def _copy(app: Sphinx, page: str, clean: NotebookNode, preset: str) -> NotebookNode | None:
    """The executed copy, None and a warning where there is none that verifies and that this code has made."""
    name = page.removeprefix("notebooks/")
    path = notebook.executed_path(preset, name)
    app.env.note_dependency(str(path))
    state = "no copy"
    if copy := notebook.executed(path):
        if copy.metadata["dietsb"]["code"] == notebook.code_hash(clean):
            return copy
        state = "a stale copy"
    command = f"python book/execute.py --preset {preset} {name}"
    logger.warning("%s executed at %s: run `%s`", state, preset, command, location=page, type="executed")
    return None


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_config_value("executed_presets", ["quick"], "env")
    app.connect("source-read", show_executed)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
