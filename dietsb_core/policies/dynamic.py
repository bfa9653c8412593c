"""Dynamic pruning (Raju, Daruwalla and Lipasti 2021): every `period` epochs a fresh subset, alone."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from dietsb_core import draw
from dietsb_core.budget import budget, check_keep
from dietsb_core.errors import UserError
from dietsb_core.examples import Examples
from dietsb_core.ledger import Ledger
from dietsb_core.policy import Context, G, Policy

SOURCES = ("training", "pass")


@dataclass(frozen=True)
class DynamicRandom(Policy):
    """Dynamic uniform random: every `period` epochs it draws a new `keep` of the pool, uniformly. It reads no score."""

    keep: float
    period: int = 1

    def __post_init__(self) -> None:
        check_keep(self.keep)
        if type(self.period) is not int or self.period < 1:
            raise UserError(f"period={self.period!r}: a new subset comes every 1 or more whole epochs")

    def check(self, epochs: int) -> None:
        if self.period > epochs:
            raise UserError(f"period={self.period}: it is longer than training, which has {epochs} epochs: "
                            f"take {epochs} or less (then the subset stays for good)")

    def renews(self) -> bool:
        return True

    def kept(self) -> float:
        return self.keep

    def floor(self, g: float) -> float:
        return self.keep

    def prune(self, pool: Examples, ctx: Context) -> Examples:
        # `chosen` holds the first epoch of the last period that had the example: a column, so that a run resumed
        # inside a period goes on with its subset, and choosing twice for one epoch changes nothing.
        chosen, first = ctx.ledger.column("chosen", -1, torch.int64), ctx.epoch - ctx.epoch % self.period
        ctx.ledger.memory["renewed"] = torch.tensor(ctx.epoch == first)
        if not bool((chosen[pool.ids] == first).any()):
            kept = self.choose(pool, budget(self.keep, len(pool)), ctx)
            chosen[kept.ids] = first
        return pool.take((chosen[pool.ids] == first).nonzero().squeeze(1))

    def choose(self, pool: Examples, k: int, ctx: Context) -> Examples:
        """The k examples of `pool` for the next period."""
        return pool.take(draw.uniform(len(pool), k, ctx.rng("period")))


@dataclass(frozen=True)
class Scored(DynamicRandom):
    """Dynamic pruning by a running statistic of each example's loss, with step size `alpha`.

    `source="training"`: the losses that training steps computed anyway (free; train mode, augmented).
    `source="pass"`: a forward pass over the whole pool before each choice (charged; eval mode, no augmentation).
    An example whose loss was never seen scores highest, so that each is seen once before it can be dropped.
    """

    alpha: float = 0.8
    source: str = "training"

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 <= self.alpha <= 1:
            raise UserError(f"alpha={self.alpha!r}: the weight of the newest loss must be in [0, 1]")
        if self.source not in SOURCES:
            raise UserError(f"source={self.source!r}: losses come from one of {', '.join(SOURCES)}")

    def floor(self, g: float = G) -> float:
        return self.keep + (g / self.period if self.source == "pass" else 0.0)

    def observe(self, batch: Examples, correct: Tensor, ledger: Ledger) -> None:
        if self.source == "training":
            self.update(batch.ids, batch.loss, ledger)

    def update(self, ids: Tensor, losses: Tensor, ledger: Ledger) -> None:
        """m ← (1−α)m + α·l, from the first loss seen on; m is +∞ before it."""
        mean = ledger.column("mean", torch.inf)
        old, new = mean[ids], losses.to(mean.dtype)
        mean[ids] = torch.where(old.isinf(), new, (1 - self.alpha) * old + self.alpha * new)

    def value(self, ledger: Ledger) -> Tensor:
        """The score [N] that the highest are kept of."""
        return ledger.column("mean", torch.inf)

    def ranked(self, pool: Examples, k: int, ctx: Context) -> Examples:
        """`pool` from the highest score to the lowest; examples that tie come in a random order.

        The ledger notes whether the choice of k of them is settled, that is, goes by scores: whether fewer than k / 2
        of the pool have never been seen. (Examples that were never seen rank above any score.)"""
        if self.source == "pass":
            self.update(pool.ids, ctx.survey(pool), ctx.ledger)
        unseen = ctx.ledger.column("mean", torch.inf)[pool.ids].isinf().sum()
        ctx.ledger.memory["settled"] = 2 * unseen < k
        mixed = pool.take(draw.uniform(len(pool), len(pool), ctx.rng("ties")))
        return mixed.take(draw.top(self.value(ctx.ledger)[mixed.ids], len(mixed)))


@dataclass(frozen=True)
class EpsilonGreedy(Scored):
    """ε-greedy: the (1−ε)k highest by running mean loss, and εk uniformly from the rest."""

    epsilon: float = 0.1

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 <= self.epsilon <= 1:
            raise UserError(f"epsilon={self.epsilon!r}: the random share of the subset must be in [0, 1]")

    def choose(self, pool: Examples, k: int, ctx: Context) -> Examples:
        order, greedy = self.ranked(pool, k, ctx), k - round(self.epsilon * k)
        index = torch.arange(k, device=order.ids.device)
        if greedy < k:
            index[greedy:] = greedy + draw.uniform(len(order) - greedy, k - greedy, ctx.rng("explore"))
        return order.take(index)


@dataclass(frozen=True)
class UCB(Scored):
    """Upper confidence bound: the k largest of m + c·v, with the running mean m and variance v of the loss.

    v ← (1−α)v + α(l−m)² with the mean as it was, then m ← (1−α)m + α·l; v is 0 at the first loss seen.
    """

    c: float = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 <= self.c < math.inf:
            raise UserError(f"c={self.c!r}: the weight of the variance must be 0 or more, and finite")

    def update(self, ids: Tensor, losses: Tensor, ledger: Ledger) -> None:
        mean, variance = ledger.column("mean", torch.inf)[ids], ledger.column("variance", 0.0)
        off = (losses.to(mean.dtype) - mean) ** 2
        off = off.clamp(max=torch.finfo(off.dtype).max)  # of two finite losses it may be infinite, and would stay so
        variance[ids] = torch.where(mean.isinf(), 0.0, (1 - self.alpha) * variance[ids] + self.alpha * off)
        super().update(ids, losses, ledger)

    def value(self, ledger: Ledger) -> Tensor:
        return ledger.column("mean", torch.inf) + self.c * ledger.column("variance", 0.0)

    def choose(self, pool: Examples, k: int, ctx: Context) -> Examples:
        return self.ranked(pool, k, ctx).take(torch.arange(k, device=pool.ids.device))
