"""Drawn shapes with known truth: what makes an image hard is decided here, so it can be looked up later.

It shows mechanisms and is no evidence about photographs. Every draw is raw bits of PCG64, whose stream NumPy
guarantees, and every image plain float32 arithmetic (see shapes.py): all machines make the same bytes.
"""
from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np

from dietsb_core.errors import UserError
from dietsb_core.sources.shapes import SHAPES, length
from dietsb_core.sources.source import Source, Split

SEED = 20_240_607  # of the data; a run's own seed leaves the data alone
RARE = 0.05        # share of shapes that are drawn as an outline
FLIPPED = 0.02     # share of wrong labels, in training only
SIDES = (16, 32)


def load(root: Path | None = None, *, name: str = "procedural", train: int = 4_000, test: int = 2_000,
         side: int = 16) -> Source:
    """The procedural set: `train` and `test` images of `side` pixels in 10 classes; `root` is not read.

    truth, each [train]: `difficulty` float32 in [0, 1), `rare` bool (an outline), `flipped` bool (a wrong
    label), `clean_label` int64.
    """
    if side not in SIDES:
        raise UserError(f"{name}: side {side} is not drawn; allowed are {', '.join(map(str, SIDES))} pixels")
    first, truth = draw(train, side, Bits(SEED, 0), first=0)
    second, _ = draw(test, side, Bits(SEED, 1), first=train)
    wrong = truth.pop("wrong_label")
    labels = np.where(truth["flipped"], wrong, truth["clean_label"])
    return Source(name, tuple(SHAPES), Split(first.images, labels, first.names), second, truth)


class Bits:
    """Draws from the raw bits of PCG64: Generator's own methods may change between releases of NumPy."""

    def __init__(self, *seed: int) -> None:
        self._raw = np.random.PCG64(seed).random_raw

    def uniform(self, low: float, high: float, *shape: int) -> np.ndarray:
        """float32 [*shape], uniform from low to high in steps of 2**-24 of the range."""
        raw = self._raw(int(np.prod(shape))).reshape(shape)
        fraction = (raw >> 40).astype(np.float32) * np.float32(2**-24)
        return np.float32(low) + np.float32(high - low) * fraction

    def normal(self, *shape: int) -> np.ndarray:
        """float32 [*shape], close to normal (0, 1): the sum of four uniform 16-bit integers, standardised."""
        four = self._raw(int(np.prod(shape))).view(np.uint16).reshape(*shape, 4)
        total = four[..., 0].astype(np.int32) + four[..., 1] + four[..., 2] + four[..., 3]
        return (total - 131_070).astype(np.float32) / np.float32(37_837.0)

    def below(self, bound: int, n: int) -> np.ndarray:
        """int64 [n], uniform over 0 .. bound - 1 (bound is tiny beside 2**63, so that the bias is too)."""
        return (self._raw(n) >> 1).astype(np.int64) % bound

    def order(self, n: int) -> np.ndarray:
        """int64 [n], a permutation of 0 .. n - 1."""
        return np.argsort(self._raw(n), kind="stable")


def draw(n: int, side: int, bits: Bits, first: int, easiest: float = 0.0) -> tuple[Split, dict[str, np.ndarray]]:
    """`n` images with clean labels, named from number `first` on, and the truth about them, columns of [n]. Their
    difficulty is from `easiest` to 1.

    Besides the columns of `load`, the truth has `wrong_label`: what the label is where it is flipped.
    """
    classes = len(SHAPES)
    clean = bits.order(n) % classes
    truth = {"difficulty": bits.uniform(easiest, 1, n), "rare": _share(RARE, n, bits),
             "flipped": _share(FLIPPED, n, bits), "clean_label": clean,
             "wrong_label": (clean + 1 + bits.below(classes - 1, n)) % classes}
    names = np.array([f"shape_{number:05d}" for number in range(first, first + n)])
    return Split(_paint(truth, side, bits), clean, names), truth


def _share(share: float, n: int, bits: Bits) -> np.ndarray:
    """bool [n], true for exactly round(share * n) examples."""
    return bits.order(n) < round(share * n)


