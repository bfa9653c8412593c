"""IES, instance-dependent early stopping (ICLR 2025): an example sits out once its loss has stopped bending."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from dietsb_core import draw
from dietsb_core.budget import budget
from dietsb_core.errors import UserError
from dietsb_core.examples import Examples
from dietsb_core.ledger import Ledger
from dietsb_core.policy import Context, Policy

MEAN, KNOWN = 3, 4  # second differences: the mean of the last three counts, once four are known
LEAST = 0.1         # the least share of the pool that an epoch trains on, even if all of it is mastered


@dataclass(frozen=True)
class EarlyStopping(Policy):
    """After each epoch, every example has the second difference d = l_t − 2 l_{t−1} + l_{t−2} of its losses. An example
    is mastered when the mean of its last three |d| is below `threshold`. It then sits out the next epoch, and is judged
    again after every epoch.

    An example that was trained on has the loss that training computed. One that sat out gets its loss from a forward
    pass in eval mode, which is charged. The authors take .001, and .002 on CIFAR-100.
    """

    threshold: float = 1e-3

    def __post_init__(self) -> None:
        if not self.threshold >= 0:
            raise UserError(f"threshold={self.threshold!r}: an example is mastered below a difference of losses, 0 or "
                            "more")

    def prune(self, pool: Examples, ctx: Context) -> Examples:
        if ctx.epoch == 0:
            return pool
        losses, ledger = self.losses(pool, ctx), ctx.ledger
        bend = differences(pool.ids, losses, ctx.epoch, ledger)
        if ctx.epoch < KNOWN + 2:  # the first difference takes three losses
            return pool
        least = draw.top(bend, budget(LEAST, len(pool)))
        left = bend >= self.threshold
        return pool.take(left.index_fill(0, least, True).nonzero().squeeze(1))

    def losses(self, pool: Examples, ctx: Context) -> Tensor:
        """The losses [m] of the epoch before."""
        trained, before = ctx.ledger["selected"][pool.ids], ctx.ledger.column("trained before", 0, torch.int64)
        out = (trained == before[pool.ids]).nonzero().squeeze(1)
        before[pool.ids] = trained
        if len(out):
            ctx.survey(pool.take(out))  # the ledger remembers what it finds
        return ctx.ledger["loss"][pool.ids]


def differences(ids: Tensor, losses: Tensor, epoch: int, ledger: Ledger) -> Tensor:
    """Add `losses` [m] of `ids` to those of earlier epochs. Returns the mean of the last |d|, [m]."""
    last, older = ledger.column("loss 1", 0.0), ledger.column("loss 2", 0.0)
    bends = [ledger.column(f"bend {i}", 0.0) for i in range(MEAN)]
    if epoch > 2:
        for newer, old in zip(bends[-2::-1], bends[:0:-1], strict=True):
            old[ids] = newer[ids]
        bend = (losses - 2 * last[ids] + older[ids]).abs()
        bends[0][ids] = bend.nan_to_num(nan=torch.inf)  # of a loss that was never seen, which is +inf, no bend is known
    older[ids], last[ids] = last[ids], losses
    return torch.stack([bend[ids] for bend in bends]).mean(0)
