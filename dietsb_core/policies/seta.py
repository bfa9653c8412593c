"""SeTa (CVPR 2025): a uniform draw, cut to a window over groups of loss that slides from easy to hard."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from dietsb_core import draw
from dietsb_core.budget import budget, check_keep
from dietsb_core.errors import UserError
from dietsb_core.examples import Examples
from dietsb_core.policy import Context, Policy

ROUNDS = 50  # of k-means in one dimension, which settles in a few


@dataclass(frozen=True)
class SeTa(Policy):
    """Each epoch draws `keep` of the pool, uniformly. k-means puts their last losses into `groups`. The epoch trains on
    a window over the groups in order of loss, which holds a fraction `window` of them. The window slides by one group
    an epoch, from easy to hard, and starts again. From `delta` of training on, the epoch trains on the whole draw.

    `keep` is nominal: the window leaves out more.
    """

    keep: float
    groups: int = 5
    window: float = 0.9
    delta: float = 0.875

    def __post_init__(self) -> None:
        check_keep(self.keep)
        if type(self.groups) is not int or self.groups < 1:
            raise UserError(f"groups={self.groups!r}: losses fall into a whole number of groups, from 1")
        if not 0 < self.window <= 1 or round(self.groups * self.window) < 1:
            raise UserError(f"window={self.window!r}: it holds a fraction of the {self.groups} groups, one at least")
        if not 0 <= self.delta <= 1:
            raise UserError(f"delta={self.delta!r}: the window is used for a fraction of training in [0, 1]")

    def kept(self) -> float:
        return self.keep

    def floor(self, g: float) -> float:
        return self.keep

    def prune(self, pool: Examples, ctx: Context) -> Examples:
        share = pool.take(draw.uniform(len(pool), budget(self.keep, len(pool)), ctx.rng("share")))
        losses = ctx.ledger["loss"][share.ids]
        seen = losses[losses.isfinite()]
        if ctx.epoch == 0 or ctx.progress >= self.delta or not len(seen):
            return share  # the authors' first window holds all groups too
        losses = losses.clamp(max=seen.max())  # an example that was never seen counts as the hardest
        size = round(self.groups * self.window)
        first = ctx.epoch % (self.groups - size + 1)
        group = grouped(losses, self.groups)
        inside = (group >= first) & (group < first + size)
        return share.take(inside.nonzero().squeeze(1)) if bool(inside.any()) else share


def grouped(values: Tensor, groups: int) -> Tensor:
    """The group of each of `values` [m], int64 in order of value: k-means in one dimension, started at quantiles."""
    at = (torch.arange(groups, device=values.device, dtype=values.dtype) + 0.5) / groups
    centres = torch.quantile(values, at) if len(values) < 2**24 else values.sort().values[(at * len(values)).long()]
    for _ in range(ROUNDS):
        group = torch.bucketize(values, (centres[1:] + centres[:-1]) / 2)
        count = torch.bincount(group, minlength=groups)
        sums = values.new_zeros(groups).index_add_(0, group, values)
        centres = torch.where(count > 0, sums / count.clamp(min=1), centres)
    return group
