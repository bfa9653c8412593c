"""OrderDP (ICLR 2026): the examples with the highest losses in a uniform draw."""

from __future__ import annotations

from dataclasses import dataclass

from dietsb_core import draw
from dietsb_core.errors import UserError
from dietsb_core.examples import Examples
from dietsb_core.policies.dynamic import DynamicRandom
from dietsb_core.policy import Context


@dataclass(frozen=True)
class OrderDP(DynamicRandom):
    """Every `period` epochs it draws `keep` / `ratio` of the pool, uniformly, and keeps those of the draw with the
    highest losses, `keep` of the pool. Losses are the last that training computed; an example that was never seen comes
    first. The authors draw .75 and keep .85 of it."""

    ratio: float = 0.85

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.keep <= self.ratio <= 1:
            raise UserError(f"ratio={self.ratio!r}: the share of the uniform draw that is kept, from "
                            f"keep={self.keep:g} (of a draw of everything) to 1 (no order at all)")

    def choose(self, pool: Examples, k: int, ctx: Context) -> Examples:
        some = pool.take(draw.uniform(len(pool), min(len(pool), round(k / self.ratio)), ctx.rng("period")))
        return some.take(draw.top(ctx.ledger["loss"][some.ids], k))