def _paint(truth: dict[str, np.ndarray], side: int, bits: Bits) -> np.ndarray:
    """uint8 [n, side, side, 3]: a shape on a plain ground, partly covered by a strip, with noise."""
    hard = truth["difficulty"][:, None, None]
    n, classes = len(hard), len(SHAPES)
    second = (truth["clean_label"] + 1 + bits.below(classes - 1, n)) % classes
    x, y, radius = _frame(n, side, bits)
    blend = 0.35 * hard  # at .5 the two shapes would count alike
    distance = (1 - blend) * _distance(truth["clean_label"], x, y) + blend * _distance(second, x, y)
    distance = distance * radius  # from units of the shape to pixels
    stroke = np.float32(side / 24)
    distance = np.where(truth["rare"][:, None, None], np.abs(distance) - stroke, distance)
    ground, shape, cover = _colours(truth["difficulty"], bits)
    image = _over(ground, shape, _inside(distance))
    image = _over(image, cover, _inside(_strip(x, y, hard, bits) * radius))
    return _noisy(image, 0.02 + 0.06 * hard[..., None], bits)


def plain(labels: np.ndarray, side: int, bits: Bits) -> np.ndarray:
    """uint8 [n, side, side, 3]: the shapes of `labels` [n] as easy as can be: of difficulty 0, upright, in the centre,
    of one size, and with no strip. Two images of one class differ by their colours and the noise alone."""
    n, radius = len(labels), np.float32(0.4 * side)
    pixel = (np.arange(side, dtype=np.float32) + np.float32(0.5) - np.float32(side / 2)) / radius
    x, y = (np.broadcast_to(axis, (n, side, side)) for axis in (pixel[None, :], -pixel[:, None]))
    ground, shape, _ = _colours(np.zeros(n, np.float32), bits)
    return _noisy(_over(ground, shape, _inside(_distance(labels, x, y) * radius)), np.float32(0.02), bits)


def _noisy(image: np.ndarray, amount: float | np.ndarray, bits: Bits) -> np.ndarray:
    """uint8 of `image` [n, side, side, 3] in [0, 1] with normal noise."""
    image = image + amount * bits.normal(*image.shape)
    return (np.clip(image, 0, 1) * 255 + np.float32(0.5)).astype(np.uint8)


def _frame(n: int, side: int, bits: Bits) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Coordinates x, y [n, side, side] in the moved, turned and scaled frame of the shape; its radius
    [n, 1, 1] in pixels.
    """
    centre = bits.uniform(-0.12, 0.12, 2, n, 1, 1) * side
    radius = bits.uniform(0.28, 0.42, n, 1, 1) * side
    # Cosines differ in their last bit between processors: taken in float64, they round to the same float32.
    angle = bits.uniform(-0.5, 0.5, n, 1, 1).astype(np.float64)
    cosine, sine = (np.cos(angle).astype(np.float32) / radius, np.sin(angle).astype(np.float32) / radius)
    pixel = np.arange(side, dtype=np.float32) + np.float32(0.5) - np.float32(side / 2)
    x, y = pixel[None, None, :] - centre[0], -pixel[None, :, None] - centre[1]  # y points up
    return cosine * x + sine * y, cosine * y - sine * x, radius


def _distance(labels: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """[n, side, side], the signed distance of every pixel to its example's shape."""
    out = np.empty(x.shape, np.float32)
    for label, shape in enumerate(SHAPES.values()):
        rows = labels == label
        out[rows] = shape(x[rows], y[rows])
    return out


def _colours(difficulty: np.ndarray, bits: Bits) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ground, shape and strip, each [n, 1, 1, 3]: the shape is the lighter, and less so the harder it is."""
    ground, cover = bits.uniform(0, 0.5, 2, len(difficulty), 3)
    towards = bits.uniform(0.3, 1, len(difficulty), 3)
    shape = ground + towards * (0.6 - 0.3 * difficulty)[:, None]
    return tuple(colour[:, None, None, :] for colour in (ground, shape, cover))


def _strip(x: np.ndarray, y: np.ndarray, hard: np.ndarray, bits: Bits) -> np.ndarray:
    """[n, side, side], signed distance to a straight strip across the shape, the wider the harder it is."""
    n = len(x)
    nx, ny = bits.uniform(-1, 1, 2, n, 1, 1)
    norm = np.maximum(length(nx, ny), np.float32(0.01))
    return np.abs((nx * x + ny * y) / norm - bits.uniform(-0.7, 0.7, n, 1, 1)) - (0.3 * hard - 0.05)


def _inside(pixels: np.ndarray) -> np.ndarray:
    """Coverage [n, side, side, 1] in [0, 1] from a signed distance in pixels: the edge is one pixel wide."""
    return np.clip(np.float32(0.5) - pixels, 0, 1)[..., None]


def _over(below: np.ndarray, above: np.ndarray, coverage: np.ndarray) -> np.ndarray:
    return below + (above - below) * coverage


small = partial(load, name="procedural-small", train=400, test=200)
medium = partial(load, name="procedural-medium", train=800, test=400)
large = partial(load, name="procedural-32", side=32)
