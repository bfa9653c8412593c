"""Results in words: lines that a page shows as prose, a notebook in JupyterLab too, and a console as they are."""

from __future__ import annotations

from collections.abc import Iterable

from dietsb_book.escape import html, myst
from dietsb_core.errors import one_line


class Said:
    """Lines of text, shown as a list where they are several, each as the text that it is: a name may come from data or
    a record. Behind the last one the book's pages have `link`, which is Markdown, and notebooks the text `aside`."""

    def __init__(self, lines: Iterable[object], link: str = "", aside: str = ""):
        self.lines, self.link, self.aside = [one_line(line) for line in lines], link, one_line(aside)

    def __repr__(self) -> str:
        return "\n".join(self.lines) + self.aside

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """Markdown is for the book's pages. HTML is for JupyterLab, whose Markdown would read formulas."""
        several = len(self.lines) > 1
        marked = "\n".join(f"- {myst(line)}" if several else myst(line) for line in self.lines) + self.link
        shown = "".join(f"<li>{html(line)}</li>" if several else html(line) for line in self.lines)
        kind = "ul" if several else "p"
        return {"text/plain": repr(self), "text/markdown": marked,
                "text/html": f'<{kind} class="mathjax_ignore">{shown}{html(self.aside)}</{kind}>'}


def said(lines: Iterable[object]) -> Said:
    """Lines of results as prose, for the end of a cell."""
    return Said(lines)


def show(lines: Iterable[object], link: str = "", aside: str = "") -> None:
    """The same from within a cell, see Said; on a console, as plain lines."""
    from IPython.display import display

    display(Said(lines, link, aside))
