"""One run's folder: `record.json` (configuration, a row an epoch, where it was made) and `ledger.npz` ([N] columns).

It is written beside its place and renamed into it, so its presence means that the run is whole. What does not
verify is set aside under `.set-aside/`, never read as a result and never deleted.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

VERSION = 1


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
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write(folder: Path, config: dict, rows: list[dict], info: dict, columns: dict[str, np.ndarray]) -> Record:
    """Write a record whole or not at all."""
    part = folder.with_name(f".{folder.name}.part-{os.getpid()}")
    try:
        part.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(part / "ledger.npz", **columns)
        whole = {"version": VERSION, "config": config, "rows": rows, "info": info,
                 "ledger_sha256": sha256(part / "ledger.npz")}
        (part / "record.json").write_text(json.dumps(whole, indent=1) + "\n")
        os.replace(part, folder)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return Record(folder, config, rows, info)


def read(folder: Path, config: dict | None = None) -> Record | None:
    """The record in `folder`, verified; None where there is none or where it does not verify (then set aside)."""
    if not folder.is_dir():
        return None
    try:
        whole = json.loads((folder / "record.json").read_text())
        if whole["ledger_sha256"] != sha256(folder / "ledger.npz"):
            raise ValueError("the ledger's checksum differs")
        if config is not None and whole["config"] != config:
            raise ValueError("the configuration is another run's")
        return Record(folder, whole["config"], whole["rows"], whole["info"])
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        set_aside(folder, error)
        return None


def set_aside(path: Path, why: object) -> None:
    """Move what cannot be trusted out of the way, and say so."""
    place = path.parent / ".set-aside"
    place.mkdir(exist_ok=True)
    target = place / path.name
    number = 1
    while target.exists():
        target, number = place / f"{path.name}.{number}", number + 1
    os.replace(path, target)
    print(f"dietsb: {path.name} does not verify ({why}); set aside in {target}, and will be made again",
          file=sys.stderr)
