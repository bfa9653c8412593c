"""How much of a training set is redundant to the network that was trained on it: three measures, from one pass.

They use the excess of a loss over the least that its target allows: the target's own entropy, 0 without label
smoothing. Smoothing therefore does not shift them.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from dietsb_core.compiled import plain
from dietsb_core.evaluate import CHUNK, evaluating, in_order
from dietsb_core.gradients import last_layer
from dietsb_core.train import Trainer

FIT = -math.log(0.9)  # nats; without smoothing an excess below it is a probability above .9 of the right class


def redundancy(trainer: Trainer) -> dict[str, float]:
    """fit: the share of examples whose excess loss is below FIT. loss_concentration: the least share of examples that
    holds half of all excess loss; .5 where all examples have the same. effective_share: (E‖g‖)² / E‖g‖² of the norms of
    the gradients of the last layer; 1 where all norms are equal, and unbiased sampling can save nothing."""
    split, smoothing = trainer.data.train, trainer.recipe.label_smoothing
    floor = least(smoothing, trainer.data.classes)
    losses, norms = [], []
    with trainer.clock("eval"), evaluating(trainer.model), trainer.autocast():
        for ids in in_order(split, CHUNK):
            loss, norm = last_layer(plain(trainer.model), split.fetch(ids), split.labels[ids], smoothing)
            losses.append((loss.double() - floor).clamp(min=0))
            norms.append(norm.double())
    return measures(torch.cat(losses), torch.cat(norms))


def least(smoothing: float, classes: int) -> float:
    """The entropy in nats of a target with label smoothing over `classes`: its cross-entropy is never below it."""
    other = smoothing / classes
    return -sum(n * p * math.log(p) for n, p in ((1, 1 - smoothing + other), (classes - 1, other)) if p > 0)


def measures(excess: Tensor, norms: Tensor) -> dict[str, float]:
    """The three, of excess losses [N] (nats) and gradient norms [N]."""
    carried = excess.sort(descending=True).values.cumsum(0)
    half = int((carried < carried[-1] / 2).sum()) + 1
    spread = norms.square().mean()
    return {"fit": float((excess < FIT).double().mean()), "loss_concentration": half / len(excess),
            "effective_share": float(norms.mean() ** 2 / spread) if spread > 0 else 1.0}
