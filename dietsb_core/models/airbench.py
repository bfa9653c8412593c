"""A narrow network of the airbench kind, which trains well in minutes on a CPU.

Jordan 2024, "94% on CIFAR-10 in 3.29 seconds on a single GPU", arXiv:2404.00498; whitening after Page 2019, "How to
train your ResNet". Kept from airbench94: the layers and their order, Dirac initialisation, batch norm whose running
statistics follow fast (its momentum=0.6 is 0.4 in torch's convention), logits divided by 9.
Departures: narrower; batch norm's weights train (frozen at 1, as in airbench94, four epochs of CIFAR-100 ended at
47.5 % instead of 53.2 %, one seed each); the whitening has no bias (airbench trains one for three epochs), so that
nothing below the first 3×3 convolution needs a gradient; torch's eps in batch norm, since 1e-12 would blow up the
rounding noise in the empty channels that whitening leaves of grey images; a global max-pool, so that the side is free.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

PATCH = 2 * 2 * 3          # numbers in a 2×2 patch of colours: as many eigenvectors
WHITENING_IMAGES = 5_000   # enough for 12 eigenvectors: about five million patches at 32×32
WHITENING_EPS = 5e-4


class Conv(nn.Conv2d):
    """3×3 without bias; the first filters copy a channel each (Dirac), an implicit residual connection."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(inputs, outputs, 3, padding=1, bias=False)

    def reset_parameters(self) -> None:
        super().reset_parameters()
        nn.init.dirac_(self.weight.data[:self.in_channels])


class BatchNorm(nn.BatchNorm2d):
    """A running statistic moves 40 % of the way to the batch's at every step."""

    def __init__(self, channels: int) -> None:
        super().__init__(channels, momentum=0.4)


class Group(nn.Sequential):
    """conv 3×3, max-pool 2, BN, GELU, conv 3×3, BN, GELU: [m, inputs, s, s] -> [m, outputs, s/2, s/2]."""

    def __init__(self, inputs: int, outputs: int, pool: nn.MaxPool2d) -> None:
        super().__init__(
            Conv(inputs, outputs), pool, BatchNorm(outputs), nn.GELU(),
            Conv(outputs, outputs), BatchNorm(outputs), nn.GELU(),
        )


class Airbench(nn.Module):
    """Frozen whitening, three groups of the given widths, global max-pool, a linear head without bias.

    (32, 96, 96) has .30 M parameters at 100 classes. Call `fit_input` once, before training.
    """

    def __init__(self, widths: tuple[int, int, int], classes: int, side: int) -> None:
        super().__init__()
        self.whiten = nn.Conv2d(3, 2 * PATCH, 2, bias=False)
        self.whiten.weight.requires_grad_(False)
        # The whitened map is side - 1 wide. Halved three times and rounded down, nothing would be left of 7.
        pool = nn.MaxPool2d(2, ceil_mode=side < 16)
        inputs = (2 * PATCH, *widths[:-1])
        self.groups = nn.Sequential(*(Group(i, o, pool) for i, o in zip(inputs, widths, strict=True)))
        self.head = nn.Linear(widths[-1], classes, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Normalised images [m, 3, side, side] -> logits [m, classes]."""
        x = self.groups(F.gelu(self.whiten(x)))
        return self.head(F.adaptive_max_pool2d(x, 1).flatten(1)) / 9

    @torch.no_grad()
    def fit_input(self, images: Tensor) -> None:
        """Set the whitening from normalised training images [n, 3, side, side]; of many, 5,000 evenly spread ones.

        PCA whitening: eigenvectors of the patches' second moments over √(eigenvalue + eps), then their negatives, so
        that the GELU behind loses neither sign.
        """
        values, vectors = torch.linalg.eigh(_second_moments(images[::-(-len(images) // WHITENING_IMAGES)]))
        vectors = vectors.T.flip(0)  # a row each, the largest eigenvalue first
        # An eigenvector's sign is the solver's choice: settle it, or two machines would order the channels differently.
        largest = vectors.gather(1, vectors.abs().argmax(1, keepdim=True))
        filters = vectors * largest.sign() / (values.flip(0) + WHITENING_EPS).sqrt()[:, None]
        self.whiten.weight.copy_(torch.cat([filters, -filters]).view_as(self.whiten.weight))


def _second_moments(images: Tensor) -> Tensor:
    """E[p pᵀ] (float64 [12, 12]) over all 2×2 patches p of `images`, ordered as a convolution's weights are."""
    total = torch.zeros(PATCH, PATCH, dtype=torch.float64, device=images.device)
    patches = 0
    for some in images.split(100):  # unfolded in float64, 100 images of 32×32 are 9 MB
        columns = F.unfold(some.double(), 2)
        total += (columns @ columns.mT).sum(0)
        patches += columns.shape[0] * columns.shape[2]
    return total / patches
