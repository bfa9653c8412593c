"""The verdicts that an executed cell shows: which word stands beside which claim.

They are read from the HTML: from elements with `data-claim` and `data-word`, or from the first two columns of tables of
class `verdicts`.
"""

from __future__ import annotations

from html.parser import HTMLParser

from nbformat import NotebookNode

OPPOSITE = {"confirmed": "refuted", "refuted": "confirmed"}


class Rows(HTMLParser):
    """`rows`: the texts of each row's cells in tables of class `verdicts`, and word and claim of elements with both."""

    def __init__(self, text: str):
        super().__init__()
        self.within, self.rows = False, []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if {"data-word", "data-claim"} <= named.keys():
            self.rows.append([named["data-word"] or "", named["data-claim"] or ""])
        elif tag == "table":
            self.within = "verdicts" in (named.get("class") or "").split()
        elif self.within and tag == "tr":
            self.rows.append([])
        elif self.within and tag == "td" and self.rows:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self.within = self.within and tag != "table"

    def handle_data(self, data: str) -> None:
        if self.within and self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


def words(cell: NotebookNode) -> dict[str, str]:
    """{claim: the word of its verdict, which at toy scale is the one that it points to}."""
    pages = [out.get("data", {}).get("text/html") or "" for out in cell.outputs]
    rows = [row for text in pages for row in Rows(text).rows if len(row) > 1]
    return {" ".join(claim.split()): word.split(":")[-1].split(",")[0].strip() for word, claim, *_ in rows}


def opposite(here: dict[str, str], recorded: dict[str, str]) -> list[str]:
    """The claims that one confirms and the other refutes."""
    return [claim for claim, word in here.items() if word in OPPOSITE and recorded.get(claim) == OPPOSITE[word]]
