"""Ten shapes as signed distance functions: negative inside, positive outside, about one unit in radius.

The formulas are those of Quilez (2D distance functions, https://iquilezles.org/articles/distfunctions2d/).
Each takes float32 coordinates x, y of any one shape and uses only + - * / sqrt, abs, min, max and comparison:
IEEE 754 fixes these to the last bit, so the same image comes out of every processor.
"""
from __future__ import annotations

from collections.abc import Callable

import numpy as np

Distance = Callable[[np.ndarray, np.ndarray], np.ndarray]


def length(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.sqrt(x * x + y * y)


def box(x: np.ndarray, y: np.ndarray, half_width: float, half_height: float) -> np.ndarray:
    dx, dy = np.abs(x) - half_width, np.abs(y) - half_height
    return length(np.maximum(dx, 0), np.maximum(dy, 0)) + np.minimum(np.maximum(dx, dy), 0)


def tapered(x: np.ndarray, y: np.ndarray, radius: float, height: float) -> np.ndarray:
    """The convex hull of a disc about the origin and the point (0, height): an uneven capsule."""
    x, sine = np.abs(x), radius / height
    cosine = (1 - sine * sine) ** 0.5
    along = cosine * y - sine * x
    flank = np.where(along > cosine * height, length(x, y - height), cosine * x + sine * y - radius)
    return np.where(along < 0, length(x, y) - radius, flank)


def bar(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return box(x, y, 1.0, 0.3)


def corner(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.minimum(box(x + 0.35, y, 0.25, 0.9), box(x - 0.05, y + 0.65, 0.65, 0.25))


def crescent(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.maximum(length(x, y) - 0.95, 0.75 - length(x - 0.45, y))


def cross(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.minimum(box(x, y, 0.95, 0.28), box(x, y, 0.28, 0.95))


def disc(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return length(x, y) - 0.85


def drop(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return tapered(x, y + 0.45, 0.55, 1.45)


def heart(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """A drop that leans aside, and its mirror image."""
    x, y = np.abs(x) - 0.5, y - 0.4
    axis_x, axis_y, height = -0.346410162, -0.938083152, 1.443375673  # from the lobe's centre to the foot
    return tapered(axis_y * x - axis_x * y, axis_x * x + axis_y * y, 0.5, height)


def square(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return box(x, y, 0.75, 0.75)


def star(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Five points: the plane is folded onto one flank of one point, whose edge is then a segment."""
    cosine, sine = 0.809016994, 0.587785252  # of pi / 5
    x = np.abs(x)
    for fold in (cosine, -cosine):
        over = 2 * np.maximum(fold * x - sine * y, 0)
        x, y = x - over * fold, y + over * sine
    x, y = np.abs(x), y - 1.0
    edge_x, edge_y = 0.45 * sine, 0.45 * cosine - 1
    h = np.clip((x * edge_x + y * edge_y) / (edge_x * edge_x + edge_y * edge_y), 0, 1)
    return length(x - h * edge_x, y - h * edge_y) * np.where(y * edge_x > x * edge_y, 1, -1).astype(x.dtype)


def triangle(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The largest of three half-planes: exact inside and beside the edges, a little short off the corners."""
    return np.maximum(-y, 0.866025404 * np.abs(x) + 0.5 * y) - 0.5


SHAPES: dict[str, Distance] = {f.__name__: f for f in
                               (bar, corner, crescent, cross, disc, drop, heart, square, star, triangle)}
