"""Which data set and training a saved state belongs to."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from dietsb_core.errors import UserError
from dietsb_core.own_loop.given import Absent

HELD = ("tensors", "data", "images", "samples", "targets", "dataset", "datasets", "indices")  # where data sets keep it
FEW = 16  # rows that are looked at, evenly spread


def identity_of(name: str, data: Any, rows: Tensor, labels: Tensor | Absent) -> dict[str, str | int]:
    """What identifies a data set: its size, the rows trained on, its labels where they are known, and its name or,
    without one, a few rows of what it holds. UserError where only the size is known."""
    known = "" if isinstance(labels, Absent) else digest(labels)
    content = "" if name else content_of(data)
    if not (name or content or known):
        raise UserError(f"this {type(data).__name__} cannot be told from another data set of {len(data)} examples, "
                        "which a saved state must be: give it a name, Selector(name=...)")
    return {"name": name, "size": len(data), "rows": digest(rows), "labels": known, "content": content}


def digest(values: Tensor) -> str:
    return hashlib.blake2b(values.cpu().numpy().tobytes(), digest_size=16).hexdigest()


def content_of(data: Any) -> str:
    """A digest of a few rows of what `data` holds in memory, as torch's and torchvision's data sets do; "" where it
    holds nothing. `data[row]` is never called: it may draw random numbers, or open files before workers should."""
    try:
        return hashlib.blake2b(b"\n".join(marks(data)), digest_size=16).hexdigest()
    except (TypeError, RuntimeError):  # the latter of sparse tensors, and of what holds itself
        return ""


def marks(value: Any) -> Iterator[bytes]:
    """`value` as bytes, a few rows of a long one; TypeError where it has no bytes. Of a path only the last part
    counts."""
    if isinstance(value, (Tensor, np.ndarray)):
        yield f"{value.dtype} {tuple(value.shape)}".encode()
        yield plain(value[few(len(value))] if value.ndim else value)
    elif isinstance(value, (str, os.PathLike)):
        yield os.path.basename(value).encode()
    elif isinstance(value, (int, float, np.generic)):
        yield repr(value).encode()
    else:
        held = held_by(value)
        if not held:
            raise TypeError(type(value))
        yield str(len(value)).encode()
        for part in held:
            yield from marks(part)


def plain(values: Tensor | np.ndarray) -> bytes:
    """The bytes of an array or tensor; TypeError of one of objects, whose bytes are addresses."""
    if isinstance(values, Tensor):
        values = values.detach().cpu()
        values = (values.float() if values.dtype == torch.bfloat16 else values).numpy()
    if values.dtype.hasobject:
        raise TypeError(values.dtype)
    return values.tobytes()


def held_by(value: Any) -> list[Any]:
    """A few rows of a list or dict; of anything else its attributes HELD."""
    if isinstance(value, Mapping):
        value = list(value.items())
    if isinstance(value, (list, tuple, range)):
        return [value[row] for row in few(len(value))]
    return [vars(value)[name] for name in HELD if name in vars(value)]


def few(size: int) -> list[int]:
    """Up to FEW of `size` rows, the first and the last among them."""
    return sorted({round(i * (size - 1) / (FEW - 1)) for i in range(FEW)}) if size else []


def check_state(state: Any, own: dict[str, Any]) -> None:
    """Refuse a `state` of a selector with another identity than `own`, before any of it is loaded."""
    if not isinstance(state, dict) or not {"ledger", "epoch", *own} <= state.keys() or not formed(state):
        raise UserError("this is no state of a Selector: give what its state_dict() returned")
    if state["data"] != own["data"]:
        raise UserError(f"a ledger of another data set: the state is of {described(state['data'])}, this is "
                        f"{described(own['data'])}: load it with the data set that it was saved with")
    for name in own.keys() - {"data"}:
        if state[name] != own[name]:
            raise UserError(f"a state of another training: it had {name}={state[name]}, this one has {own[name]}: make "
                            "the Selector as it was")
    columns = state["ledger"]["columns"]
    if any(column.shape != (own["data"]["size"],) for column in columns.values()):
        raise UserError("a ledger of another data set: its columns are not of its size; the file may be damaged")
    kept = columns | state["ledger"]["memory"]
    strange = next((name for name, values in kept.items() if bool(values.isnan().any())), None)
    if strange:
        raise UserError(f"a damaged ledger: its column {strange!r} holds NaN, which no Selector saves: load an earlier "
                        "state, or begin anew")


def formed(state: dict[str, Any]) -> bool:
    """Whether the parts of a `state` are of the types that a Selector saves."""
    ledger, data, epoch = state["ledger"], state["data"], state["epoch"]
    if not (isinstance(ledger, dict) and isinstance(data, dict) and "size" in data and "name" in data):
        return False
    parts = ledger.get("columns"), ledger.get("memory")
    if not all(isinstance(part, dict) and all(isinstance(value, Tensor) for value in part.values()) for part in parts):
        return False
    whole = {"loss": True, "selected": False, "seen": False}
    return (type(epoch) is int and 0 <= epoch <= int(state.get("epochs") or 0) and whole.keys() <= parts[0].keys()
            and all(parts[0][name].is_floating_point() == floats for name, floats in whole.items()))


def described(data: dict[str, str | int]) -> str:
    marks = "/".join(str(data[part])[:8] for part in ("rows", "labels", "content") if data.get(part))
    return f"{data['size']} examples named {data['name']!r} (fingerprint {marks})"
