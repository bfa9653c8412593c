"""Records of the second source's methods, made by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

ABSENT = "not on record at this preset"


def record(accuracy: float, selected: list[int] | None = None, epochs: int = 4, **last) -> SimpleNamespace:
    """What of a Record these functions read."""
    rows = [{"jaccard": 0.5} if epoch else {} for epoch in range(epochs)]
    rows[-1] |= {"accuracy": accuracy, **last}
    return SimpleNamespace(accuracy=accuracy, rows=rows, column=lambda name: np.array(selected, dtype=np.uint8),
                           config={"policy": "ucb"})


def results(**accuracies: list[float]) -> dict:
    """`ucb_10=[...]`: the policy ucb at keep .1, an accuracy a seed."""
    out = {}
    for name, values in accuracies.items():
        policy, percent = name.rsplit("_", 1)
        out[policy, int(percent) / 100] = {seed: record(value) for seed, value in enumerate(values)}
    return out


def measured(verdict) -> str:
    return verdict.row()["measured"]
