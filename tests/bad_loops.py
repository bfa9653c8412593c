"""A selector and a loop in which one thing is wrong."""

from __future__ import annotations

import torch
from torch.utils.data import DataLoader, TensorDataset

from dietsb_core.own_loop import Selector
from dietsb_core.policies import policy

DATA = TensorDataset(torch.zeros(40, 2), torch.arange(40) % 4)


def selector(method: str = "full", keep: float = 1.0, epochs: int = 2, **given) -> Selector:
    options = given.pop("options", {})
    return Selector(policy(method, keep, **options), given.pop("data", DATA), epochs=epochs, **given)


def run(one: Selector, loader=None, epoch: int = 0, losses=None, **given) -> None:
    """An epoch of a loop that trains on nothing."""
    loader = DataLoader(one.data, 8, sampler=one.sampler()) if loader is None else loader
    for ids, *_ in one.epoch(loader, epoch):
        chosen = one.select(ids, lambda ids=ids: torch.ones(len(ids)) if losses is None else losses)
        one.loss(ids[chosen], torch.ones(len(chosen)), **given)


def within(call) -> None:
    """`call(selector)` in the middle of an epoch."""
    one = selector("selective_backprop", 0.5)
    for _ in one.epoch(DataLoader(one.data, 8), 0):
        call(one)
