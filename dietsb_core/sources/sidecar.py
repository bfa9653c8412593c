"""Small JSON files beside images: what a file of decoded images holds, and facts that take long to compute."""
from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from dietsb_core.files import as_file, whole

FORMAT = 2  # of the file, and the rule by which images are made (picture.py): what an older one made is made again
UNREADABLE = (OSError, ValueError, KeyError, TypeError, RecursionError)  # the last: of JSON nested deeply


@dataclass
class Manifest:
    """`form` is (format, images, side, images a chunk). `sums` has each chunk's BLAKE2b (hex), "" where it is still to
    be made. `stamp` is what `stamp` says of the file when every chunk was verified, () before."""

    form: tuple[int, ...]
    sums: list[str]
    stamp: tuple[int, ...] = ()

    def missing(self) -> list[int]:
        """The chunks that are still to be made."""
        return [chunk for chunk, sum_ in enumerate(self.sums) if not sum_]


def load_manifest(path: Path, form: tuple[int, ...], chunks: int) -> Manifest:
    """The manifest at `path`; an empty one where there is none, or none that fits `form`."""
    try:
        found = json.loads(as_file(path).read_text())
        known = Manifest(tuple(found["form"]), list(found["sums"]), tuple(found["stamp"]))
    except UNREADABLE:
        known = None
    fits = known and known.form == form and len(known.sums) == chunks and all(isinstance(s, str) for s in known.sums)
    return known if fits else Manifest(form, [""] * chunks)


def save_manifest(path: Path, manifest: Manifest) -> None:
    """Put `manifest` at `path`, whole or not at all; for one who holds the file's lock."""
    with whole(path) as part:
        part.write_text(json.dumps(asdict(manifest)))


def stamp(path: Path) -> tuple[int, ...]:
    """(bytes, modification time, time of any change, in ns) of a file; () where there is none. A program may set the
    second back to what it was, and by that sets the third."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return ()
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns


def checksum(content: memoryview | bytes) -> str:
    """BLAKE2b of 16 bytes, hex."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def recall(path: Path | None, key: str, find: Callable[[], Any]) -> Any:
    """The value of `key` in the file `path`. A missing value is computed by `find()` and noted for the next time.

    Values are what JSON can hold. Without a path nothing is noted. A file that does not verify, or cannot be written,
    costs time and does no harm.
    """
    known = _read(path)
    if key not in known:
        found = find()
        known = _read(path) | {key: found}  # another process may have noted something meanwhile
        if path:
            with suppress(OSError), whole(path) as part:
                part.write_text(json.dumps({"sum": _checked(known), "facts": known}))
    return known[key]


def _read(path: Path | None) -> dict[str, Any]:
    try:
        found = json.loads(as_file(path).read_text()) if path else {}
        return found["facts"] if found["sum"] == _checked(found["facts"]) else {}
    except UNREADABLE:
        return {}


def _checked(facts: dict[str, Any]) -> str:
    return checksum(json.dumps(facts, sort_keys=True).encode())
