"""Pruning before training: the pool is chosen once and stays."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from dietsb_core import draw
from dietsb_core.budget import budget, check_keep
from dietsb_core.errors import UserError
from dietsb_core.examples import Examples
from dietsb_core.policy import Context, Policy


@dataclass(frozen=True)
class Prune(Policy):
    """A pool that keeps `keep` of the training set for good."""

    keep: float

    def __post_init__(self) -> None:
        check_keep(self.keep)

    def kept(self) -> float:
        return self.keep

    def floor(self, g: float) -> float:
        return self.keep


@dataclass(frozen=True)
class RandomPrune(Prune):
    """Static random: a uniform draw from the run's seed, made once."""

    def prune(self, pool: Examples, ctx: Context) -> Examples:
        return pool.take(draw.uniform(len(pool), budget(self.keep, len(pool)), ctx.rng("random prune", static=True)))


@dataclass(frozen=True)
class ScorePrune(Prune):
    """Keep the highest of a static score; EL2N (Paul et al. 2021) unless another column is named. Examples that tie
    are drawn by the run's seed: forgetting counts tie by the thousand, and no order of the file may decide.

    `balanced` keeps the same fraction of every class, and at least one example of each, so that pruning cannot empty a
    class.
    """

    score: str = "el2n"
    balanced: bool = False

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.score,)

    def prune(self, pool: Examples, ctx: Context) -> Examples:
        pool = pool.take(draw.uniform(len(pool), len(pool), ctx.rng("ties", static=True)))
        values, k = ctx.ledger[self.score][pool.ids], budget(self.keep, len(pool))
        return pool.take(balanced_top(values, ctx.labels[pool.ids], k) if self.balanced else draw.top(values, k))


def balanced_top(values: Tensor, labels: Tensor, k: int) -> Tensor:
    """Positions (int64 [k]) of the highest of `values` [m], about the same fraction of every class, and at least one
    example of each. Any integers are `labels` [m]. UserError where there are more than k classes."""
    labels, classes = ranked(labels)
    check_classes(k, classes, len(values))
    rank = within_class_rank(values, labels)
    chosen = draw.top(rank, k)
    if len(labels[chosen].unique()) < classes:  # the highest of a small class ranks low: 0.75 of two, 0.5 of one
        highest = rank.new_zeros(classes).scatter_reduce(0, labels, rank, "amax")
        chosen = draw.top(torch.where(rank == highest[labels], 1.0, rank), k)
    return chosen


def check_classes(k: int, classes: int, size: int) -> None:
    """Refuse to keep fewer examples, k of `size`, than there are classes: one at least would be emptied."""
    if k < classes:
        unit = 10.0 ** (math.floor(math.log10(classes / size)) - 1)
        least = min(1.0, math.ceil(classes / size / unit) * unit)  # two digits, rounded up: less would not do
        raise UserError(f"balanced pruning keeps one or more examples of each class, and {k} of {size} examples are to "
                        f"be kept of {classes} classes: keep {least:.2g} or more")


def ranked(labels: Tensor) -> tuple[Tensor, int]:
    """`labels` [m], any integers, as int64 [m] from 0 up without gaps, in the same order; and how many differ."""
    different, index = labels.unique(return_inverse=True)
    return index, len(different)


def within_class_rank(values: Tensor, labels: Tensor) -> Tensor:
    """Rank of each of `values` [m] among its class, as a fraction in (0, 1): the top k of these are balanced.

    labels: int64 [m], from 0 up without gaps."""
    order = torch.sort(values, stable=True).indices
    rank = torch.empty(len(values), dtype=torch.float64, device=values.device)
    rank[order] = (place_within_class(labels[order]) + 0.5).double() / torch.bincount(labels)[labels[order]]
    return rank


def place_within_class(labels: Tensor) -> Tensor:
    """How many before it share each example's label (any integer): int64 [m], 0 for the first of a class."""
    labels, _ = ranked(labels)
    order, sizes = torch.sort(labels, stable=True).indices, torch.bincount(labels)
    place = torch.empty_like(labels)
    place[order] = torch.arange(len(labels), device=labels.device) - (sizes.cumsum(0) - sizes)[labels[order]]
    return place


def check_scores(values: Tensor, size: int, name: str) -> Tensor:
    """`values` as a usable score of `size` examples, or one line saying why it is none."""
    if values.shape != (size,):
        raise UserError(f"score {name!r} has shape {tuple(values.shape)}, but the training set has {size} examples: "
                        "give one value an example, joined by name")
    if not bool(torch.isfinite(values).all()):
        raise UserError(f"score {name!r} holds NaN or infinite values: score every example with a finite number")
    return values
