"""A network that notes how it is called."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from dietsb_core import evaluate, scores

OF_OUTPUTS = [name for name, score in scores.SCORES.items() if score.kind == "outputs"]


class Probe(nn.Module):
    """Batch norm, dropout and a linear layer; keeps the images it is given and the mode it was in."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.BatchNorm2d(3), nn.Dropout(0.5), nn.Flatten(), nn.Linear(768, 10))
        self.to(torch.float64)
        self.images, self.modes = [], []

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.images.append(x.clone())
        self.modes.append(self.training)
        return self.body(x)


@pytest.fixture
def probed(make_trainer, monkeypatch):
    """A trainer with a probe, augmentation drawn and the net in train mode, as in the middle of an epoch."""
    monkeypatch.setattr(evaluate, "CHUNK", 150)  # 400 examples in 3 parts
    trainer = make_trainer(net=Probe())
    trainer.data.train.augment(0, 0)
    trainer.model.train()
    return trainer
