"""The verdicts that an executed cell shows: which word stands beside which claim.

They are read from the HTML: from elements with `data-claim` and `data-points` (the word that the interval points to) or
`data-word`, and from the first two columns of tables of class `verdicts` whose rows name no claim.
"""

from __future__ import annotations

from html.parser import HTMLParser

from nbformat import NotebookNode

OPPOSITE = {"confirmed": "refuted", "refuted": "confirmed"}


class Rows(HTMLParser):
    """`rows`: word and claim of each element that names them; the texts of other rows' cells, in tables of verdicts."""

    def __init__(self, text: str):
        super().__init__()
        self.within, self.rows = False, []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if "data-claim" in named:
            self.rows.append((named.get("data-points") or named.get("data-word") or "", named["data-claim"] or ""))
        elif tag == "table":
            self.within = "verdicts" in (named.get("class") or "").split()
        elif self.within and tag == "tr":
            self.rows.append([])
        elif tag == "td" and self.taking:
            self.rows[-1].append("")

    @property
    def taking(self) -> bool:
        """Whether a row of texts is being read."""
        return self.within and bool(self.rows) and isinstance(self.rows[-1], list)

    def handle_endtag(self, tag: str) -> None:
        self.within = self.within and tag != "table"

    def handle_data(self, data: str) -> None:
        if self.taking and self.rows[-1]:
            self.rows[-1][-1] += data


def words(cell: NotebookNode) -> dict[str, str]:
    """{claim: the word of its verdict, which at toy scale is the one that it points to}."""
    pages = [out.get("data", {}).get("text/html") or "" for out in cell.outputs]
    rows = [row for text in pages for row in Rows(text).rows if len(row) > 1]
    return {" ".join(claim.split()): word.split(":")[-1].split(",")[0].strip() for word, claim, *_ in rows}


def opposite(here: dict[str, str], recorded: dict[str, str]) -> list[str]:
    """The claims that one confirms and the other refutes."""
    return [claim for claim, word in here.items() if word in OPPOSITE and recorded.get(claim) == OPPOSITE[word]]
