"""Whose memory a ledger is: the data set it was kept for, and the training."""

from __future__ import annotations

import hashlib
from typing import Any

from torch import Tensor

from dietsb_core.errors import UserError
from dietsb_core.own_loop.given import Absent


def identity_of(name: str, size: int, rows: Tensor, labels: Tensor | Absent) -> dict[str, str | int]:
    """What a data set is known by: its name, its size, the rows trained on, and its labels where they are known."""
    known = "" if isinstance(labels, Absent) else digest(labels)
    return {"name": name, "size": size, "rows": digest(rows), "labels": known}


def digest(values: Tensor) -> str:
    return hashlib.blake2b(values.cpu().numpy().tobytes(), digest_size=16).hexdigest()


def check_state(state: Any, own: dict[str, Any]) -> None:
    """Refuse, before anything is taken over, a `state` that is not of a selector with the same `own` identity."""
    if not isinstance(state, dict) or not {"ledger", "epoch", *own} <= state.keys():
        raise UserError("this is no state of a Selector: give what its state_dict() returned")
    if state["data"] != own["data"]:
        raise UserError(f"a ledger of another data set: the state is of {told(state['data'])}, this is "
                        f"{told(own['data'])}: load it beside the data it was kept for")
    for name in own.keys() - {"data"}:
        if state[name] != own[name]:
            raise UserError(f"a state of another training: it had {name}={state[name]}, this one has {own[name]}: make "
                            "the Selector as it was")
    columns = state["ledger"]["columns"]
    if any(column.shape != (own["data"]["size"],) for column in columns.values()):
        raise UserError("a ledger of another data set: its columns are not of its size; the file may be damaged")


def told(data: dict[str, str | int]) -> str:
    marks = "/".join(str(data[part])[:8] for part in ("rows", "labels") if data[part])
    return f"{data['size']} examples named {data['name']!r} (fingerprint {marks})"
