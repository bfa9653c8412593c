"""Scores of examples from a network's outputs: (logits [m, classes], labels [m]) -> [m]. Large means hard."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from dietsb_core.errors import UserError


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


def forgetting(forgotten: Tensor, learned: Tensor, epochs: int, never: str = "hardest") -> Tensor:
    """Forgetting events of each example [N] (Toneva et al. 2019), from the counts of a training of `epochs`.

    `never` says what an example is that was never right, whose count is 0 too: "hardest", as Toneva has it, above
    every count there can be; or "easiest", as several re-implementations have it, which prunes it first.
    """
    if never not in NEVER:
        raise UserError(f"never={never!r}: an example that was never learned ranks one of {', '.join(NEVER)}")
    return torch.where(learned, forgotten, epochs if never == "hardest" else 0)


NEVER = ("hardest", "easiest")

SCORES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "el2n": el2n, "cross_entropy": cross_entropy, "margin": margin, "entropy": entropy,
}
