"""The exceptions for input that a user can fix."""

from __future__ import annotations

import unicodedata


def one_line(text: object) -> str:
    """`text` in one line that a terminal shows as it is: line breaks, control characters, marks that turn the direction
    of writing, and what is no character are written as escapes, such as \\n. Names of files and classes hold them."""
    return "".join(mark if mark.isprintable() or unicodedata.category(mark) == "Zs"
                   else mark.encode("unicode_escape").decode() for mark in str(text))


class UserError(ValueError):
    """Bad input. The message is one line: what was wrong, what is allowed, and how to fix it."""

    def __init__(self, message: object):
        super().__init__(one_line(message))


class DataMissing(UserError):
    """A data set that is not on this machine, or not all of its files: what is on record of it can still be shown."""


class NothingRecorded(UserError):
    """A figure of which there is no run on record yet: its page says so, and how to make it."""
