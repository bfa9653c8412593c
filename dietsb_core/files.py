"""Files and folders that are whole or not there, and what becomes of damaged ones."""

from __future__ import annotations

import glob
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A place beside `path` to write a file or a folder to; at the end it is renamed, so `path` is never half written.

    Only for one who holds a lock that every writer of `path` takes: parts that are found there are then of processes
    that were killed, and are removed.
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


def set_aside(path: Path, why: object) -> None:
    """Move what cannot be trusted out of the way, and say so, unless another process was quicker."""
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
    print(f"dietsb: {path.name} does not verify ({why}); set aside in {target}, and will be made again",
          file=sys.stderr)
