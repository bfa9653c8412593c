"""Scores of examples from a network's outputs: (logits [m, classes], labels [m]) -> [m]. Large means hard."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F


def el2n(logits: Tensor, labels: Tensor) -> Tensor:
    """EL2N: ‖softmax(f(x)) − onehot(y)‖₂ (Paul et al. 2021, Definition 2.2), for one network. In [0, √2]."""
    error = logits.softmax(dim=1) - F.one_hot(labels, logits.shape[1]).to(logits.dtype)
    return error.norm(dim=1)


def cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """Cross-entropy in nats, without label smoothing."""
    return F.cross_entropy(logits, labels, reduction="none")


def margin(logits: Tensor, labels: Tensor) -> Tensor:
    """Largest probability of another class less that of the right one. In [−1, 1]; above 0 is an error."""
    probability = logits.softmax(dim=1)
    right = probability.gather(1, labels[:, None]).squeeze(1)
    other = probability.scatter(1, labels[:, None], -1.0).max(dim=1).values
    return other - right


def entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """Entropy of the predicted distribution, in nats. It does not look at the labels."""
    return torch.special.entr(logits.softmax(dim=1)).sum(dim=1)


SCORES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "el2n": el2n, "cross_entropy": cross_entropy, "margin": margin, "entropy": entropy,
}
