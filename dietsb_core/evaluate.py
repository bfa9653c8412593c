"""Passes without training, in eval mode: test accuracy, and scores of the whole training set."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from dietsb_core.data import Images
from dietsb_core.errors import UserError
from dietsb_core.scores import SCORES, cross_entropy
from dietsb_core.train import Trainer

CHUNK = 1000  # images a forward pass: memory, not accuracy, depends on it


@contextmanager
def evaluating(model: nn.Module) -> Iterator[None]:
    """Eval mode (running batch statistics) and no gradients inside; the mode that was, afterwards."""
    training = model.training
    model.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        model.train(training)


def logits(trainer: Trainer, split: Images, *, augmented: bool = False, mirror: bool = False) -> Tensor:
    """Outputs [N, classes] for a whole split in fixed order, float32 or wider."""
    out = []
    for ids in torch.arange(len(split), device=split.labels.device).split(CHUNK):
        images = split.fetch(ids, augmented=augmented)
        with trainer.autocast():
            batch = trainer.model(images)
            if mirror:
                batch = (batch + trainer.model(images.flip(3))) / 2
        out.append(batch if batch.dtype == torch.float64 else batch.float())
    return torch.cat(out)


def test(trainer: Trainer) -> dict[str, float]:
    """Top-1 accuracy (a fraction) and mean cross-entropy (nats) on the test set."""
    split = trainer.data.test
    with trainer.clock("eval"), evaluating(trainer.model):
        out = logits(trainer, split, mirror=trainer.recipe.flip_eval)
        right = (out.argmax(1) == split.labels).double().mean()
        return {"accuracy": float(right), "test_loss": float(cross_entropy(out, split.labels).double().mean())}


def score(trainer: Trainer, name: str) -> Tensor:
    """The score `name` of every training example, [N]: in eval mode, without augmentation, in fixed order.

    `el2n_as_run` is EL2N as the poster's authors computed it: in train mode, with augmentation on.
    """
    split = trainer.data.train
    with trainer.clock("score"):
        if name == "el2n_as_run":
            with torch.no_grad():
                return SCORES["el2n"](logits(trainer, split, augmented=True), split.labels)
        if name not in SCORES:
            raise UserError(f"no score {name!r}; there are: {', '.join(SCORES)}, el2n_as_run")
        with evaluating(trainer.model):
            return SCORES[name](logits(trainer, split), split.labels)
