"""InfoBatch (Qin et al., ICLR 2024): skip some of the easy examples, and weigh up those that stay."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch

from dietsb_core import draw
from dietsb_core.errors import UserError
from dietsb_core.examples import Examples
from dietsb_core.policy import Context, Policy


@dataclass(frozen=True)
class InfoBatch(Policy):
    """An example is easy when its last training loss is below the mean. Every hard one stays, and a random 1−r of
    the easy ones, whose loss counts 1/(1−r) times, so that the epoch's expected gradient is that of all examples.
    After the first `delta` of training all examples are used, with weight 1.

    `r` is the NOMINAL rate: only easy examples are skipped, so what is really pruned is far less. Without `weighted`
    every loss counts once, which leaves a bias towards the hard ones.
    """

    r: float = 0.5
    delta: float = 0.875
    weighted: bool = True

    def __post_init__(self) -> None:
        if not 0 <= self.r < 1:
            raise UserError(f"r={self.r!r}: the share of easy examples that is skipped must be in [0, 1)")
        if not 0 <= self.delta <= 1:
            raise UserError(f"delta={self.delta!r}: pruning ends after a fraction of training in [0, 1]")

    def kept(self) -> float:
        return 1 - self.r

    def floor(self, g: float) -> float:
        # What all examples being easy would cost: no data can make it cheaper.
        return 1 - self.delta * self.r

    def prune(self, pool: Examples, ctx: Context) -> Examples:
        losses = ctx.ledger["loss"][pool.ids]
        seen = losses.isfinite()
        if ctx.progress >= self.delta or not seen.any():
            return pool
        easy = losses < losses[seen].mean()  # an unseen one is hard
        return self.thin(pool, easy.nonzero().squeeze(1), (~easy).nonzero().squeeze(1), ctx)

    def thin(self, pool: Examples, easy: torch.Tensor, hard: torch.Tensor, ctx: Context) -> Examples:
        """`hard` and a draw of `easy`, both positions in `pool`, with their weights."""
        k = round((1 - self.r) * len(easy))
        if k:
            easy = easy[draw.uniform(len(easy), k, ctx.rng("easy"))]
        kept = pool.take(torch.cat([hard, easy[:k]]))
        if not self.weighted:
            return kept
        weight = torch.ones(len(kept), device=pool.ids.device, dtype=ctx.ledger["loss"].dtype)
        weight[len(hard):] = 1 / (1 - self.r)
        return replace(kept, weight=weight)
