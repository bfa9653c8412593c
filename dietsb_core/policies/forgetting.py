"""Counting forgetting events while a network trains (Toneva et al. 2019)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from dietsb_core.examples import Examples
from dietsb_core.ledger import Ledger
from dietsb_core.policy import Policy

UNSEEN, WRONG, RIGHT = 0, 1, 2


@dataclass(frozen=True)
class CountForgetting(Policy):
    """Trains on everything and keeps three columns [N]: `outcome` of the last presentation, `forgotten`, the number
    of presentations that were wrong right after a right one, and `learned`, whether any was right."""

    def observe(self, batch: Examples, correct: Tensor, ledger: Ledger) -> None:
        outcome = ledger.column("outcome", UNSEEN, torch.uint8)
        forgotten = ledger.column("forgotten", 0, torch.int64)
        learned = ledger.column("learned", False, torch.bool)
        forgotten[batch.ids] += (outcome[batch.ids] == RIGHT) & ~correct
        outcome[batch.ids] = torch.where(correct, RIGHT, WRONG).to(torch.uint8)
        learned[batch.ids] |= correct
