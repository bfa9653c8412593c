"""The parts of a notebook's page, read from the top: what it claims, what came out, and how it was made.

Every code cell is replaced by its output. The code, in order, stands in a closed box at the end, unless the notebook's
metadata say `"dietsb_book": {"code": "inline"}`: its code is then what the page is about, and stays in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from _ext.charts import as_html
from _run import notebook
from dietsb_book.escape import html

BEHIND = "## Behind this page"
CODE = "The code of this page"
SILENT = {"remove-cell", "remove_cell", "remove-output", "remove_output"}
NO_INPUT = {"remove-input", "remove_input"}
HIDDEN_INPUT = {"hide-input", "hide_input"}


def fold(summary: str, body: str) -> str:
    """MyST `body` in a box that is closed at first. `summary` is text."""
    return f'<details class="fold">\n<summary>{html(summary)}</summary>\n\n{body}\n\n</details>'


def tags(cell: NotebookNode) -> set[str]:
    return set(cell.metadata.get("tags", []))


def is_inline(clean: NotebookNode) -> bool:
    """Whether the notebook's code stays in its place."""
    return clean.metadata.get("dietsb_book", {}).get("code") == "inline"


def executed_cells(copy: NotebookNode | None) -> dict[str, NotebookNode]:
    """Executed code cells by id, without the outputs that only list records; none of no copy."""
    cells = {cell.id: cell for cell in (copy.cells if copy else []) if cell.cell_type == "code"}
    for cell in cells.values():
        cell.outputs = [as_html(out) for out in cell.outputs if notebook.RECORDS_MIME not in out.get("data", {})]
    return cells


def results(clean: NotebookNode, done: dict[str, NotebookNode]) -> Iterator[NotebookNode]:
    """The notebook's cells in their order, each code cell as what it showed."""
    for cell in clean.cells:
        if cell.cell_type != "code":
            yield cell
        elif is_inline(clean):
            yield NotebookNode(cell, **result(done[cell.id])) if cell.id in done else cell
        elif shows(cell, done):
            yield NotebookNode(cell, **result(done[cell.id]), metadata=without_input(cell))


def shows(cell: NotebookNode, done: dict[str, NotebookNode]) -> bool:
    """Whether a code cell has an output for the page."""
    return cell.id in done and bool(done[cell.id].outputs) and not SILENT & tags(cell)


def result(cell: NotebookNode) -> dict[str, object]:
    return {"outputs": cell.outputs, "execution_count": cell.execution_count}


def without_input(cell: NotebookNode) -> NotebookNode:
    """The cell's metadata, with the tag that leaves its code out."""
    return NotebookNode(cell.metadata, tags=sorted(tags(cell) - HIDDEN_INPUT | {"remove-input"}))


def code_box(clean: NotebookNode) -> list[NotebookNode]:
    """The code of all cells that a reader of the notebook sees, in order, in one closed box."""
    code = [cell.source for cell in clean.cells if cell.cell_type == "code" and not (SILENT | NO_INPUT) & tags(cell)]
    if is_inline(clean) or not code:
        return []
    return [new_markdown_cell(fold(CODE, "\n\n".join(map(highlighted, code))))]


def highlighted(source: str) -> str:
    """Python as MyST, between more backquotes than it has in a row."""
    fence = "`" * (1 + max(2, *map(len, re.findall("`+", source)), 0))
    return f"{fence}python\n{source}\n{fence}"
