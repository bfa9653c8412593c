"""A notebook's page: the clean notebook with the outputs of its executed copies, matched by cell id.

The first preset of `executed_presets` fills the page itself, each further one a section at its end that holds
its outputs alone. A copy that is missing or was made by other code is a warning; book/execute.py makes them.
"""

from __future__ import annotations

import re

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from sphinx.application import Sphinx
from sphinx.util import logging

from _ext.charts import as_html
from _ext.provenance_box import provenance_box
from _run import notebook

logger = logging.getLogger(__name__)
SILENT = {"remove-cell", "remove_cell", "remove-output", "remove_output"}


def show_executed(app: Sphinx, page: str, source: list[str]) -> None:
    if not page.startswith("notebooks/"):
        return
    clean = nbformat.reads(source[0], as_version=4)
    cells = clean.cells
    for nth, preset in enumerate(notebook.presets_of(clean, app.config.executed_presets)):
        copy = _copy(app, page, clean, preset)
        if copy is None:
            continue
        if nth == 0:
            clean.cells = _page(cells, copy)
        else:
            clean.cells = clean.cells + _section(cells, copy, preset)
    source[0] = nbformat.writes(clean)


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


def _outputs(copy: NotebookNode) -> dict[str, NotebookNode]:
    """Executed cells by id, without the outputs that only list records."""
    cells = {cell.id: cell for cell in copy.cells if cell.cell_type == "code"}
    for cell in cells.values():
        cell.outputs = [as_html(out) for out in cell.outputs if notebook.RECORDS_MIME not in out.get("data", {})]
    return cells


def _page(cells: list[NotebookNode], copy: NotebookNode) -> list[NotebookNode]:
    """The clean cells with the copy's outputs, and the box below the opening words."""
    done = _outputs(copy)
    filled = [NotebookNode(cell, **_result(done[cell.id])) if cell.id in done else cell for cell in cells]
    box = new_markdown_cell(provenance_box(copy, "How this page was produced"))
    return filled[:1] + [box] + filled[1:]


def _result(cell: NotebookNode) -> dict[str, object]:
    return {"outputs": cell.outputs, "execution_count": cell.execution_count}


def _section(cells: list[NotebookNode], copy: NotebookNode, preset: str) -> list[NotebookNode]:
    """What the notebook showed at a further preset: its outputs, under names of their own."""
    done = _outputs(copy)
    title = f"## Reproduced on this machine: the same notebook at `{preset}`"
    head = new_markdown_cell(f"{title}\n\n{provenance_box(copy, 'How this section was produced')}")
    shown = [cell for cell in cells if cell.id in done and done[cell.id].outputs and not SILENT & _tags(cell)]
    return [head] + [_again(cell, done[cell.id], preset) for cell in shown]


def _tags(cell: NotebookNode) -> set[str]:
    return set(cell.metadata.get("tags", []))


def _again(cell: NotebookNode, executed: NotebookNode, preset: str) -> NotebookNode:
    """A cell's outputs without its input, under names and ids that end in the preset."""
    metadata = NotebookNode(cell.metadata, tags=sorted(_tags(cell) | {"remove-input"}))
    figure = metadata.get("mystnb", {}).get("figure")
    if figure:
        figure = dict(figure, caption=f"{figure['caption']} (At `{preset}`.)")
        if "name" in figure:
            figure["name"] = f"{figure['name']}-{preset}"
        metadata["mystnb"] = dict(metadata["mystnb"], figure=figure)
    own = [out for out in executed.outputs if "scrapbook" not in out.get("metadata", {})]  # glued once a page
    result = _result(executed) | {"outputs": [_renamed(out, preset) for out in own]}
    return NotebookNode(cell, **result, metadata=metadata, id=f"{cell.id}-{preset}"[-64:])


def _renamed(output: NotebookNode, suffix: str) -> NotebookNode:
    """The output with every HTML id, and each reference to one, made its own: an id stands once in a page."""
    html = output.get("data", {}).get("text/html")
    if html is None:
        return output
    ids = set(re.findall(r'\bid="([^"]+)"', html))
    if ids:
        names = "|".join(map(re.escape, sorted(ids, key=len, reverse=True)))
        html = re.sub(rf'(["#\s])({names})(?=["\s,.{{:>])', rf"\g<1>\g<2>-{suffix}", html)
    return NotebookNode(output, data=NotebookNode(output.data, **{"text/html": html}))


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_config_value("executed_presets", ["quick"], "env")
    app.connect("source-read", show_executed)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
