"""What a run leaves after each epoch, so that one killed at any moment resumes where it was."""

from __future__ import annotations

import io
import os
import pickle
import zipfile
from pathlib import Path

import torch

from dietsb_core.records import set_aside

UNREADABLE = (OSError, RuntimeError, EOFError, ValueError, KeyError, pickle.UnpicklingError,
              zipfile.BadZipFile)


def save(path: Path, state: dict) -> None:
    """Write `state` beside `path` and rename: there is always a whole checkpoint, the old or the new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part-{os.getpid()}")
    buffer = io.BytesIO()  # torch's own writer answers a full disk with a RuntimeError about positions
    torch.save(state, buffer)
    try:
        part.write_bytes(buffer.getbuffer())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def load(path: Path, device: torch.device) -> dict | None:
    """The state in `path`; None where there is none, or where it cannot be read (then it is set aside)."""
    if not path.exists():
        return None
    try:
        # torch does not look at the checksums that it writes.
        if zipfile.is_zipfile(path) and (damaged := zipfile.ZipFile(path).testzip()):
            raise ValueError(f"the checksum of {damaged} differs")
        return torch.load(path, map_location=device, weights_only=True)
    except UNREADABLE as error:
        set_aside(path, str(error).splitlines()[0] if str(error) else type(error).__name__)
        return None
