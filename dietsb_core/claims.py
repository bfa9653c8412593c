"""A lock made of folders, for file systems without locks of their own, as some clusters have."""

from __future__ import annotations

import errno
import glob
import os
import re
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from dietsb_core import owner


class Claims:
    """The lock `path` as numbered folders beside it: `<name>.held-<n>` of the one who holds it, `<name>.free-<n>` once
    it is free. Only the highest number counts.

    A free or dead lock n is taken by claim n + 1, a folder that is renamed into its place with its owner's name in it.
    A rename cannot replace a folder that holds something, so that one process alone gets n + 1. One who was slow and
    claims a number that has been used and removed since sees a higher one, and withdraws. The lock of a process of this
    host that has ended, in whatever way, is free; of another host nobody here can tell.
    """

    def __init__(self, path: Path):
        self.path, self.number = path, 0

    def folder(self, number: int, state: str = "held") -> Path:
        return self.path.with_name(f"{self.path.name}.{state}-{number}")

    def take(self) -> bool:
        """Whether it is held now."""
        newest, holder = self.newest()
        if (holder is not None and not owner.dead(holder)) or not self.claim(newest + 1):
            return False
        mine = self.folder(newest + 1)
        if max(self.numbers(but=mine.name), default=0) > newest:
            shutil.rmtree(mine, ignore_errors=True)
            return False
        self.number = newest + 1
        self.tidy()
        return True

    def claim(self, number: int) -> bool:
        """Make the folder of claim `number`, with this process's name in it; False where another has made it."""
        part = Path(tempfile.mkdtemp(prefix=f".{self.path.name}.claim-", dir=self.path.parent))
        try:
            (part / "owner").write_text(owner.here())
            os.rename(part, self.folder(number))
            return True
        except OSError as error:
            if error.errno not in (errno.EEXIST, errno.ENOTEMPTY, errno.ENOENT):  # last: its maker tidied
                raise
            return False
        finally:
            shutil.rmtree(part, ignore_errors=True)

    def numbers(self, but: str = "") -> list[int]:
        """All numbers that folders of this lock have, without the folder called `but`."""
        form = re.compile(re.escape(self.path.name) + r"\.(?:held|free)-(\d+)")
        found = (form.fullmatch(name) for name in os.listdir(self.path.parent) if name != but)
        return [int(match[1]) for match in found if match]

    def newest(self) -> tuple[int, str | None]:
        """The highest number, 0 if there is none, and its owner; None where the lock is free."""
        number = max(self.numbers(), default=0)
        if not self.folder(number).is_dir():
            return number, None
        try:
            return number, (self.folder(number) / "owner").read_text()
        except FileNotFoundError:  # it has been freed, or was damaged
            return number, "" if self.folder(number).is_dir() else None

    def tidy(self) -> None:
        """Remove lower numbers, and folders of those who claim one now, in vain, or were killed as they did."""
        for number in self.numbers():
            for state in ("held", "free"):
                if number < self.number:
                    shutil.rmtree(self.folder(number, state), ignore_errors=True)
        for part in self.path.parent.glob(f".{glob.escape(self.path.name)}.claim-*"):
            shutil.rmtree(part, ignore_errors=True)

    def holder(self) -> str:
        """Who holds it, in words, and what to do where that can only be known elsewhere."""
        number, text = self.newest()
        return f"{owner.described(text or '')}; if that has ended, remove {self.folder(number)}"

    def free(self) -> None:
        """Let others have it."""
        with suppress(OSError):  # then this process's end frees it
            if self.number:
                os.rename(self.folder(self.number), self.folder(self.number, "free"))
