"""The page of what is not measured yet: a table made from the grids and the records when the page is read."""

from __future__ import annotations

from collections.abc import Collection

from sphinx.application import Sphinx

from dietsb_book.escape import code, myst
from dietsb_core.evidence.unmeasured import Unmeasured, unmeasured
from dietsb_core.runs.store import RECORDED

PAGE = "book/missing"
HEAD = ("page", "what is missing", "runs", "epochs", "command")


def add_list(app: Sphinx, page: str, source: list[str]) -> None:
    """Append the list at the preset that pages show first."""
    if page == PAGE:
        source[0] += listed(unmeasured(app.config.executed_presets[0]), app.env.found_docs)
        app.env.note_dependency(str(RECORDED))


def listed(found: list[Unmeasured], pages: Collection[str]) -> str:
    """The table in MyST, or a sentence where nothing is missing. `pages`: those of the book, for links to them."""
    if not found:
        return "\nEverything that the pages ask for is on record.\n"
    runs, epochs = sum(len(one.runs) for one in found), sum(one.epochs for one in found)
    rows = [*(row(one, pages) for one in found), ("all", "", f"{runs:,}", f"{epochs:,.0f}", "")]
    lines = ["* - " + "\n  - ".join(cells) for cells in (HEAD, *rows)]
    return "\n```{list-table}\n:header-rows: 1\n:class: unmeasured\n\n" + "\n".join(lines) + "\n```\n"


def row(one: Unmeasured, pages: Collection[str]) -> tuple[str, ...]:
    """The cells of a line. A grid has the name of its page, where it has one."""
    page = f"notebooks/{one.figure}"
    return (f"{{doc}}`{one.figure} </{page}>`" if page in pages else myst(one.figure), myst(f"{one.data}, {one.what}"),
            f"{len(one.runs)} of {one.of}", f"{one.epochs:,.0f}", code(one.command))


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("source-read", add_list)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
