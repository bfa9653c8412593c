"""A set of examples under consideration: a whole pool, or the candidates of one batch."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor


@dataclass(frozen=True)
class Examples:
    """`m` examples. `ids` are rows of the FULL training set, never positions in a subset.

    ids: int64 [m]. pos: int64 [m], positions among the candidates that `ids` were taken from.
    weight: float [m] or None, each loss's factor, which a policy's `prune` may set.
    loss: float [m] or None, when it is known.
    """

    ids: Tensor
    pos: Tensor
    weight: Tensor | None = None
    loss: Tensor | None = None

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, index: Tensor) -> Examples:
        """The examples at `index` (int64 [k]), with all that is known of them."""
        pick = {name: value[index] for name in ("ids", "pos", "weight", "loss")
                if (value := getattr(self, name)) is not None}
        return replace(self, **pick)


def examples(ids: Tensor) -> Examples:
    """The candidates `ids` (int64 [m]), each at its own position."""
    return Examples(ids, torch.arange(len(ids), device=ids.device))
