"""Passes without training, in eval mode: test accuracy, and scores of the whole training set."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from dietsb_core.compiled import plain
from dietsb_core.data import Images
from dietsb_core.errors import UserError
from dietsb_core.gradients import GRADIENT_SCORES
from dietsb_core.scores import SCORES, cross_entropy, forgetting
from dietsb_core.train import Trainer

CHUNK = 1000  # images a forward pass: memory, not accuracy, depends on it
FEW = 32      # images at a time where each has a gradient of its own
COUNTED = {"forgetting": "hardest", "forgetting_never_easiest": "easiest"}  # scores that training itself counts
ALL_SCORES = (*SCORES, *GRADIENT_SCORES, *COUNTED, "el2n_as_run")


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


def each(trainer: Trainer, split: Images, of: Callable[[Tensor, Tensor], Tensor], *, augmented: bool = False,
         mirror: bool = False) -> Tensor:
    """`of(logits [m, classes], labels [m])`, which is [m, …], for a whole split in fixed order. Logits are float32 or
    wider, and only those of one chunk are kept: with a thousand classes all of them outweigh a set's images."""
    out = []
    for ids in in_order(split, CHUNK):
        images = split.fetch(ids, augmented=augmented)
        with trainer.autocast():
            batch = trainer.model(images)
            if mirror:
                batch = (batch + trainer.model(images.flip(3))) / 2
        out.append(of(batch if batch.dtype == torch.float64 else batch.float(), split.labels[ids]))
    return torch.cat(out)


def in_order(split: Images, size: int) -> tuple[Tensor, ...]:
    """All ids of a split, at most `size` at a time: fewer where images are larger than 32 px, so that memory is not."""
    order = torch.arange(len(split), device=split.labels.device)
    split.ahead(order)
    return order.split(max(1, size * 32**2 // max(32, split.side)**2))


def test(trainer: Trainer, *, by_class: bool = False) -> dict[str, float | list[float]]:
    """Top-1 accuracy (a fraction) and mean cross-entropy (nats) on the test set; if asked for, accuracy by class, and
    over what is rare in training where the data set knows it."""
    split = trainer.data.test
    with trainer.clock("eval"), evaluating(trainer.model):
        right, loss = each(trainer, split, right_and_loss, mirror=trainer.recipe.flip_eval).unbind(1)
        row = {"accuracy": float(right.mean()), "test_loss": float(loss.mean())}
        return row | (parts(right, trainer) if by_class else {})


def parts(right: Tensor, trainer: Trainer) -> dict[str, float | list[float]]:
    """Accuracy by class, and over the test examples that are rare in training; right: 0 or 1, [len(test)]."""
    source, labels = trainer.data.source, trainer.data.test.labels
    rare = {} if source.rare is None else {"rare_accuracy": float(right[torch.from_numpy(source.rare)].mean())}
    return {"class_accuracy": class_means(right, labels, len(source.classes))} | rare


def right_and_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Whether the answer is right (0 or 1) and the cross-entropy in nats: float64 [m, 2]."""
    return torch.stack([(logits.argmax(1) == labels).double(), cross_entropy(logits, labels).double()], dim=1)


def class_means(values: Tensor, labels: Tensor, classes: int) -> list[float]:
    """Mean of `values` [m] by class; 0 of a class that has none."""
    sums = values.new_zeros(classes).index_add(0, labels, values)
    return (sums / torch.bincount(labels, minlength=classes).clamp(min=1)).tolist()


def score(trainer: Trainer, name: str) -> Tensor:
    """The score `name` of every training example, [N]: in eval mode, without augmentation, in fixed order.

    `el2n_as_run` is EL2N as the poster's authors computed it: in train mode, with augmentation on. Forgetting was
    counted while the network trained.
    """
    split = trainer.data.train
    with trainer.clock("score"):
        if name == "el2n_as_run":
            with torch.no_grad():
                return each(trainer, split, SCORES["el2n"], augmented=True)
        if name in COUNTED:
            columns = trainer.ledger.columns
            return forgetting(columns["forgotten"], columns["learned"], trainer.recipe.epochs, COUNTED[name])
        with evaluating(trainer.model):
            if name in GRADIENT_SCORES:
                return by_gradient(trainer, name)
            return each(trainer, split, SCORES[name])


def by_gradient(trainer: Trainer, name: str) -> Tensor:
    """A score [N] that needs the gradient of each example, in the network's own precision."""
    split = trainer.data.train
    return torch.cat([GRADIENT_SCORES[name](plain(trainer.model), split.fetch(ids), split.labels[ids])
                      for ids in in_order(split, FEW if name == "grand" else CHUNK)])


def check_score(name: str) -> None:
    """Refuse a score that there is none of."""
    if name and name not in ALL_SCORES:
        raise UserError(f"no score {name!r}; there are: {', '.join(ALL_SCORES)}")
