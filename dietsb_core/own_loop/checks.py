"""Checks of what your own loop passes to a Selector: one clear line for each kind of bad input."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from dietsb_core.errors import UserError

LOADER = "build it as DataLoader(selector.data, ..., sampler=selector.sampler())"


def check_ids(ids: Any, size: int, what: str = "ids") -> Tensor:
    """`ids` as int64 [m], rows of a data set of `size`, each once. On a GPU the values are not looked at: that would
    make every step wait, and `Selector.epoch` has seen them on the host."""
    if not isinstance(ids, Tensor) or ids.dtype != torch.int64 or ids.ndim != 1:
        found = f"{ids.dtype} {list(ids.shape)}" if isinstance(ids, Tensor) else type(ids).__name__
        raise UserError(f"{what} must be an int64 tensor [m] of rows of the data set; this is {found}: {LOADER}, and "
                        "hand its ids on as they come")
    if ids.device.type == "cpu" and len(ids):
        check_values(ids, size, what)
    return ids


def check_values(ids: Tensor, size: int, what: str) -> None:
    """Refuse `ids` outside [0, `size`), or one that is there twice."""
    outside = (ids < 0) | (ids >= size)
    if bool(outside.any()):
        raise UserError(f"{what}: {int(ids[outside][0])} is out of range: they are rows of the whole data set, of 0 to "
                        f"{size - 1}")
    rows, times = ids.unique(return_counts=True)
    if len(rows) < len(ids):
        raise UserError(f"{what}: {int(rows[times > 1][0])} is there twice: an example is remembered once a step, so "
                        "draw a batch without replacement (replacement=False)")


def check_batch(batch: Any, kept: Tensor, epoch: int) -> Tensor:
    """The ids of a loader's `batch`, which must be of the epoch's pool (`kept`, bool [N])."""
    if not isinstance(batch, (tuple, list)) or not batch or not isinstance(batch[0], Tensor):
        raise UserError(f"the DataLoader gives no ids: the first part of a batch must be an int64 tensor [m]: {LOADER}")
    ids = check_ids(batch[0].cpu(), len(kept), "the DataLoader's ids")
    if not bool(kept[ids].all()):
        raise UserError(f"the DataLoader gives row {int(ids[~kept[ids]][0])}, which epoch {epoch} prunes: {LOADER}")
    return ids


def check_losses(losses: Any, size: int) -> Tensor:
    """`losses` as one number an example [size], detached, in float32 or wider."""
    if not isinstance(losses, Tensor) or losses.shape != (size,):
        found = list(losses.shape) if isinstance(losses, Tensor) else type(losses).__name__
        raise UserError(f"{size} examples need {size} losses, a tensor [{size}]; this is {found}: take "
                        'reduction="none"')
    return losses.detach() if losses.dtype == torch.float64 else losses.detach().float()


def check_answers(correct: Any, size: int) -> Tensor:
    """`correct` as bool [size], whether each answer was right."""
    if not isinstance(correct, Tensor) or correct.shape != (size,) or correct.dtype != torch.bool:
        found = f"{correct.dtype} {list(correct.shape)}" if isinstance(correct, Tensor) else type(correct).__name__
        raise UserError(f"correct must be a bool tensor [{size}], a value an example; this is {found}: take "
                        "logits.argmax(1) == labels")
    return correct


def at_full_size(losses: Callable[[], Tensor], scale: float) -> Callable[[], Tensor]:
    """`losses` again, unless the policy asks for those of smaller images, which only the loop's owner can make."""
    if scale != 1:
        raise UserError(f"scale={scale:g}: in a loop of your own, shrink the images in losses() yourself, and leave "
                        "the policy's scale at 1")
    return losses
