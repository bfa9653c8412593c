"""Files and folders that are written whole or not at all, locks between processes, and one line when a disk refuses."""

from __future__ import annotations

import errno
import fcntl
import glob
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dietsb_core.errors import UserError, one_line

# A file that cannot be opened for one of these reasons may still be sound.
PASSING = {errno.EACCES, errno.EPERM, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.EBUSY,
           errno.ESTALE, errno.ETIMEDOUT}


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A place beside `path` to write a file or a folder to. It is renamed to `path` at the end, so that `path` is never
    half written. The caller must hold the lock that every writer of `path` takes: older parts are then left over from
    processes that were killed, and are removed.
    """
    part = path.with_name(f".{path.name}.part-{os.getpid()}")
    part.parent.mkdir(parents=True, exist_ok=True)
    for stale in path.parent.glob(f".{glob.escape(path.name)}.part-*"):
        if stale != part:
            remove(stale)
    try:
        yield part
        os.replace(part, path)
    finally:
        remove(part)


def remove(path: Path) -> None:
    """Remove a file or a folder with all that is in it, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def set_aside(path: Path, why: Exception | str) -> None:
    """Move a damaged file or folder to `.set-aside`, and say so. Raises UserError, and moves nothing, where `why` is an
    error that may pass, such as a disk that does not answer."""
    if isinstance(why, OSError) and why.errno in PASSING:
        raise UserError(f"{path} cannot be read now ({why.strerror}): nothing was changed; fix that and run again")
    place = path.parent / ".set-aside"
    place.mkdir(exist_ok=True)
    target = place / path.name
    number = 1
    while target.exists():
        target, number = place / f"{path.name}.{number}", number + 1
    try:
        os.replace(path, target)
    except FileNotFoundError:
        return
    reason = str(why).splitlines()[0] if str(why) else type(why).__name__
    print(one_line(f"dietsb: {path.name} does not verify ({reason}); set aside in {target}, and will be made again"),
          file=sys.stderr)


@contextmanager
def locked(path: Path, waiting: str = "") -> Iterator[None]:
    """Hold the lock `path`. The system releases it when this process ends, in whatever way. A process that has to wait
    prints the line `waiting` first, if there is one. The lock file is never removed: if it were, a process that waits
    on the old file and one that creates a new file would both hold the lock."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waiting:
                print(waiting, file=sys.stderr, flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


FULL = {errno.ENOSPC, errno.EDQUOT}
BARRED = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST}  # last: a file for a folder


@contextmanager
def room(place: Path, by: str) -> Iterator[None]:
    """Turn a full disk, or the folder `place` that cannot be written, into one clear line. The user names that folder
    `by` this variable or option."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise UserError(f"the disk of {place} is full ({error.strerror}): free some space, or name a place on "
                            f"another by {by}; what is finished is kept, and runs resume where they were") from None
        if error.errno in BARRED and concerns(error.filename, place):
            raise UserError(f"{error.filename} cannot be written ({error.strerror}): fix that, or name another place "
                            f"by {by}; what is finished is kept") from None
        raise


def concerns(name: str | None, place: Path) -> bool:
    """Whether `name` is within `place`, or `place` within `name`."""
    return name is not None and (Path(name).is_relative_to(place) or place.is_relative_to(name))
