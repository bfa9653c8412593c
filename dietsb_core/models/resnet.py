"""Residual networks for small images, from torchvision's basic block (He et al. 2016, arXiv:1512.03385)."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn
from torchvision.models.resnet import BasicBlock, ResNet


def conv3x3(inputs: int, outputs: int, stride: int = 1) -> nn.Conv2d:
    """A 3×3 convolution that keeps the side (or halves it, with stride 2) and has no bias."""
    return nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)


def he_init(model: nn.Module) -> None:
    """Convolutions drawn from N(0, 2/fan_out) (He et al. 2015, arXiv:1502.01852), as torchvision's ResNet does."""
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")


class PadShortcut(nn.Module):
    """Shortcut option A: every second pixel, and zeros for the new channels. It has no parameters."""

    def __init__(self, new_channels: int) -> None:
        super().__init__()
        self.new_channels = new_channels

    def forward(self, x: Tensor) -> Tensor:
        """[m, c, s, s] -> [m, c + new_channels, ⌈s/2⌉, ⌈s/2⌉]."""
        # Pooling over one pixel is the same subsampling; a slice's gradient would lose channels_last (slow).
        return F.pad(F.avg_pool2d(x, 1, 2), (0, 0, 0, 0, 0, self.new_channels))


def _stage(inputs: int, outputs: int, blocks: int) -> nn.Sequential:
    if inputs == outputs:
        first = BasicBlock(inputs, outputs)
    else:
        first = BasicBlock(inputs, outputs, stride=2, downsample=PadShortcut(outputs - inputs))
    return nn.Sequential(first, *(BasicBlock(outputs, outputs) for _ in range(blocks - 1)))


def small_resnet(blocks: int, classes: int) -> nn.Sequential:
    """ResNet-(6·blocks + 2) of He et al. 2016, section 4.2: three stages of 16, 32 and 64 channels, shortcuts of
    option A ("identity shortcuts in all cases"). ResNet-20 has .27 M parameters at 10 classes, as printed there."""
    model = nn.Sequential(
        conv3x3(3, 16), nn.BatchNorm2d(16), nn.ReLU(inplace=True),
        _stage(16, 16, blocks), _stage(16, 32, blocks), _stage(32, 64, blocks),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, classes),
    )
    he_init(model)
    return model


def resnet18(classes: int) -> ResNet:
    """ResNet-18 with the stem that small images need: a 3×3 convolution of stride 1 and no max-pooling.

    torchvision's model otherwise (projection shortcuts, option B): 11.2 M parameters at 100 classes.
    """
    model = ResNet(BasicBlock, [2, 2, 2, 2], num_classes=classes)
    model.conv1, model.maxpool = conv3x3(3, 64), nn.Identity()
    he_init(model.conv1)
    return model
