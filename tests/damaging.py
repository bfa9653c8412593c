"""How a file is damaged."""

from __future__ import annotations

import copy
import json

import numpy as np
import torch
from small_runs import RUN

from dietsb_core.runs import records
from dietsb_core.runs.run import canonical


def write(folder) -> records.Record:
    """A small whole record of RUN."""
    rows = [{"epoch": 1, "accuracy": 0.5}]
    return records.write(folder, canonical(RUN), rows, {}, {"loss": np.arange(400.0)})


def cut(path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def flip(path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def edit(folder, *, signed=True, **changes) -> None:
    """Change entries of a record, or take out those that are changed to None; `signed`: with a checksum that fits."""
    path = folder / "record.json"
    content = {name: value for name, value in (json.loads(path.read_text()) | changes).items() if value is not None}
    path.write_text(json.dumps(content | ({"sha256": records.checksum(content)} if signed else {})))


def shorter(state: dict) -> dict:
    columns = {name: column[:-1] for name, column in state["ledger"]["columns"].items()}
    return state | {"ledger": state["ledger"] | {"columns": columns}}


def wider(state: dict) -> dict:
    """The first of the network's tensors, loaded before one that does not fit, is another; the last is wider."""
    first, *_, last = state["model"]
    model = state["model"] | {first: state["model"][first] + 1, last: torch.zeros(7, 7, 7)}
    return state | {"model": model}


def spoilt(state: dict, *where: str | int, value: float = torch.nan) -> dict:
    """The first number of the tensor at `where` is `value`."""
    state = copy.deepcopy(state)
    part = state
    for key in where:
        part = part[key]
    part[(0,) * part.ndim] = value
    return state


def put(state: dict, *where: str | int, **changes: object) -> dict:
    """The dictionary at `where` has the `changes`."""
    state = copy.deepcopy(state)
    part = state
    for key in where:
        part = part[key]
    part.update(changes)
    return state


def weight(state: dict) -> str:
    return next(name for name, tensor in state["model"].items() if tensor.is_floating_point())


def moved(state: dict) -> int:
    """The first tensor that the optimiser has a momentum of."""
    return next(iter(state["optimiser"]["state"]))


def made(state: dict, **changes: str) -> dict:
    return state | {"made": state["made"] | changes}


FOREIGN = {
    "other data": (lambda state: made(state, data="0123456789abcdef"), "with data 0123456789ab and not "),
    "another precision": (lambda state: made(state, precision="bfloat16"), "with precision bfloat16 and not float32"),
    "another device": (lambda state: made(state, device="cuda"), "with device cuda and not cpu"),
    "an earlier version's": (lambda state: {name: value for name, value in state.items() if name != "made"},
                             "does not say with which data"),
    "a wider network": (wider, "another network"),
    "a network with a layer less": (lambda state: state | {"model": dict(list(state["model"].items())[:-1])},
                                    "another network"),
    "an optimiser of fewer tensors": (lambda state: state | {"optimiser": {"state": {}, "param_groups": [
        {"params": [0]}]}}, "another network"),
    "a momentum of another shape": (lambda state: put(state, "optimiser", "state", moved(state),
                                                      momentum_buffer=torch.zeros(3)), "of another network"),
    "an optimiser of other constants": (lambda state: put(state, "optimiser", "param_groups", 0, momentum=0.5),
                                        "other constants"),
    "counts that are fractions": (lambda state: put(state, "ledger", "columns", seen=torch.zeros(400)),
                                  "of another type"),
    "as many rows as epochs": (lambda state: state | {"rows": [state["rows"][0] | {"epoch": 1 + nth}
                                                               for nth in range(3)]}, "ends after 3"),
    "fewer examples": (shorter, "other examples"),
    "no ledger": (lambda state: {name: value for name, value in state.items() if name != "ledger"}, "ledger"),
    "no columns": (lambda state: state | {"ledger": {"columns": {}, "memory": {}}}, "other examples"),
    "no rows": (lambda state: state | {"rows": [1]}, "no rows"),
    "no row": (lambda state: state | {"rows": []}, "no rows"),
    "rows of another epoch": (lambda state: state | {"rows": [row | {"epoch": 2} for row in state["rows"]]}, "no rows"),
    "weights of NaN": (lambda state: spoilt(state, "model", weight(state)), "not finite"),
    "weights of infinity": (lambda state: spoilt(state, "model", weight(state), value=torch.inf), "not finite"),
    "a momentum of NaN": (lambda state: spoilt(state, "optimiser", "state", moved(state), "momentum_buffer"),
                          "not finite"),
    "a loss of NaN": (lambda state: spoilt(state, "ledger", "columns", "loss"), "not numbers"),
}

# What is put in the place of a checkpoint by other means than its own.
EDITED = {
    "a list": (lambda state: [1, 2], "a list"),
    "a tensor": (lambda state: torch.zeros(3), "a Tensor"),
    "a weight": (lambda state: spoilt(state, "model", weight(state), value=0.25), "has changed since it was written"),
    "a row": (lambda state: state | {"rows": [state["rows"][0] | {"train_loss": 0.1}]}, "has changed"),
    "a column's type": (lambda state: state | {"ledger": state["ledger"] | {"columns": state["ledger"]["columns"] | {
        "seen": state["ledger"]["columns"]["seen"].int()}}}, "has changed"),
    "without a checksum": (lambda state: {name: value for name, value in state.items() if name != "sha256"},
                           "has no checksum"),
}
