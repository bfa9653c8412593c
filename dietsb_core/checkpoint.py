"""What a run leaves after each epoch, so that one killed at any moment resumes where it was."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import torch

from dietsb_core.records import set_aside


def save(path: Path, state: dict) -> None:
    """Write `state` beside `path` and rename: there is always a whole checkpoint, the old or the new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part-{os.getpid()}")
    try:
        torch.save(state, part)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def load(path: Path, device: torch.device) -> dict | None:
    """The state in `path`; None where there is none, or where it cannot be read (then it is set aside)."""
    if not path.exists():
        return None
    try:
        return torch.load(path, map_location=device, weights_only=True)
    except (OSError, RuntimeError, EOFError, ValueError, KeyError, pickle.UnpicklingError) as error:
        set_aside(path, str(error).splitlines()[0] if str(error) else type(error).__name__)
        return None
