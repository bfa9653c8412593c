"""Selection while training: which candidates of a batch are worth a backward pass."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from dietsb_core import draw
from dietsb_core.budget import RULES, batch_shape, check_keep
from dietsb_core.errors import UserError
from dietsb_core.examples import Examples
from dietsb_core.policy import Context, Policy


@dataclass(frozen=True)
class Backprop(Policy):
    """Train on `keep` of the candidates of each batch, from `start` to `end` (fractions of the epochs).

    Every `interrupt`-th batch in between is trained on whole; 0 interrupts nothing. Composer's defaults are start .5,
    end .9, interrupt 2; the poster's authors ran start .5 alone.
    """

    keep: float
    rule: str = "shrink"
    start: float = 0.0
    end: float = 1.0
    interrupt: int = 0

    def __post_init__(self) -> None:
        check_keep(self.keep)
        if self.rule not in RULES:
            raise UserError(f"rule={self.rule!r}: the batch rule is one of {', '.join(RULES)}")
        if not 0 <= self.start < 1:
            raise UserError(f"start={self.start!r}: selection starts at a fraction of training in [0, 1)")
        if not self.start < self.end <= 1:
            raise UserError(f"end={self.end!r}: selection ends at a fraction of training above start={self.start:g}, "
                            "at most 1")
        if type(self.interrupt) is not int or self.interrupt < 0 or self.interrupt == 1:
            raise UserError(f"interrupt={self.interrupt!r}: every so many-th batch is trained on whole: a whole number "
                            "from 2, or 0 for none")

    def selecting(self) -> float:
        """The share of all batches in which the method selects."""
        return (self.end - self.start) * (1 - 1 / self.interrupt if self.interrupt else 1.0)

    def kept(self) -> float:
        return 1 - self.selecting() + self.selecting() * self.keep

    def floor(self, g: float) -> float:
        scouting = g * self.extra_forwards() if self.keep < 1 else 0.0
        return 1 - self.selecting() + self.selecting() * (self.keep + scouting)

    def extra_forwards(self) -> float:
        """Selection's own forward passes, per candidate."""
        return 0.0

    def active(self, epoch: int, epochs: int) -> bool:
        """Whether the method selects at `epoch`. With `end` 1 it goes on where training lasts longer than planned."""
        return self.start * epochs <= epoch and (self.end == 1 or epoch < self.end * epochs)

    def interrupted(self, step: int) -> bool:
        """Whether the batch of this step is trained on whole (Composer counts them from 1)."""
        return bool(self.interrupt) and (step + 1) % self.interrupt == 0

    def cycle(self) -> int:
        return max(1, self.interrupt)

    def shape(self, batch: int, epoch: int, epochs: int) -> tuple[int, int]:
        return batch_shape(batch, self.keep, self.rule) if self.active(epoch, epochs) else (batch, batch)

    def select(self, batch: Examples, ctx: Context) -> Examples:
        if not self.active(ctx.epoch, ctx.epochs) or self.interrupted(ctx.step) or self.keep == 1:
            return batch
        # The budget follows from the candidates, whichever rule made them: ⌊keep·B⌋, or B of round(B/keep).
        k = max(1, round(self.keep * len(batch)) if self.rule == "refill" else int(self.keep * len(batch) + 1e-9))
        return self.pick(batch, k, ctx)

    def pick(self, batch: Examples, k: int, ctx: Context) -> Examples:
        """The k examples of `batch` to train on."""
        raise NotImplementedError


@dataclass(frozen=True)
class RandomBackprop(Backprop):
    """Random-Backprop (the poster): a uniform fraction of each batch."""

    def pick(self, batch: Examples, k: int, ctx: Context) -> Examples:
        return batch.take(draw.uniform(len(batch), k, ctx.rng("select")))


@dataclass(frozen=True)
class SelectiveBackprop(Backprop):
    """Selective-Backprop as the poster and Composer have it: one forward pass of the candidates without
    gradients, then a draw by rank of loss (see `draw.by_rank`). `scale` below 1 shrinks the images for that pass, to
    so much of their side, as Composer's `scale_factor` does."""

    scale: float = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < self.scale <= 1:
            raise UserError(f"scale={self.scale!r}: selection looks at images of a fraction of their side, above 0 and "
                            "at most 1")

    def extra_forwards(self) -> float:
        return self.scale**2

    def losses(self, batch: Examples, ctx: Context) -> Tensor:
        """Losses [m] of the candidates, by a forward pass of their own."""
        return ctx.forward(batch) if self.scale == 1 else ctx.forward(batch, self.scale)

    def pick(self, batch: Examples, k: int, ctx: Context) -> Examples:
        return batch.take(draw.by_rank(self.losses(batch, ctx), self.keep, k, ctx.rng("select")))


@dataclass(frozen=True)
class StaleSelectiveBackprop(SelectiveBackprop):
    """Selective-Backprop on the loss each example had when it was last seen; fresh every `refresh` epochs."""

    refresh: int = 3

    def __post_init__(self) -> None:
        super().__post_init__()
        if type(self.refresh) is not int or self.refresh < 1:
            raise UserError(f"refresh={self.refresh!r}: fresh losses come every so many epochs, a whole number from 1")

    def extra_forwards(self) -> float:
        return self.scale**2 / self.refresh

    def pick(self, batch: Examples, k: int, ctx: Context) -> Examples:
        first = int(-(-self.start * ctx.epochs // 1))  # the first epoch that selects, ⌈start·epochs⌉
        fresh = (ctx.epoch - first) % self.refresh == 0
        losses = self.losses(batch, ctx) if fresh else ctx.ledger["loss"][batch.ids]
        return batch.take(draw.by_rank(losses, self.keep, k, ctx.rng("select")))


@dataclass(frozen=True)
class CdfSelectiveBackprop(Policy):
    """Selective-Backprop of Jiang et al. 2019, Algorithm 1: P(keep x) = max(p_min, CDF_H(loss(x))^β).

    The CDF is over the last `history` losses, strictly smaller ones; this batch's are among them. Kept examples queue
    in the loop until a full batch is there. In expectation 1/(β+1) are kept; the first epoch is unpruned.
    """

    beta: float
    p_min: float = 0.0
    history: int = 1024

    def __post_init__(self) -> None:
        whole = type(self.history) is int and self.history >= 1
        if not self.beta >= 0 or not 0 <= self.p_min <= 1 or not whole:
            raise UserError(f"beta={self.beta!r}, p_min={self.p_min!r}, history={self.history!r}: "
                            "beta must be at least 0, p_min in [0, 1] and history a whole number from 1")

    def kept(self) -> float:
        return 1.0 / (self.beta + 1.0)

    def floor(self, g: float) -> float:
        return self.kept() + g

    def select(self, batch: Examples, ctx: Context) -> Examples:
        if ctx.epoch == 0:
            return batch
        losses = ctx.forward(batch)
        recent = ctx.ledger.memory.get("recent losses", losses.new_empty(0))
        recent = torch.cat([recent, losses[losses.isfinite()]])[-self.history:]
        ctx.ledger.memory["recent losses"] = recent
        below = torch.searchsorted(recent.sort().values, losses)  # strictly smaller ones
        chance = ((below / max(1, len(recent))) ** self.beta).clamp(min=self.p_min)
        drawn = torch.rand(len(batch), generator=ctx.rng("select"), device=losses.device)
        return batch.take((drawn < chance).nonzero().squeeze(1))
