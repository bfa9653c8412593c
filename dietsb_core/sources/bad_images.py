"""Images that cannot be taken: a line for one of them, and one line for all; and how lines show what others wrote."""
from __future__ import annotations

import os

from dietsb_core.errors import UserError

NAMED = 10  # that a line names


class BadImage(UserError):
    """An image file that cannot be taken: `file`, `what` is wrong with it (and the `reason`), and the `fix`."""

    def __init__(self, file: str, what: str, fix: str, reason: str = ""):
        self.file, self.kind = file, (what, fix)
        self.what = f"{what} ({reason})" if reason else what
        super().__init__(f"{shown(file)} {self.what}; {fix}")


class BadImages(UserError):
    """Some images cannot be taken: `each` of them, one or more, files below `root`. The line counts them, says why, and
    names the first ten."""

    def __init__(self, each: list[BadImage], root: str):
        self.each = sorted(each, key=lambda one: one.file)
        super().__init__(str(each[0]) if len(each) == 1 else f"{shown(root)}: {len(each):,} images are damaged or "
                         f"cannot be taken: {self._names(root)}. {self._reasons()}")

    def _names(self, root: str) -> str:
        return named([os.path.relpath(one.file, root) for one in self.each])

    def _reasons(self) -> str:
        """What is wrong with how many; of each kind the first one's reason."""
        kinds: dict[tuple[str, str], list[BadImage]] = {}
        for one in self.each:
            kinds.setdefault(one.kind, []).append(one)
        return "; ".join(f"{len(all_):,}: {all_[0].what}, so {fix}" for (_, fix), all_ in list(kinds.items())[:3])


def named(names: list[str]) -> str:
    """The first ten of `names`, and how many more there are."""
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return ", ".join(map(shown, names[:NAMED])) + more


def shown(path: str) -> str:
    """A path as a line can hold it: quoted, with escapes, where it has line breaks or is not UTF-8."""
    return path if path.isprintable() else repr(path)


def reason_of(error: Exception) -> str:
    """What a library says of a damaged file, as a part of a line: some of them quote the file's bytes."""
    first = (str(error).splitlines() or [""])[0].strip() or type(error).__name__
    return first if first.isprintable() and len(first) <= 120 else ascii(first)[1:-1][:120] + "..."
