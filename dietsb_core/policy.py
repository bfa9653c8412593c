"""What a method of pruning or selection is: `prune` once an epoch, `select` once a step, `observe` after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from dietsb_core.errors import UserError
from dietsb_core.examples import Examples
from dietsb_core.ledger import Ledger
from dietsb_core.rng import generator

FORWARD, BACKWARD = 1, 2  # relative cost of one example's passes: a training step costs 3 forward passes
G = FORWARD / (FORWARD + BACKWARD)  # a forward pass as a fraction of a training step, as methods' floors assume


@dataclass(frozen=True)
class Context:
    """What a hook may look at. `forward(examples)` gives losses [m] of the candidates as they are trained on, and
    `forward(examples, scale)` of their images made so much smaller; `survey(examples)` in eval mode, without
    augmentation and in any number. Both are charged."""

    ledger: Ledger
    labels: Tensor
    seed: int
    epoch: int
    epochs: int
    step: int = -1
    forward: Callable[..., Tensor] | None = None
    survey: Callable[[Examples], Tensor] | None = None

    @property
    def progress(self) -> float:
        """Epochs done, as a fraction of the planned ones."""
        return self.epoch / self.epochs

    def rng(self, purpose: str, *, static: bool = False) -> torch.Generator:
        """The run's generator for `purpose`, at this epoch and step; a `static` one is the same all run long."""
        key = ("static",) if static else (self.epoch, self.step)
        return generator(self.ledger.device, self.seed, *key, purpose)


@dataclass(frozen=True)
class Policy:
    """Train on everything. A method overrides the hooks it needs; state lives in the ledger, never here."""

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the static scores that must stand in the ledger before training."""
        return ()

    def prune(self, pool: Examples, ctx: Context) -> Examples:
        """Once an epoch: the examples that this epoch may use, out of the whole training set. A `weight` that it
        gives them multiplies their loss."""
        return pool

    def select(self, batch: Examples, ctx: Context) -> Examples:
        """Once a step: the examples of the candidate batch to train on."""
        return batch

    def observe(self, batch: Examples, correct: Tensor, ledger: Ledger) -> None:
        """After a training step: `batch` with the `loss` [m] (nats) that each had in it, and whether the network's
        answer was `correct` (bool [m]). Free: the step computed them anyway."""

    def check(self, epochs: int) -> None:
        """Refuse, with a UserError, values that a training of so many epochs cannot serve."""

    def selects(self) -> bool:
        """Whether it chooses within a batch."""
        return type(self).select is not Policy.select

    def renews(self) -> bool:
        """Whether it prunes to a subset that it draws again every few epochs and keeps in the ledger."""
        return False

    def observes(self) -> bool:
        """Whether it wants to see what training steps compute."""
        return type(self).observe is not Policy.observe

    def shape(self, batch: int, epoch: int, epochs: int) -> tuple[int, int]:
        """(candidates, selected) of a step at `epoch`, for a nominal batch size of `batch`."""
        return batch, batch

    def cycle(self) -> int:
        """After how many steps of an epoch the shapes of its batches come again."""
        return 1

    def kept(self) -> float:
        """Nominal fraction of all examples that an epoch trains on."""
        return 1.0

    def floor(self, g: float) -> float:
        """An epoch's cost over the baseline's with no overhead, where a forward pass is `g` of a training step."""
        return 1.0


@dataclass(frozen=True)
class Chain(Policy):
    """First this policy, then that one: `Chain(EL2N(.75), SelectiveBackprop(2/3))` is Diet-SB at 50 %.

    Each keeps its own nearest whole number of what it is given, so that of two that prune an epoch's pool may have one
    example more or less than the product of their fractions says."""

    first: Policy
    then: Policy

    def __post_init__(self) -> None:
        if self.first.selects() and self.then.selects():
            raise UserError("a chain can select within a batch once: chain a policy that prunes with one that selects")
        if self.first.renews() and self.then.renews():
            raise UserError("a chain can draw a fresh subset once, since the ledger remembers one: chain a policy that "
                            "prunes for good with one that renews, or give one policy the fraction of both")

    def selects(self) -> bool:
        return self.first.selects() or self.then.selects()

    def renews(self) -> bool:
        return self.first.renews() or self.then.renews()

    @property
    def needs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.first.needs + self.then.needs))

    def prune(self, pool: Examples, ctx: Context) -> Examples:
        return self.then.prune(self.first.prune(pool, ctx), ctx)

    def select(self, batch: Examples, ctx: Context) -> Examples:
        return self.then.select(self.first.select(batch, ctx), ctx)

    def observe(self, batch: Examples, correct: Tensor, ledger: Ledger) -> None:
        self.first.observe(batch, correct, ledger)
        self.then.observe(batch, correct, ledger)

    def observes(self) -> bool:
        return self.first.observes() or self.then.observes()

    def check(self, epochs: int) -> None:
        self.first.check(epochs)
        self.then.check(epochs)

    def shape(self, batch: int, epoch: int, epochs: int) -> tuple[int, int]:
        return (self.first if self.first.selects() else self.then).shape(batch, epoch, epochs)

    def cycle(self) -> int:
        return max(self.first.cycle(), self.then.cycle())

    def kept(self) -> float:
        return self.first.kept() * self.then.kept()

    def floor(self, g: float) -> float:
        # What the first stage leaves is the baseline of the second: f + s·g for Diet-SB (s kept before training).
        return self.first.floor(g) * self.then.floor(g)
