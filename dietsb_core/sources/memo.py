"""A small file of facts that take long to find out, beside the data that they are of."""
from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from dietsb_core.files import whole
from dietsb_core.sources.manifest import checksum


def recall(path: Path | None, key: str, find: Callable[[], Any]) -> Any:
    """The value of `key` in the file `path`; where it is not there, `find()`, which is noted for the next time.

    Values are what JSON knows. Without a path nothing is noted. A file that does not verify, or cannot be written,
    costs time and does no harm.
    """
    known = _read(path)
    if key not in known:
        found = find()
        known = _read(path) | {key: found}  # another process may have noted something meanwhile
        if path:
            with suppress(OSError), whole(path) as part:
                part.write_text(json.dumps({"sum": _sum(known), "facts": known}))
    return known[key]


def _read(path: Path | None) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text()) if path else {}
        return found["facts"] if found["sum"] == _sum(found["facts"]) else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _sum(facts: dict[str, Any]) -> str:
    return checksum(json.dumps(facts, sort_keys=True).encode())
