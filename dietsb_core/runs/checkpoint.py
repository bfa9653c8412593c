"""What a run leaves after each epoch, so that one killed at any moment resumes where it was."""

from __future__ import annotations

import io
import pickle
import re
import zipfile
from contextlib import suppress
from pathlib import Path

import torch

from dietsb_core.files import remove, set_aside, whole

UNREADABLE = (OSError, RuntimeError, EOFError, ValueError, KeyError, TypeError, AttributeError,
              pickle.UnpicklingError, zipfile.BadZipFile)


def save(path: Path, state: dict) -> None:
    """Write `state` in the place of `path`, for one who holds the run's lock: there is always a whole checkpoint, the
    old or the new."""
    buffer = io.BytesIO()  # torch's own writer answers a full disk with a RuntimeError about positions
    torch.save(state, buffer)
    with whole(path) as part:
        part.write_bytes(buffer.getbuffer())


def load(path: Path, like: dict | None = None) -> dict | None:
    """The state in `path`, on the CPU; None where there is none, or where it cannot be read or taken up, and then it is
    set aside. `like` is the state of the trainer that will take it up, with what it is `made` from and how."""
    if not path.exists():
        return None
    try:
        # torch does not look at the checksums that it writes.
        if zipfile.is_zipfile(path) and (damaged := zipfile.ZipFile(path).testzip()):
            raise ValueError(f"the checksum of {damaged} differs")
        state = torch.load(path, map_location="cpu", weights_only=True)  # load_state_dict moves it to the device
        if like is not None:
            compare(state, like)
        return state
    except UNREADABLE as error:
        set_aside(path, error)
        return None


def compare(state: dict, like: dict) -> None:
    """Raise an error, before anything is taken over, unless `state` is of the same network and examples as `like`, and
    was made from the same data, in the same precision and on the same type of device."""
    if not isinstance(state, dict):
        raise ValueError(f"it holds a {type(state).__name__}")
    made = state.get("made", {})
    for what, here in like["made"].items():
        if what not in made:
            raise ValueError(f"it does not say with which {what} it was made")
        if made[what] != here:
            raise ValueError(f"it was made with {what} {made[what][:12]} and not {here[:12]}")
    if shapes(state["model"]) != shapes(like["model"]) or weights(state["optimiser"]) != weights(like["optimiser"]):
        raise ValueError("it is of another network")
    size = like["ledger"]["columns"]["loss"].shape
    columns = state["ledger"]["columns"]
    if not like["ledger"]["columns"].keys() <= columns.keys() or set(shapes(columns).values()) != {size}:
        raise ValueError("it is of other examples")
    if not all(isinstance(row, dict) for row in state["rows"]):
        raise ValueError("it has no rows")


def shapes(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Size]:
    return {name: tensor.shape for name, tensor in tensors.items()}


def weights(optimiser: dict) -> list[int]:
    """How many tensors each group of an optimiser's state trains."""
    return [len(group["params"]) for group in optimiser["param_groups"]]


def discard(folder: Path, names: set[str]) -> None:
    """Remove the checkpoints in `folder` of the runs of these `names`, and what killed writers left of them: those runs
    are on record. Where that is not allowed they stay, and do no harm."""
    with suppress(OSError):
        for path in folder.iterdir():
            found = re.fullmatch(r"(?P<whole>.+)\.pt|\.(?P<part>.+)\.pt\.part-\d+", path.name)
            if found and (found["whole"] or found["part"]) in names:
                remove(path)
