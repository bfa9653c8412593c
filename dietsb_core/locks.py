"""What keeps processes that share a folder of records out of each other's way, and a full disk to one line."""

from __future__ import annotations

import errno
import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dietsb_core.errors import UserError
from dietsb_core.runs import store


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold `path` against other processes; the system lets go of it when this process ends, however it ends.
    The file stays: were it removed, a process that waits on it and one that makes it anew would both go on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


RESUMES = ("set DIETSB_RUNS to a folder on another; what is finished is kept, and the run resumes after its last "
           "whole epoch")


@contextmanager
def room(place: Path | None = None, mend: str = RESUMES) -> Iterator[None]:
    """Turn a full disk into one clear line: of `place`, by default the folder of records, with what to do about it."""
    try:
        yield
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise UserError(f"the disk of {place or store()} is full: free some space, or {mend}") from None
