"""A data set on the training device: uint8 images, augmented a batch at a time."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from dietsb_core.recipe import Recipe
from dietsb_core.rng import generator
from dietsb_core.sources import Source


class Images:
    """One split. `fetch` gathers, normalises and, when `augment` was called for the epoch, augments.

    images: uint8 [N, H, W, 3]; mean, std: float [3], of the training set, in [0, 1].
    """

    def __init__(self, images: Tensor, labels: Tensor, mean: Tensor, std: Tensor, recipe: Recipe, device, dtype):
        self.side, self.pad, self.recipe = images.shape[1], recipe.crop, recipe
        self.labels = labels.to(device)
        self.padded = pad(images, self.pad, recipe.reflect).to(device)
        # (x / 255 − mean) / std as one multiply and one add.
        self.scale = (1 / (255 * std)).to(device, dtype)
        self.shift = (-mean / std).to(device, dtype)
        self.draws: tuple[Tensor, ...] | None = None

    def __len__(self) -> int:
        return len(self.labels)

    def augment(self, seed: int, epoch: int) -> None:
        """Draw every example's crop, flip and angle for this epoch, so that they depend on nothing else:
        an example looks the same in an epoch whichever method fetches it, and however often."""
        n, device = len(self), self.padded.device
        rng = generator(device, seed, epoch, "augment")
        offset = torch.randint(0, 2 * self.pad + 1, (2, n), generator=rng, device=device)
        mirror = torch.rand(n, generator=rng, device=device) < 0.5
        angle = (torch.rand(n, generator=rng, device=device) * 2 - 1) * self.recipe.rotate
        self.draws = offset[0], offset[1], mirror, angle

    def fetch(self, ids: Tensor, *, augmented: bool = False) -> Tensor:
        """The images `ids` (int64 [m]), normalised: float [m, 3, H, W], channels_last."""
        windows = self.windows()
        if not augmented:
            return self.normalise(windows[ids, self.pad, self.pad])
        y, x, mirror, angle = (draw[ids] for draw in self.draws)
        batch = windows[ids, y, x]
        if self.recipe.flip:
            batch = torch.where(mirror[:, None, None, None], batch.flip(2), batch)
        out = self.normalise(batch)
        return rotate(out, angle) if self.recipe.rotate else out

    def windows(self) -> Tensor:
        """Every crop of every image as a view: uint8 [N, 2p+1, 2p+1, H, W, 3]."""
        n, h, w, c = self.padded.shape
        s = self.padded.stride()
        shape = (n, h - self.side + 1, w - self.side + 1, self.side, self.side, c)
        return self.padded.as_strided(shape, (s[0], s[1], s[2], s[1], s[2], s[3]))

    def normalise(self, batch: Tensor) -> Tensor:
        out = batch.to(self.scale.dtype).mul_(self.scale).add_(self.shift)
        return out.permute(0, 3, 1, 2)  # NCHW by shape, NHWC in memory: channels_last


def pad(images: Tensor, by: int, reflect: bool) -> Tensor:
    """uint8 [N, H, W, 3] with `by` pixels more on each side; padded once, so that a crop is only a view."""
    if not by:
        return images
    n, h, w, c = images.shape
    out = images.new_zeros(n, h + 2 * by, w + 2 * by, c)
    for part, target in zip(images.split(4096), out.split(4096), strict=True):  # a part at a time, to save memory
        chw = part.permute(0, 3, 1, 2).float()
        mode = {"mode": "reflect"} if reflect else {"mode": "constant", "value": 0.0}
        target.copy_(F.pad(chw, (by,) * 4, **mode).permute(0, 2, 3, 1))
    return out


def rotate(batch: Tensor, degrees: Tensor) -> Tensor:
    """`batch` [m, 3, H, W], each image turned by its own `degrees` [m] about its centre, bilinear, zero outside."""
    radians = torch.deg2rad(degrees).to(batch.dtype)
    cos, sin, zero = radians.cos(), radians.sin(), torch.zeros_like(radians)
    theta = torch.stack([cos, -sin, zero, sin, cos, zero], dim=1).view(-1, 2, 3)
    grid = F.affine_grid(theta, list(batch.shape), align_corners=False)
    out = F.grid_sample(batch, grid, align_corners=False)
    return out.contiguous(memory_format=torch.channels_last)


class Dataset:
    """Training and test images of a `Source` on one device."""

    def __init__(self, source: Source, recipe: Recipe, device="cpu", dtype=torch.float32):
        self.source, self.classes = source, len(source.classes)
        train = torch.from_numpy(source.train.images)
        mean, std = channel_statistics(train)
        self.train, self.test = (
            Images(torch.from_numpy(split.images), torch.from_numpy(split.labels), mean, std, recipe, device, dtype)
            for split in (source.train, source.test))


def channel_statistics(images: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and deviation of each channel over all pixels of uint8 [N, H, W, 3], in [0, 1]; float64 [3]."""
    # From a histogram: exact, and no float copy of the whole set.
    levels = torch.arange(256, dtype=torch.float64) / 255
    share = sum(torch.stack([torch.bincount(part[..., c].flatten(), minlength=256) for c in range(3)]).double()
                for part in images.split(4096))
    share /= share.sum(1, keepdim=True)
    mean = share @ levels
    return mean, ((share * (levels - mean[:, None]) ** 2).sum(1)).sqrt()
