"""A table of a page: six columns at first, all behind a switch, sorted by its headers, and downloaded as CSV.

The HTML is whole by itself: all columns, in a frame that scrolls, with the CSV in its link. `_static/tables.js` adds
the switch and the sorting; a notebook in JupyterLab does without them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

import pandas as pd

from dietsb_book.escape import html
from dietsb_book.tables.cells import FORMATS, Format, fields, number, text
from dietsb_core.errors import one_line

MAIN = 6  # columns that a page shows at first


@dataclass(frozen=True, eq=False)
class Table:
    """A frame, the format of each of its columns, and those shown at first, the most important first.

    Names of files and classes come from users, so no text is read as HTML, and none as a formula by JupyterLab."""

    frame: pd.DataFrame
    formats: dict[str, Format]
    main: tuple[str, ...]
    caption: str = ""

    def captioned(self, caption: str) -> Table:
        """The same table under a caption."""
        return replace(self, caption=caption)

    def column(self, name: str) -> list[object]:
        """A column's values, as Python has them."""
        return self.frame[name].tolist()

    @property
    def texts(self) -> pd.DataFrame:
        """What each cell shows."""
        return pd.DataFrame({name: [text(value, self.formats.get(name)) for value in self.column(name)]
                             for name in self.frame})

    @property
    def csv(self) -> str:
        """All columns and rows, as numbers where they are numbers."""
        columns: dict[str, list[str]] = {}
        for name in self.frame:
            columns |= fields(one_line(name), self.column(name), self.formats.get(name))
        return as_csv(columns)

    def __repr__(self) -> str:
        return "\n".join(filter(None, [self.caption, self.texts.to_string(index=False)]))

    def _repr_html_(self) -> str:
        names = ", ".join(map(str, self.frame))
        head = "".join(self._header(name) for name in self.frame)
        rows = zip(*(self._cells(name) for name in self.frame), strict=True)
        body = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
        return (f'<div class="shown mathjax_ignore"><div class="shown-frame" role="group" tabindex="0" '
                f'aria-label="{html(self.caption or f"Table of {names}")}"><table>{self._caption()}<thead><tr>{head}'
                f'</tr></thead><tbody>{body}</tbody></table></div>'
                f'<p class="shown-tools">{csv_link(self.csv)}</p></div>')

    def _caption(self) -> str:
        return f"<caption>{html(self.caption)}</caption>" if self.caption else ""

    def _header(self, name: str) -> str:
        rank = f' data-rank="{self.main.index(name)}"' if name in self.main else ' class="more"'
        return f'<th scope="col"{rank}>{html(name)}</th>'

    def _cells(self, name: str) -> list[str]:
        """A column as HTML, a cell each; the first column's name their rows."""
        first = name == self.frame.columns[0]
        kind = 'th scope="row"' if first else "td" if name in self.main else 'td class="more"'
        return [f"<{kind}{sorted_by(value)}>{html(text(value, self.formats.get(name)))}</{kind[:2]}>"
                for value in self.column(name)]


def sorted_by(value: object) -> str:
    """The attribute with the number that a cell is sorted by; none of a text."""
    value = number(value)
    return "" if value is None else f' data-value="{value:.7g}"'


def plain(frame: pd.DataFrame, formats: dict[str, Format] | None = None, main: Sequence[str] = ()) -> Table:
    """A table of `frame`. `formats` gives the formats of columns by their names, before those of FORMATS. `main` are
    the columns shown at first, at most six, the most important first; else the first six. On a narrow page the last of
    them give way. A value that is not known is a dash."""
    kept = [name for name in main if name in frame] or list(frame)
    return Table(frame, FORMATS | (formats or {}), tuple(kept[:MAIN]))


def as_csv(columns: dict[str, list[str]]) -> str:
    """Columns of equal length as the text of a CSV file."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return file.getvalue()


def csv_link(content: str) -> str:
    """A link that saves `content`; the byte-order mark tells spreadsheets that it is UTF-8."""
    return f'<a download="table.csv" href="data:text/csv;charset=utf-8,{quote(chr(0xFEFF) + content)}">CSV</a>'
