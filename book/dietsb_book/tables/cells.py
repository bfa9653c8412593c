"""How tables write their cells: a column of one name has one format in all tables, and all text is escaped."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from pandas.io.formats.style import Styler

from dietsb_book.escape import html
from dietsb_core.errors import one_line
from dietsb_core.evidence.statistics import Interval

Format = str | Callable[[object], str]


def spread(spec: str, unit: float = 1, one: str = " (one seed)") -> Callable[[Interval], str]:
    """A function that writes an interval: its mean and its ends, multiplied by `unit`, in the format `spec`. Where one
    seed gives no ends it writes `one` in their place; where there is no value, a dash."""
    def written(value: Interval) -> str:
        mean, low, high = (format(unit * part, spec) for part in (value.mean, value.low, value.high))
        return (f"{mean} [{low}, {high}]" if value.n > 1 else mean + one) if value.n else "–"

    return written


PERCENT, POINTS, RATIO = spread(".1f", 100), spread("+.1f", 100), spread(".3f")
FORMATS: dict[str, Format] = {
    "accuracy, %": PERCENT, "pruned, nominal": "{:.0%}", "pruned, realised": "{:.1%}", "forwards, M": "{:.2f}",
    "backprops, M": "{:.2f}", "training": "{:.2f}", "scoring": "{:.2f}", "total": "{:.2f}",
    "minus full: equal epochs": POINTS, "equal steps": POINTS, "equal cost": POINTS, "equal total cost": POINTS,
}


def plain(frame: pd.DataFrame, formats: dict[str, Format] | None = None) -> Styler:
    """A table without row numbers. `formats` gives the formats of columns by their names, before those of FORMATS. A
    value that is not known is a dash. Names of files and classes come from users, so no text is read as HTML, and none
    as a formula by JupyterLab."""
    styler = frame.map(lambda value: one_line(value) if isinstance(value, str) else value).style.hide(axis="index")
    styler = styler.format(FORMATS | (formats or {}), na_rep="–", precision=4, escape="html")
    return marked(styler.format_index(html, axis="columns"))


def marked(styler: Styler, classes: str = "") -> Styler:
    """The table with HTML `classes`, behind the one that keeps MathJax away from a class called $x$."""
    return styler.set_table_attributes(f'class="{f"mathjax_ignore {classes}".strip()}"')
