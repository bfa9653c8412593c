"""All memory per example: named columns of shape [N], indexed by row of the full training set, never re-based."""

from __future__ import annotations

import torch
from torch import Tensor


class Ledger:
    """`columns[name]` is a tensor of shape [size] on `device`; `memory[name]` is small state of any shape.

    The loop writes `loss` (nats, the last cross-entropy seen, +inf before the first), `selected` (times trained
    on) and `seen` (times passed forward). Scores made before training are columns too, under their own names.
    """

    def __init__(self, size: int, device: torch.device | str = "cpu", dtype: torch.dtype = torch.float32):
        self.size, self.device = size, torch.device(device)
        self.columns: dict[str, Tensor] = {
            "loss": torch.full((size,), torch.inf, device=device, dtype=dtype),
            "selected": torch.zeros(size, device=device, dtype=torch.int64),
            "seen": torch.zeros(size, device=device, dtype=torch.int64),
        }
        self.memory: dict[str, Tensor] = {}

    def __getitem__(self, name: str) -> Tensor:
        return self.columns[name]

    def column(self, name: str, fill: float | int | bool, dtype: torch.dtype | None = None) -> Tensor:
        """`columns[name]`. A missing column is created and filled with `fill`. A method keeps its state here: columns
        are in every checkpoint, so a resumed run needs nothing else."""
        if name not in self.columns:
            dtype = dtype or self.columns["loss"].dtype
            self.columns[name] = torch.full((self.size,), fill, device=self.device, dtype=dtype)
        return self.columns[name]

    def write(self, name: str, ids: Tensor, values: Tensor) -> None:
        """Set `columns[name][ids]`; the ids must be distinct."""
        self.columns[name][ids] = values.to(self.columns[name].dtype)

    def remember(self, ids: Tensor, losses: Tensor) -> Tensor:
        """Note the `losses` [m] of the distinct `ids`; returns them as policies see them. The one rule for NaN and
        infinity: a loss that is no finite number is not taken. The example keeps its last finite one, or +inf before
        the first, and then it counts as never seen."""
        finite = losses.to(self["loss"].dtype).isfinite()
        losses = torch.where(finite, losses, self["loss"][ids].to(losses.dtype))
        self.write("loss", ids, losses)
        self.count("seen", ids)
        return losses

    def count(self, name: str, ids: Tensor) -> None:
        """Add one to `columns[name]` at each of `ids`."""
        self.columns[name].index_add_(0, ids, torch.ones_like(ids))

    def state_dict(self) -> dict[str, dict[str, Tensor]]:
        """Everything that a resumed run needs."""
        return {"columns": dict(self.columns), "memory": dict(self.memory)}

    def load_state_dict(self, state: dict[str, dict[str, Tensor]]) -> None:
        """Take over the columns and memory of `state`, moved to this ledger's device."""
        self.columns = {name: value.to(self.device) for name, value in state["columns"].items()}
        self.memory = {name: value.to(self.device) for name, value in state["memory"].items()}
