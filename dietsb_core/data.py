"""A data set for the training device: uint8 images, kept there or read ahead of it, augmented a batch at a time."""

from __future__ import annotations

import os

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from dietsb_core.errors import UserError
from dietsb_core.recipe import Recipe
from dietsb_core.rng import generator
from dietsb_core.sources import Source
from dietsb_core.sources.array_reader import histogram
from dietsb_core.sources.prefetch import Ahead

LARGE = 1 / 4  # of the device's memory: images that are more are read ahead instead of kept there


class Images:
    """One split, kept on the device. `fetch` gathers, normalises and, when `augment` was called for the epoch,
    augments.

    images: uint8 [N, H, W, 3]; labels: int64 [N]; mean, std: float [3], of the training set, in [0, 1].
    """

    def __init__(self, images: np.ndarray, labels: Tensor, mean: Tensor, std: Tensor, recipe: Recipe, device, dtype):
        self.side, self.pad, self.recipe = images.shape[1], recipe.crop, recipe
        self.labels = labels.to(device)
        # (x / 255 − mean) / std as one multiply and one add; a channel that never varies is 0 and not 0 / 0.
        std = std.clamp(min=1 / 255)
        self.scale = (1 / (255 * std)).to(device, dtype)
        self.shift = (-mean / std).to(device, dtype)
        self.draws: tuple[Tensor, ...] | None = None
        self.keep(images)

    def __len__(self) -> int:
        return len(self.labels)

    def keep(self, images: np.ndarray) -> None:
        """Put the images where `crops` takes them from."""
        self.padded = pad(torch.from_numpy(images), self.pad, self.recipe.reflect).to(self.labels.device)

    def ahead(self, order: Tensor) -> None:
        """Announce the order (int64 [n]) in which images will be fetched. Images that are kept here need no such
        hint."""

    def augment(self, seed: int, epoch: int) -> None:
        """Draw every example's crop, flip and angle for this epoch, so that they depend on nothing else:
        an example looks the same in an epoch whichever method fetches it, and however often."""
        n, device = len(self), self.labels.device
        rng = generator(device, seed, epoch, "augment")
        offset = torch.randint(0, 2 * self.pad + 1, (2, n), generator=rng, device=device)
        mirror = torch.rand(n, generator=rng, device=device) < 0.5
        angle = (torch.rand(n, generator=rng, device=device) * 2 - 1) * self.recipe.rotate
        self.draws = offset[0], offset[1], mirror, angle

    def fetch(self, ids: Tensor, *, augmented: bool = False) -> Tensor:
        """The images `ids` (int64 [m]), normalised: float [m, 3, H, W], channels_last."""
        if not augmented:
            return self.normalise(self.whole(ids))
        y, x, mirror, angle = (draw[ids] for draw in self.draws)
        batch = self.crops(ids, y, x)
        if self.recipe.flip:
            batch = torch.where(mirror[:, None, None, None], batch.flip(2), batch)
        out = self.normalise(batch)
        return rotate(out, angle) if self.recipe.rotate else out

    def whole(self, ids: Tensor) -> Tensor:
        """The images `ids` [m] as they are: uint8 [m, H, W, 3] on the device."""
        return windows(self.padded, self.side)[ids, self.pad, self.pad]

    def crops(self, ids: Tensor, y: Tensor, x: Tensor) -> Tensor:
        """The same, cut out of the padded images at row y and column x (each int64 [m])."""
        return windows(self.padded, self.side)[ids, y, x]

    def normalise(self, batch: Tensor) -> Tensor:
        out = batch.to(self.scale.dtype).mul_(self.scale).add_(self.shift)
        return out.permute(0, 3, 1, 2)  # NCHW by shape, NHWC in memory: channels_last


class Streamed(Images):
    """One split that stays on the host or in its file, however large. It gives the same batches to the last bit."""

    def keep(self, images: np.ndarray) -> None:
        self.reader = Ahead(images)

    def ahead(self, order: Tensor) -> None:
        """Say in which order (int64 [n]) images are about to be fetched, so that they are read before they are."""
        self.reader.plan(order)

    def whole(self, ids: Tensor) -> Tensor:
        device = self.labels.device
        return self.reader.fetch(ids, pinned=device.type == "cuda").to(device, non_blocking=True)

    def crops(self, ids: Tensor, y: Tensor, x: Tensor) -> Tensor:
        if not self.pad:
            return self.whole(ids)
        padded = pad(self.whole(ids), self.pad, self.recipe.reflect)
        return windows(padded, self.side)[torch.arange(len(ids), device=y.device), y, x]


def streamed(images: np.ndarray, device: torch.device) -> bool:
    """Whether `images` are read ahead of the device: those mapped from a file, and those too large to keep there."""
    memory = (torch.cuda.get_device_properties(device).total_memory if device.type == "cuda"
              else os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    return isinstance(images, np.memmap) or images.nbytes > LARGE * memory


def windows(padded: Tensor, side: int) -> Tensor:
    """Every crop of every image as a view: uint8 [N, 2p+1, 2p+1, side, side, 3] of [N, side+2p, side+2p, 3]."""
    n, h, w, c = padded.shape
    s = padded.stride()
    return padded.as_strided((n, h - side + 1, w - side + 1, side, side, c), (s[0], s[1], s[2], s[1], s[2], s[3]))


def pad(images: Tensor, by: int, reflect: bool) -> Tensor:
    """uint8 [N, H, W, 3] with `by` pixels more on each side, mirrored at the edge or zero."""
    if not by:
        return images
    n, h, w, c = images.shape
    if reflect and by >= min(h, w):
        raise UserError(f"crop={by}: images of {h} px can be mirrored at their edges by {h - 1} px at most")
    out = images.new_zeros(n, h + 2 * by, w + 2 * by, c)
    out[:, by:-by, by:-by] = images
    for axis, size in ((1, h), (2, w)) if reflect else ():  # first above and below, then at the sides of all that
        out.narrow(axis, 0, by).copy_(out.narrow(axis, by + 1, by).flip(axis))
        out.narrow(axis, size + by, by).copy_(out.narrow(axis, size - 1, by).flip(axis))
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
    """Training and test images of a `Source` for one device."""

    def __init__(self, source: Source, recipe: Recipe, device="cpu", dtype=torch.float32):
        self.source, self.classes = source, len(source.classes)
        mean, std = moments(source.levels)
        self.train, self.test = (
            (Streamed if streamed(split.images, torch.device(device)) else Images)(
                split.images, torch.from_numpy(split.labels), mean, std, recipe, device, dtype)
            for split in (source.train, source.test))


def channel_statistics(images: np.ndarray) -> tuple[Tensor, Tensor]:
    """Mean and deviation of each channel over all pixels of uint8 [N, H, W, 3], in [0, 1]; float64 [3]."""
    return moments(histogram(images))


def moments(counts: np.ndarray) -> tuple[Tensor, Tensor]:
    """Mean and deviation of levels in [0, 1] that occur int64 [3, 256] times; float64 [3]. Exact, and without a float
    copy of the whole set."""
    levels = torch.arange(256, dtype=torch.float64) / 255
    share = torch.from_numpy(counts).double()
    share /= share.sum(1, keepdim=True)
    mean = share @ levels
    return mean, ((share * (levels - mean[:, None]) ** 2).sum(1)).sqrt()
