"""Locks between processes, also where a file system has none: one that waits says for what, and who holds it."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from dietsb_core.claims import Claims
from dietsb_core.errors import UserError
from dietsb_core.owner import described, here

PATIENCE, PAUSE = 2.0, 0.1  # seconds: before a process says that it waits, and between two looks at the lock
ABSENT = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP}  # what flock answers where there are no locks


@contextmanager
def locked(path: Path, waiting: str = "") -> Iterator[None]:
    """Hold the lock `path`. The system releases it when this process ends, in whatever way; where the file system has
    no locks, see `Claims`. A process that waits for two seconds says so in the line `waiting`, with who holds it.

    The lock file is never removed: if it were, a process that waits on the old file and one that creates a new file
    would both hold the lock. UserError where something else is in its place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with opened(path) as file:
        way: Flock | Claims = Flock(file)
        try:
            held = way.take()
        except OSError as error:
            if error.errno not in ABSENT:
                raise
            way, held = Claims(path), False
        try:
            if not held:
                wait(way, waiting or f"{path}: another process holds this lock; waiting for it")
            yield
        finally:
            way.free()


def opened(path: Path) -> IO[bytes]:
    """The file `path`, new or as it is, to be locked and written to."""
    try:
        number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NONBLOCK, 0o666)
    except OSError as error:
        if error.errno not in (errno.EISDIR, errno.ENXIO):
            raise
        number = None
    if number is None or not stat.S_ISREG(os.fstat(number).st_mode):
        if number is not None:
            os.close(number)
        raise UserError(f"{path} is a folder or a device where a lock file belongs: move it away and run again")
    return open(number, "r+b", buffering=0)


def wait(way: Flock | Claims, line: str) -> None:
    """Return once `way` holds its lock."""
    start, said = time.monotonic(), False
    while not way.take():
        if not said and time.monotonic() - start >= PATIENCE:
            said = True
            print(f"{line} ({way.holder()})", file=sys.stderr, flush=True)
        time.sleep(PAUSE)


class Flock:
    """The system's lock on an open file, in which the one who holds it is named."""

    def __init__(self, file: IO[bytes]):
        self.file = file

    def take(self) -> bool:
        """Whether it is held now."""
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        with suppress(OSError):  # a full disk: the lock holds all the same, of a process that is not named
            self.file.truncate(0)
            os.pwrite(self.file.fileno(), here().encode(), 0)
        return True

    def holder(self) -> str:
        """Who holds it, in words."""
        return described(os.pread(self.file.fileno(), 1000, 0).decode(errors="replace"))

    def free(self) -> None:
        """Nothing: it ends with the open file."""
