"""Pick k of n on the device: fixed shapes, no boolean masks, no trip to the host."""

from __future__ import annotations

import torch
from torch import Tensor

from dietsb_core.errors import UserError


def _check(k: int, n: int) -> None:
    if not 0 < k <= n:
        raise UserError(f"cannot draw {k} of {n} examples: draw between 1 and {n}; keep more, or enlarge the batch")


def top(values: Tensor, k: int) -> Tensor:
    """Positions (int64 [k]) of the k largest of `values` [n], largest first; ties keep the order of the rows."""
    _check(k, len(values))
    # topk breaks ties as it likes; at the bottom of EL2N there are many, so a stable sort decides.
    return torch.sort(values, descending=True, stable=True).indices[:k]


def uniform(n: int, k: int, rng: torch.Generator) -> Tensor:
    """k positions (int64 [k]) out of n, uniformly, without replacement."""
    _check(k, n)
    return torch.randperm(n, generator=rng, device=rng.device)[:k]


def weighted(log_weights: Tensor, k: int, rng: torch.Generator) -> Tensor:
    """k positions without replacement, drawn one after the other in proportion to exp(`log_weights`) [n].

    Gumbel-top-k (Kool et al. 2019): the k largest of log w + Gumbel noise have exactly the distribution of
    sequential draws without replacement, `np.random.choice(n, k, replace=False, p=w/w.sum())`.
    """
    _check(k, len(log_weights))
    noise = torch.empty(len(log_weights), dtype=torch.float64, device=rng.device).exponential_(generator=rng)
    return torch.topk(log_weights.double() - noise.log(), k).indices


def by_rank(losses: Tensor, keep: float, k: int, rng: torch.Generator) -> Tensor:
    """The poster's and Composer's Selective-Backprop draw: k of the n `losses` [n], high losses more often.

    Losses are ranked ascending, r = 0..n-1, and drawn without replacement with p_r ∝ ((r + ½)/n)^(1/keep − 1).
    """
    n = len(losses)
    _check(k, n)
    order = torch.sort(losses, stable=True).indices
    quantile = (torch.arange(n, device=losses.device, dtype=torch.float64) + 0.5) / n
    return order[weighted((1.0 / keep - 1.0) * quantile.log(), k, rng)]
