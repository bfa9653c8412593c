"""Wide residual networks with pre-activation (Zagoruyko & Komodakis 2016, arXiv:1605.07146), without dropout."""

from __future__ import annotations

from torch import Tensor, nn

from dietsb_core.models.resnet import conv3x3, he_init


class PreActivationBlock(nn.Module):
    """B(3,3): BN, ReLU, 3×3, BN, ReLU, 3×3, plus the shortcut; a 1×1 projection where the width changes."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(inputs), conv3x3(inputs, outputs, stride)
        self.bn2, self.conv2 = nn.BatchNorm2d(outputs), conv3x3(outputs, outputs)
        self.relu = nn.ReLU(inplace=True)
        self.projection = None if inputs == outputs else nn.Conv2d(inputs, outputs, 1, stride, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """[m, inputs, s, s] -> [m, outputs, s/stride, s/stride]."""
        active = self.relu(self.bn1(x))
        # As in the authors' code, a projection sees the activated input, and an identity the input itself.
        shortcut = x if self.projection is None else self.projection(active)
        return self.conv2(self.relu(self.bn2(self.conv1(active)))) + shortcut


def wide_resnet(depth: int, width: int, classes: int) -> nn.Sequential:
    """WRN-depth-width, depth = 6n + 4: three stages of n blocks with 16, 32 and 64 times `width` channels.

    At 10 classes WRN-16-4 has 2.75 M parameters and WRN-28-10 36.5 M, as printed.
    """
    blocks, channels = (depth - 4) // 6, 16
    layers: list[nn.Module] = [conv3x3(3, channels)]
    for outputs, stride in ((16 * width, 1), (32 * width, 2), (64 * width, 2)):
        for block in range(blocks):
            layers.append(PreActivationBlock(channels, outputs, stride if block == 0 else 1))
            channels = outputs
    model = nn.Sequential(
        *layers, nn.BatchNorm2d(channels), nn.ReLU(inplace=True),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes),
    )
    he_init(model)
    return model
