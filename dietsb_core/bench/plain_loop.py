"""What the engine is timed against: a training loop as most scripts have it, on torch's DataLoader."""

from __future__ import annotations

import os
from functools import partial

import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

from dietsb_core.data import channel_statistics
from dietsb_core.recipe import Recipe
from dietsb_core.sources import Split

WORKERS = (0, min(8, os.cpu_count() or 1))  # loading processes that are tried; the better number counts


class PilImages(Dataset):
    """One example at a time, as torchvision's CIFAR classes give it: a transformed PIL image and a label."""

    def __init__(self, split: Split, crop: int):
        mean, std = channel_statistics(split.images)
        self.split, self.transform = split, transforms.Compose([
            transforms.RandomCrop(split.images.shape[1], padding=crop),
            transforms.RandomHorizontalFlip(),
            transforms.ToTensor(),
            transforms.Normalize(mean.tolist(), std.tolist()),
        ])

    def __len__(self) -> int:
        return len(self.split)

    def __getitem__(self, row: int) -> tuple[Tensor, int]:
        return self.transform(Image.fromarray(self.split.images[row])), int(self.split.labels[row])


class PlainLoop:
    """Trains `net` on shuffled batches, with `workers` loading processes and the SGD of `recipe`.

    As such loops are written it computes in float32 and in the default memory format. `matched` gives it the
    engine's arithmetic instead, channels_last and `precision`, so that only the handling of data differs.
    """

    def __init__(self, split: Split, net: nn.Module, recipe: Recipe, device: torch.device, workers: int,
                 matched: bool, precision: str):
        self.recipe, self.device = recipe, device
        self.layout = torch.channels_last if matched else torch.contiguous_format
        self.autocast = partial(torch.autocast, device.type, torch.bfloat16,
                                enabled=matched and precision == "bfloat16")
        self.net = net.to(device, memory_format=self.layout)
        self.loader = DataLoader(PilImages(split, recipe.crop), recipe.batch, shuffle=True, drop_last=True,
                                 num_workers=workers, persistent_workers=workers > 0,
                                 pin_memory=device.type == "cuda", generator=torch.Generator().manual_seed(0))
        self.optimiser = torch.optim.SGD(net.parameters(), lr=recipe.lr, momentum=recipe.momentum, fused=True,
                                         nesterov=recipe.nesterov, weight_decay=recipe.weight_decay)

    def epoch(self, epoch: int) -> int:
        """Train for one epoch; returns the examples trained on."""
        self.net.train()
        # The transforms draw from the process's random state; it is left as it was.
        with torch.random.fork_rng(devices=[]):
            for step, (images, labels) in enumerate(self.loader):
                for group in self.optimiser.param_groups:
                    group["lr"] = self.recipe.rate((epoch + step / len(self.loader)) / self.recipe.epochs)
                self.step(images, labels)
        return len(self.loader) * self.recipe.batch

    def step(self, images: Tensor, labels: Tensor) -> None:
        """One optimiser step on images [m, 3, H, W] and labels [m]."""
        images = images.to(self.device, non_blocking=True, memory_format=self.layout)
        with self.autocast():
            logits = self.net(images)
        F.cross_entropy(logits.float(), labels.to(self.device, non_blocking=True)).backward()
        self.optimiser.step()
        self.optimiser.zero_grad()
