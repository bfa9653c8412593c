"""Passes without training, in eval mode: test accuracy, and scores of the whole training set."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from dietsb_core import scores
from dietsb_core.compiled import plain
from dietsb_core.data import Images
from dietsb_core.scores import cross_entropy
from dietsb_core.train import Trainer

CHUNK = 1000  # images a forward pass: memory, not accuracy, depends on it
FEW = 32      # images at a time where each has a gradient of its own


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
    """The score `name` of every training example, [N], in fixed order."""
    wanted = scores.score(name)
    with trainer.clock("score"):
        return BY_KIND[wanted.kind](trainer, wanted.of)


# A score [N] by its function, a way for each of `scores.Kind`.

def by_outputs(trainer: Trainer, of: Callable[..., Tensor]) -> Tensor:
    with evaluating(trainer.model):
        return each(trainer, trainer.data.train, of)


def by_outputs_in_training(trainer: Trainer, of: Callable[..., Tensor]) -> Tensor:
    with torch.no_grad():
        return each(trainer, trainer.data.train, of, augmented=True)


def by_network(trainer: Trainer, of: Callable[..., Tensor]) -> Tensor:
    return in_parts(trainer, of, CHUNK)


def by_gradients(trainer: Trainer, of: Callable[..., Tensor]) -> Tensor:
    return in_parts(trainer, of, FEW)


def in_parts(trainer: Trainer, of: Callable[..., Tensor], size: int) -> Tensor:
    """`of(model, images, labels)` of at most `size` examples at a time, in the network's own precision, [N]."""
    split = trainer.data.train
    with evaluating(trainer.model):
        return torch.cat([of(plain(trainer.model), split.fetch(ids), split.labels[ids])
                          for ids in in_order(split, size)])


def by_counts(trainer: Trainer, of: Callable[..., Tensor]) -> Tensor:
    return of(trainer.ledger.columns, trainer.recipe.epochs)


BY_KIND: dict[scores.Kind, Callable[[Trainer, Callable[..., Tensor]], Tensor]] = {
    "outputs": by_outputs, "outputs in training": by_outputs_in_training, "network": by_network,
    "gradients": by_gradients, "counts": by_counts}
