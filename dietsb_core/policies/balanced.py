"""Methods that look at the labels: a fresh subset with at most so many of each class, and weights by class."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch

from dietsb_core import draw
from dietsb_core.errors import UserError
from dietsb_core.examples import Examples
from dietsb_core.policies.dynamic import DynamicRandom
from dietsb_core.policies.static import check_classes, place_within_class, ranked
from dietsb_core.policy import Context, Policy


@dataclass(frozen=True)
class DynamicBalanced(DynamicRandom):
    """Random undersampling, drawn again every `period` epochs: `keep` of the pool with at most c examples a class.

    c follows from the budget. Classes with fewer examples stay whole; each of the others gives c examples, or c + 1,
    which is mostly the larger ones. With a `keep` so low that c is below the rarest class, it is class-balanced
    sampling without replacement. One of each class is kept at least.
    """

    def choose(self, pool: Examples, k: int, ctx: Context) -> Examples:
        check_classes(k, ranked(ctx.labels[pool.ids])[1], len(pool))
        mixed = pool.take(draw.uniform(len(pool), len(pool), ctx.rng("period")))
        return mixed.take(draw.top(-place_within_class(ctx.labels[mixed.ids]), k))


@dataclass(frozen=True)
class ClassWeights(Policy):
    """All examples. Each loss is multiplied by n_c^−power for its class of n_c examples, scaled so that the mean weight
    is 1.

    With a power of 1 all classes count equally; with 0 all examples do.
    """

    power: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.power <= 1:
            raise UserError(f"power={self.power!r}: classes are weighed by their size to a power in [0, 1]")

    def prune(self, pool: Examples, ctx: Context) -> Examples:
        labels, _ = ranked(ctx.labels[pool.ids])
        weight = torch.bincount(labels)[labels].to(ctx.ledger["loss"].dtype) ** -self.power
        return replace(pool, weight=weight / weight.mean())
