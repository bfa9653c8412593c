"""One run's folder: `record.json` (configuration, a row an epoch, where it was made) and `ledger.npz` ([N] columns).

It is written beside its place and renamed into it, so its presence means that the run is whole. Both files have a
checksum in `record.json`. What does not verify is set aside under `.set-aside/`, never read as a result and never
deleted.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dietsb_core.files import as_file, set_aside, whole

VERSION = 2


@dataclass(frozen=True)
class Record:
    """A finished run. `config` is the run's canonical form; `rows` has a dict an epoch; `info` the rest."""

    folder: Path
    config: dict
    rows: list[dict]
    info: dict

    def column(self, name: str) -> np.ndarray:
        """A ledger column, [N], in the training set's order of rows."""
        with np.load(self.folder / "ledger.npz", allow_pickle=False) as ledger:
            return ledger[name]

    @property
    def accuracy(self) -> float:
        """Test accuracy (a fraction) after the LAST epoch; choosing the best one would be choosing on the test set."""
        return self.rows[-1]["accuracy"]

    def total(self, name: str) -> float:
        """Sum of a count over the epochs."""
        return sum(row[name] for row in self.rows)

    def seconds(self, *phases: str, kind: str = "seconds") -> float:
        """Seconds in these phases over all epochs (`kind="cpu_seconds"`: the process's own CPU time)."""
        return sum(row[kind].get(phase, 0.0) for row in self.rows for phase in phases)


def sha256(path: Path) -> str:
    return hashlib.sha256(as_file(path).read_bytes()).hexdigest()


def checksum(content: dict) -> str:
    """SHA-256 (hex) of all of a `record.json` but its own entry, whatever the order of its keys and its white space."""
    rest = {name: value for name, value in content.items() if name != "sha256"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def write(folder: Path, config: dict, rows: list[dict], info: dict, columns: dict[str, np.ndarray]) -> Record:
    """Write a record whole or not at all; for one who holds the run's lock."""
    with whole(folder) as part:
        part.mkdir(exist_ok=True)
        np.savez_compressed(part / "ledger.npz", **columns)
        content = {"version": VERSION, "config": config, "rows": rows, "info": info,
                   "ledger_sha256": sha256(part / "ledger.npz")}
        content["sha256"] = checksum(content)
        (part / "record.json").write_text(json.dumps(content, indent=1) + "\n")
    return Record(folder, config, rows, info)


def read(folder: Path, config: dict | None = None) -> Record | None:
    """The record in `folder`, verified; None where there is none or where it does not verify (then set aside)."""
    if not folder.is_dir():
        if os.path.lexists(folder):
            set_aside(folder, "it is no folder")
        return None
    try:
        content = json.loads(as_file(folder / "record.json").read_text())
        verify(content, folder)
        if config is not None and content["config"] != config:
            raise ValueError("the configuration is another run's")
        return Record(folder, content["config"], content["rows"], content["info"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:  # the last: of JSON nested deeply
        set_aside(folder, error)
        return None


def verify(content: dict, folder: Path) -> None:
    """Raise an error unless `content`, of the `record.json` in `folder`, and the ledger are as they were written, and
    are of a finished run."""
    if content["version"] != VERSION:
        unchecked = ", which has no checksum," if content["version"] == 1 else ""
        raise ValueError(f"its version is {content['version']!r}{unchecked} and not {VERSION}")
    if content["sha256"] != checksum(content):
        raise ValueError("the record's checksum differs")
    if content["ledger_sha256"] != sha256(folder / "ledger.npz"):
        raise ValueError("the ledger's checksum differs")
    check_rows(content["rows"])
    if not isinstance(content["info"], dict):
        raise ValueError("its info is not an object")


def check_rows(rows: list[dict]) -> None:
    """Raise an error unless `rows` are those of a run that reached its end: one at least, and an accuracy in the
    last."""
    if not (isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows)):
        raise ValueError("it has no rows, one for each epoch")
    last = rows[-1].get("accuracy")
    if not isinstance(last, (int, float)) or not 0 <= last <= 1:
        raise ValueError(f"its last row has the accuracy {last!r}, which is no share from 0 to 1")
