"""GoogLeNet for small images (Szegedy et al. 2015, arXiv:1409.4842), from torchvision's blocks.

As in the well-known CIFAR ports: one 3×3 convolution in place of the 7×7 stem and its two max-poolings, batch
normalisation, two stacked 3×3 convolutions where the paper has a 5×5 (the same field of view with fewer parameters),
and no auxiliary heads: 6.2 M parameters at 100 classes. There is no dropout: it would draw from torch's
global generator, whose state a resumed run does not carry.
"""

from __future__ import annotations

from torch import nn
from torchvision.models.googlenet import BasicConv2d
from torchvision.models.googlenet import Inception as InceptionWithOne3x3

# Table 1 of the paper: channels in | 1×1 | 3×3 reduce, 3×3 | 5×5 reduce, 5×5 | pool projection; None halves the side.
LAYERS = (
    (192, 64, 96, 128, 16, 32, 32),
    (256, 128, 128, 192, 32, 96, 64),
    None,
    (480, 192, 96, 208, 16, 48, 64),
    (512, 160, 112, 224, 24, 64, 64),
    (512, 128, 128, 256, 24, 64, 64),
    (512, 112, 144, 288, 32, 64, 64),
    (528, 256, 160, 320, 32, 128, 128),
    None,
    (832, 256, 160, 320, 32, 128, 128),
    (832, 384, 192, 384, 48, 128, 128),
)


class Inception(InceptionWithOne3x3):
    """torchvision's block, which has a single 3×3 where the paper has a 5×5, with the second 3×3 added."""

    def __init__(self, inputs: int, one: int, reduce3: int, three: int, reduce5: int, five: int, pool: int) -> None:
        super().__init__(inputs, one, reduce3, three, reduce5, five, pool)
        self.branch3.append(BasicConv2d(five, five, kernel_size=3, padding=1))


class GoogLeNet(nn.Sequential):
    """[m, 3, side, side] -> logits [m, classes]; the maps are side, side/2 and side/4 wide."""

    def __init__(self, classes: int) -> None:
        super().__init__(
            BasicConv2d(3, 192, kernel_size=3, padding=1),
            *(Inception(*row) if row else nn.MaxPool2d(3, stride=2, padding=1) for row in LAYERS),
            nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1024, classes),
        )
