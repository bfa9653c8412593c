"""Pools and contexts of dynamic pruning."""

from __future__ import annotations

import torch

from dietsb_core.examples import Examples, examples
from dietsb_core.ledger import Ledger
from dietsb_core.policy import Context


def context(ledger: Ledger, epoch: int = 0, epochs: int = 10, seed: int = 0, **more) -> Context:
    return Context(ledger, torch.zeros(ledger.size, dtype=torch.int64), seed, epoch, epochs, **more)


def everything(n: int) -> Examples:
    return examples(torch.arange(n))
