"""A step's context with losses given by hand."""

from __future__ import annotations

import torch

from dietsb_core.ledger import Ledger
from dietsb_core.policy import Context

N = 64


def context(losses: list[float] | torch.Tensor = (), *, seed: int = 0, epoch: int = 1, step: int = 0,
            ledger: Ledger | None = None, labels: torch.Tensor | None = None) -> Context:
    """A step, of 10 epochs, at which the candidates' forward pass gives `losses`."""
    labels = torch.zeros(N, dtype=torch.int64) if labels is None else labels
    return Context(ledger or Ledger(N), labels, seed, epoch, 10, step, lambda batch: torch.as_tensor(losses))
