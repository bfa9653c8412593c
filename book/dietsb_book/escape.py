"""Text that comes from data or a record, as text: a name of a file or class, a device, a commit. Whoever puts it into a
page escapes it here, once, for the language of that page."""

from __future__ import annotations

import re
from html import escape

from dietsb_core.errors import one_line

MARKS = re.compile(r"[!-/:-@\[-`{-~]")  # ASCII punctuation: all that means anything to MyST


def html(text: object) -> str:
    """`text` for HTML, between tags or as an attribute."""
    return escape(one_line(text))


def myst(text: object) -> str:
    """`text` for MyST, within a line. No directive, role, link, formula or table can begin or end in it."""
    return MARKS.sub(r"\\\g<0>", one_line(text).strip())


def code(text: object) -> str:
    """`text` for MyST, as code within a line: between more backquotes than it has in a row."""
    line = one_line(text)
    fence = "`" * (1 + max(map(len, re.findall("`+", line)), default=0))
    return f"{fence} {line} {fence}" if len(fence) > 1 or line != line.strip() else f"{fence}{line}{fence}"
