"""What a run leaves after each epoch, so that one killed at any moment resumes where it was."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import torch

from dietsb_core.files import as_file, remove, set_aside, whole

UNREADABLE = (OSError, RuntimeError, ValueError, LookupError, TypeError, AttributeError)


def save(path: Path, state: dict) -> None:
    """Write `state` and its checksum in the place of `path`, for one who holds the run's lock: there is always a whole
    checkpoint, the old or the new."""
    buffer = io.BytesIO()  # torch's own writer answers a full disk with a RuntimeError about positions
    torch.save(state | {"sha256": checksum(state)}, buffer)
    with whole(path) as part:
        part.write_bytes(buffer.getbuffer())


def load(path: Path, like: dict | None = None) -> dict | None:
    """The state in `path`, on the CPU; None where there is none, or where it cannot be read or taken up, and then it is
    set aside. `like` is the state of the trainer that will take it up, with what it is `made` from and how, the shapes
    of the tensors `trained`, and how many `epochs` the run has."""
    if not path.exists():
        return None
    try:
        state = unpacked(as_file(path))
        if not isinstance(state, dict):
            raise ValueError(f"it holds a {type(state).__name__}")
        if state.pop("sha256", "none") != checksum(state):
            raise ValueError("it has changed since it was written, or has no checksum")
        if like is not None:
            compare(state, like)
        return state
    except UNREADABLE as error:
        set_aside(path, error)
        return None


def unpacked(path: Path) -> object:
    """What the file holds, on the CPU: load_state_dict moves it to the device. Nothing in it is run."""
    try:
        # torch does not look at the checksums that it writes.
        if zipfile.is_zipfile(path) and (damaged := zipfile.ZipFile(path).testzip()):
            raise ValueError(f"the checksum of {damaged} differs")
        return torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, ValueError):
        raise
    except Exception:  # whatever a damaged pickle leads to; torch's own words advise to run what is in it
        raise ValueError("torch cannot read it as tensors and numbers") from None


def checksum(state: dict) -> str:
    """SHA-256 (hex) of all of `state`: of its tensors the type, shape and values, wherever they are."""
    found = hashlib.sha256()
    for part in parts(state):
        found.update(part)
    return found.hexdigest()


def parts(value: object) -> Iterator[bytes | memoryview]:
    """All of a state as bytes, in its order. Each part says what it is and how long, so that no two states have the
    same bytes."""
    if isinstance(value, torch.Tensor):
        yield f"tensor {value.dtype} {tuple(value.shape)};".encode()
        yield value.detach().cpu().reshape(-1).view(torch.uint8).numpy().data
    elif isinstance(value, (dict, list, tuple)):
        yield f"{'dict' if isinstance(value, dict) else type(value).__name__} {len(value)};".encode()
        for part in value.items() if isinstance(value, dict) else value:
            yield from parts(part)
    else:
        yield f"{value!r};".encode()


def tensors(value: object) -> Iterator[torch.Tensor]:
    """All tensors of a state."""
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, (dict, list, tuple)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from tensors(part)


def compare(state: dict, like: dict) -> None:
    """Raise an error, before anything is taken over, unless `state` is of the same network and examples as `like`, and
    was made from the same data, in the same precision and on the same type of device."""
    made = state.get("made", {})
    for what, here in like["made"].items():
        if what not in made:
            raise ValueError(f"it does not say with which {what} it was made")
        if made[what] != here:
            raise ValueError(f"it was made with {what} {made[what][:12]} and not {here[:12]}")
    if shapes(state["model"]) != shapes(like["model"]) or weights(state["optimiser"]) != weights(like["optimiser"]):
        raise ValueError("it is of another network")
    check_optimiser(state["optimiser"], like["optimiser"], like["trained"])
    size = like["ledger"]["columns"]["loss"].shape
    columns = state["ledger"]["columns"]
    if not like["ledger"]["columns"].keys() <= columns.keys() or set(shapes(columns).values()) != {size}:
        raise ValueError("it is of other examples")
    if any(columns[name].dtype != column.dtype for name, column in like["ledger"]["columns"].items()):
        raise ValueError("its losses or counts are of another type")
    epochs = [isinstance(row, dict) and row["epoch"] for row in state["rows"]]
    if not epochs or epochs != list(range(1, len(epochs) + 1)):
        raise ValueError("it has no rows, one for each epoch")
    if len(epochs) >= like["epochs"]:
        raise ValueError(f"it has {len(epochs)} rows, and the run ends after {like['epochs']}")
    # Training would go on from these and diverge, each time until the file is deleted.
    if not all(tensor.isfinite().all() for tensor in tensors([state["model"], state["optimiser"]])):
        raise ValueError("its network or optimiser holds values that are not finite")
    if any(tensor.isnan().any() for tensor in columns.values()):
        raise ValueError("it holds losses or scores that are not numbers")


def check_optimiser(state: dict, like: dict, trained: list[torch.Size]) -> None:
    """Raise an error unless `state` has the constants of `like`, but for the learning rate, and a momentum of the shape
    of each tensor that is `trained`: torch writes to it without a look at its shape."""
    for group, own in zip(state["param_groups"], like["param_groups"], strict=True):
        if group | {"lr": 0.0} != own | {"lr": 0.0}:
            raise ValueError("its optimiser has other constants")
    if any(shapes(moments) != {"momentum_buffer": trained[nth]} for nth, moments in state["state"].items()):
        raise ValueError("its optimiser is of another network")


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
