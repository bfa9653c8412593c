"""Files and folders that are written whole or not at all, and one line when a disk refuses."""

from __future__ import annotations

import errno
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


def as_file(path: Path) -> Path:
    """`path` again. ValueError where a FIFO or a device is in its place, of which reading may never end."""
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise ValueError(f"{path.name} is a FIFO or a device and no file")
    return path


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
    place, reason = path.parent / ".set-aside", str(why).splitlines()[0] if str(why) else type(why).__name__
    target, number = place / path.name, 1
    try:
        place.mkdir(exist_ok=True)
        while target.exists():
            target, number = place / f"{path.name}.{number}", number + 1
        os.replace(path, target)
    except FileNotFoundError:
        return
    except OSError as error:
        raise UserError(f"{path} does not verify ({reason}) and cannot be set aside in the folder {place} "
                        f"({error.strerror}): move it away yourself, or fix that, and run again") from None
    print(one_line(f"dietsb: {path.name} does not verify ({reason}); set aside in {target}, and will be made again"),
          file=sys.stderr)


FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}  # the last: of a limit on the size of files
BARRED = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EEXIST,
          errno.ELOOP, errno.ENAMETOOLONG}
LONGEST = 200  # characters that the name of a record, with what is put around it, may have


def place(given: Path | str, by: str) -> Path:
    """The folder `given`, which the user names `by` this variable; it may not be there yet. UserError where files in it
    can be neither found nor missed: it may not be searched, its path is too long, or of a user there is none of."""
    try:
        path = Path(given).expanduser()
        os.lstat(path / ("x" * LONGEST))
    except (FileNotFoundError, NotADirectoryError):
        pass
    except RuntimeError:
        raise UserError(f"{by}={given}: no home folder of that name is known: give the whole path") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        shown = f"{given}" if len(str(given)) < 200 else f"{str(given)[:100]}… ({len(str(given))} characters)"
        raise UserError(f"{by}={shown} cannot be used ({reason}): fix that, or name another folder by {by}") from None
    return path


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
            what = error.filename2 or error.filename
            raise UserError(f"{what} cannot be written ({error.strerror}): fix that, or name another place by {by}; "
                            "what is finished is kept") from None
        raise


def concerns(name: str | None, place: Path) -> bool:
    """Whether `name` is within `place`, or `place` within `name`."""
    return name is not None and (Path(name).is_relative_to(place) or place.is_relative_to(name))


@contextmanager
def readable() -> Iterator[None]:
    """Inside, what the system does not let us read is one line."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            raise
        raise UserError(f"{os.fsdecode(error.filename)!r} cannot be read ({error.strerror}): put it in order, or name "
                        "another place") from None
