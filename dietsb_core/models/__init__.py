"""Networks for small square images, by name: `build("resnet18", classes=100, side=32)`."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

from torch import nn

from dietsb_core.errors import UserError
from dietsb_core.models.airbench import Airbench
from dietsb_core.optional import needed

SMALLEST_SIDE = 8


def _part(file: str) -> ModuleType:
    """A module of this folder that is built from torchvision's blocks."""
    return needed(f"dietsb_core.models.{file}", "this network")


MODELS: dict[str, Callable[[int, int], nn.Module]] = {  # name -> constructor of (classes, side)
    "resnet8": lambda classes, side: _part("resnet").small_resnet(1, classes),
    "resnet14": lambda classes, side: _part("resnet").small_resnet(2, classes),
    "resnet20": lambda classes, side: _part("resnet").small_resnet(3, classes),
    "resnet18": lambda classes, side: _part("resnet").resnet18(classes),
    "googlenet": lambda classes, side: _part("googlenet").GoogLeNet(classes),
    "wrn16_4": lambda classes, side: _part("wideresnet").wide_resnet(16, 4, classes),
    "wrn28_10": lambda classes, side: _part("wideresnet").wide_resnet(28, 10, classes),
    "airbench": lambda classes, side: Airbench((32, 96, 96), classes, side),
    "airbench_small": lambda classes, side: Airbench((16, 64, 64), classes, side),
}


def build(name: str, classes: int, side: int) -> nn.Module:
    """A freshly initialised network: images [m, 3, side, side] -> logits [m, classes].

    Initial weights come from torch's global generator: construct under `torch.random.fork_rng` and a seed. Where the
    network has a method `fit_input`, call it once with normalised training images before the first step.
    Raises UserError for an unknown name, fewer than 2 classes or a side below 8.
    """
    if name not in MODELS:
        raise UserError(f"unknown model {name!r}: choose one of {', '.join(MODELS)}")
    if classes < 2:
        raise UserError(f"classes={classes}: a classifier needs at least 2 classes")
    if side < SMALLEST_SIDE:
        raise UserError(f"side={side}: {name} takes images of {SMALLEST_SIDE} pixels a side or more; enlarge them")
    return MODELS[name](classes, side)


def parameter_count(model: nn.Module) -> int:
    """How many numbers training adjusts: frozen weights and running statistics do not count."""
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
