"""A training loop as most scripts have it, with the selector's few lines in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch
from conftest import TINY, tiny_net
from policy_table import TABLE
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils import data as loading
from torch.utils.data import DataLoader

from dietsb_core import scores
from dietsb_core.data import Dataset
from dietsb_core.own_loop import Queue, Selector
from dietsb_core.policies import policy
from dietsb_core.rng import generator
from dietsb_core.sources import Source

EPOCHS = TINY.epochs
FIXED = replace(TINY, crop=0, flip=False, precision="float32")  # without augmentation, which is the user's affair
SCORES = {name: torch.rand(400, generator=generator("cpu", name)) for name in scores.SCORES}


class Pairs(loading.Dataset):
    """Images and labels, one at a time."""

    def __init__(self, images: Tensor, labels: Tensor):
        self.images, self.targets = images, labels

    def __len__(self) -> int:
        return len(self.targets)

    def __getitem__(self, row: int) -> tuple[Tensor, Tensor]:
        return self.images[row], self.targets[row]


def pairs(source: Source) -> Pairs:
    """The training set as a user might hold it: float images and labels."""
    train = Dataset(source, FIXED, "cpu", torch.float32).train
    return Pairs(train.fetch(torch.arange(len(train))).contiguous(), train.labels)


def cross_entropy(net: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    return F.cross_entropy(net(x).float(), y, reduction="none")


class PlainLoop:
    """`net` in training on `data` by `name`; `trained` lists the ids of each step."""

    def __init__(self, data: Pairs, name: str, keep: float = 1.0, options: dict | None = None, *, batch: int = 32,
                 order: Callable | None = None, workers: int = 0, net: nn.Module | None = None, **given):
        self.data, self.batch, self.whole_steps = data, batch, TABLE[name][0].whole_steps
        self.net = net or tiny_net().float()
        self.selector = Selector(policy(name, keep, **(options or {})), data, epochs=EPOCHS,
                                 **{"scores": SCORES, "survey": self.survey, **given})
        sampler = self.selector.sampler(order(self.selector.data) if order else None)
        self.loader = DataLoader(self.selector.data, self.selector.candidates(batch), sampler=sampler, drop_last=True,
                                 num_workers=workers, persistent_workers=workers > 0)
        self.optimiser = torch.optim.SGD(self.net.parameters(), lr=1.0, momentum=TINY.momentum, nesterov=TINY.nesterov,
                                         weight_decay=TINY.weight_decay, fused=True)
        self.trained: list[list[int]] = []

    def epoch(self, epoch: int) -> None:
        self.net.train()
        queue, steps = Queue(self.batch), len(self.loader)
        for step, (ids, x, y) in enumerate(self.selector.epoch(self.loader, epoch)):
            self.optimiser.param_groups[0]["lr"] = TINY.rate((epoch + step / steps) / EPOCHS)
            x = x.contiguous(memory_format=torch.channels_last)
            chosen = self.selector.select(ids, lambda x=x, y=y: cross_entropy(self.net, x, y))
            parts = ids[chosen], x[chosen], y[chosen]
            for part in [parts] if self.whole_steps else queue(*parts):
                self.step(*part)

    def step(self, ids: Tensor, x: Tensor, y: Tensor) -> None:
        self.selector.loss(ids, cross_entropy(self.net, x, y)).backward()
        self.optimiser.step()
        self.optimiser.zero_grad()
        self.trained.append(ids.tolist())

    def survey(self, ids: Tensor) -> Tensor:
        self.net.eval()
        images = self.data.images.contiguous(memory_format=torch.channels_last)
        losses = [cross_entropy(self.net, images[part], self.data.targets[part]) for part in ids.split(128)]
        self.net.train()
        return torch.cat(losses)

    def state(self) -> dict[str, Tensor]:
        """Parameters, statistics, momentum and ledger, by name."""
        momentum = {str(key): value["momentum_buffer"] for key, value in self.optimiser.state_dict()["state"].items()}
        return {**self.net.state_dict(), **momentum, **self.selector.ledger.columns}
