"""Methods that look at the labels: a fresh subset with at most so many of each class, and weights by class."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch

from dietsb_core import draw
from dietsb_core.errors import UserError
from dietsb_core.examples import Examples
from dietsb_core.policies.dynamic import DynamicRandom
from dietsb_core.policies.static import place_within_class
from dietsb_core.policy import Context, Policy


@dataclass(frozen=True)
class DynamicBalanced(DynamicRandom):
    """Random undersampling, drawn again every `period` epochs: `keep` of the pool with at most c examples a class.

    c is what the budget allows: classes with fewer stay whole, and of the others each gives c or, the larger ones as a
    rule, c + 1.
    Where `keep` leaves no more than the rarest class has of each, it is class-balanced sampling without replacement.
    """

    def choose(self, pool: Examples, k: int, ctx: Context) -> Examples:
        mixed = pool.take(draw.uniform(len(pool), len(pool), ctx.rng("period")))
        return mixed.take(draw.top(-place_within_class(ctx.labels[mixed.ids]), k))


@dataclass(frozen=True)
class ClassWeights(Policy):
    """All examples, each loss times n_c^−power for its class of n_c examples; the weights' mean over examples is 1.

    A power of 1 lets every class count alike, and 0 every example.
    """

    power: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.power <= 1:
            raise UserError(f"power={self.power!r}: classes are weighed by their size to a power in [0, 1]")

    def prune(self, pool: Examples, ctx: Context) -> Examples:
        labels = ctx.labels[pool.ids]
        weight = torch.bincount(labels)[labels].to(ctx.ledger["loss"].dtype) ** -self.power
        return replace(pool, weight=weight / weight.mean())
