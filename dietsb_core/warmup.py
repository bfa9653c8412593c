"""A step of each shape before the clock starts: compilation and the choice of kernels belong to no epoch."""

from __future__ import annotations

import copy

import torch

from dietsb_core import evaluate
from dietsb_core.examples import examples
from dietsb_core.train import Trainer


def telling(trainer: Trainer, done: int, epochs: int) -> list[int]:
    """Epochs that between them do all that is left to do once `done` of `epochs` are over: the next and the last, and
    the first of each shape of a step, when losses that are taken now and then are taken."""
    first: dict[tuple[int, int], int] = {}
    for epoch in range(epochs):
        first.setdefault(trainer.policy.shape(trainer.recipe.batch, epoch, trainer.recipe.epochs), epoch)
    return sorted({*first.values(), done, epochs - 1})


def warm_up(trainer: Trainer, epochs: list[int]) -> None:
    """Take a step of each shape as each of `epochs` would, and one evaluation; then put everything back as it was."""
    before = copy.deepcopy(trainer.state_dict())
    trainer.model.train()
    trainer.data.train.augment(trainer.seed, epochs[0])
    trainer.forwards = trainer.trained = 0
    trainer.loss_sum = torch.zeros((), device=trainer.device)
    for epoch in epochs:
        candidates, selected = trainer.policy.shape(trainer.recipe.batch, epoch, trainer.recipe.epochs)
        pool = trainer.pool(epoch)
        for step in range(trainer.policy.cycle()):
            trainer.step(examples(pool[:candidates]), pool[:0], selected, trainer.context(epoch, step))
    evaluate.test(trainer)
    trainer.load_state_dict(before)
    trainer.clock.read()
