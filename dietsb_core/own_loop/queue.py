"""Whole batches from a method that chooses a varying number of examples."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from dietsb_core.errors import UserError


class Queue:
    """Returns what was put in, in order and in batches of `size`; the rest waits for the next call. Jiang et al.'s
    `cdf_selective_backprop` needs one, a new one each epoch: `for ids, x, y in queue(ids, x, y): ...`"""

    def __init__(self, size: int):
        if type(size) is not int or size < 1:
            raise UserError(f"size={size!r}: a batch is a whole number of examples, from 1 up")
        self.size = size
        self.waiting: tuple[Tensor, ...] = ()

    def __call__(self, *parts: Tensor) -> Iterator[tuple[Tensor, ...]]:
        """Put `parts` (each [m, ...]) in, and take out the whole batches (each [size, ...]) that are there now."""
        sizes = {len(part) if isinstance(part, Tensor) and part.ndim else None for part in parts}
        if len(sizes) != 1 or None in sizes or (self.waiting and len(parts) != len(self.waiting)):
            raise UserError("a queue takes tensors [m, ...] of as many rows each, and of each batch as many tensors: "
                            "give it the parts of a batch, queue(ids, x, y)")
        parts = tuple(map(torch.cat, zip(self.waiting, parts, strict=True))) if self.waiting else parts
        full = len(parts[0]) // self.size * self.size
        self.waiting = tuple(part[full:] for part in parts)
        yield from zip(*(part[:full].split(self.size) for part in parts), strict=True) if full else ()
