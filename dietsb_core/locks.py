"""What keeps processes that share a folder of records out of each other's way, and a folder without room, or one that
cannot be written, to one line."""

from __future__ import annotations

import errno
import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dietsb_core.errors import UserError
from dietsb_core.runs import store


@contextmanager
def locked(path: Path, waiting: str = "") -> Iterator[None]:
    """Hold `path` against other processes; the system lets go of it when this process ends, however it ends.
    One that has to wait for it prints `waiting` first, if there is such a line.
    The file stays: were it removed, a process that waits on it and one that makes it anew would both go on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waiting:
                print(waiting, flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


FULL = {errno.ENOSPC, errno.EDQUOT}
BARRED = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST}  # last: a file for a folder


@contextmanager
def room(place: Path | None = None, by: str = "DIETSB_RUNS") -> Iterator[None]:
    """Turn a full disk, or a folder that cannot be written, into one clear line: of `place`, by default the folder of
    records, which the user names `by` this variable or option."""
    try:
        yield
    except OSError as error:
        place = place or store()
        if error.errno in FULL:
            raise UserError(f"the disk of {place} is full ({error.strerror}): free some space, or name a place on "
                            f"another by {by}; what is finished is kept, and runs resume where they were") from None
        if error.errno in BARRED and concerns(error.filename, place):
            raise UserError(f"{error.filename} cannot be written ({error.strerror}): mend that, or name another place "
                            f"by {by}; what is finished is kept") from None
        raise


def concerns(name: str | None, place: Path) -> bool:
    """Whether `name` is a file or folder in `place`, or one that `place` is in: any other is another matter."""
    return name is not None and (Path(name).is_relative_to(place) or place.is_relative_to(name))
