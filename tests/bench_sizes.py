"""The sizes of a bench that takes a second."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from dietsb_core import models

BATCH = 8


@pytest.fixture(scope="module")
def net() -> nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return models.build("resnet8", 10, 16).to(memory_format=torch.channels_last)
