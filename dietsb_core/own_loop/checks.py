"""Checks of what your own loop passes to a Selector: one clear line for each kind of bad input."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

from dietsb_core.errors import UserError
from dietsb_core.policy import Policy

LOADER = "build it as DataLoader(selector.data, ..., sampler=selector.sampler())"
HANDED = "hand on the first part of a batch of selector.epoch(loader, epoch) as it comes"
ONCE = "an example is remembered once a step, so draw a batch without replacement (replacement=False)"


def check_function(what: str, value: Any, form: str) -> Any:
    """`value` again, where it can be called."""
    if not callable(value):
        raise UserError(f"{what} is a {type(value).__name__}: give a function, {form}")
    return value


def check_policy(value: Any) -> Policy:
    """`value` again, where it is a policy."""
    if not isinstance(value, Policy):
        found = repr(value) if isinstance(value, str) else f"a {type(value).__name__}"
        raise UserError(f"policy: this is {found}: give what policy(name, keep) returns, such as policy('ucb', 0.5)")
    return value


def check_whole(what: str, value: Any) -> int:
    """`value` again, where it is a whole number from 1 up."""
    if type(value) is not int or value < 1:
        raise UserError(f"{what}={value!r}: give a whole number of them, 1 or more")
    return value


def check_loader(loader: Any) -> Any:
    """`loader` again, where it can be gone through."""
    if not isinstance(loader, Iterable):
        raise UserError(f"loader is a {type(loader).__name__}: give a DataLoader: {LOADER}")
    return loader


def check_device(device: Any) -> Any:
    """`device` again, where torch can hold a tensor on it."""
    try:
        usable = torch.zeros(1, device=device).device.type != "meta"
    except (RuntimeError, AssertionError, TypeError):
        usable = False
    if not usable:
        raise UserError(f"device={device!r}: torch cannot use it here: give the device of the ids and losses, which is "
                        "cpu, or cuda where torch sees a GPU")
    return device


def check_rows(rows: Any, size: int) -> Tensor:
    """`rows` of Selector as int64 [n] on the host."""
    fix = f"give Selector(rows=...) rows of the data set, of 0 to {size - 1}, each once"
    return check_ids(rows, size, "rows", fix, fix).cpu()


def check_ids(ids: Any, size: int, what: str = "ids", form: str = HANDED, once: str = ONCE) -> Tensor:
    """`ids` as int64 [m], rows of a data set of `size`, each once. On a GPU the values are not looked at: that would
    make every step wait, and `Selector.epoch` has seen them on the host."""
    if not isinstance(ids, Tensor) or ids.dtype != torch.int64 or ids.ndim != 1:
        found = f"{ids.dtype} {list(ids.shape)}" if isinstance(ids, Tensor) else type(ids).__name__
        raise UserError(f"{what}: this is {found}, and must be an int64 tensor [m] of rows of the data set: {form}")
    if ids.device.type == "cpu" and len(ids):
        check_values(ids, size, what, once)
    return ids


def check_values(ids: Tensor, size: int, what: str, once: str) -> None:
    """Refuse `ids` outside [0, `size`), or one that is there twice."""
    outside = (ids < 0) | (ids >= size)
    if bool(outside.any()):
        raise UserError(f"{what}: {int(ids[outside][0])} is out of range: they are rows of the whole data set, of 0 to "
                        f"{size - 1}")
    rows, times = ids.unique(return_counts=True)
    if len(rows) < len(ids):
        raise UserError(f"{what}: {int(rows[times > 1][0])} is there twice: {once}")


def check_batch(batch: Any, kept: Tensor, epoch: int) -> Tensor:
    """The ids of a loader's `batch`, which must be of the epoch's pool (`kept`, bool [N])."""
    first = batch[0] if isinstance(batch, (tuple, list)) and batch else None
    if isinstance(first, int) or (isinstance(first, Tensor) and not first.ndim):
        raise UserError("the DataLoader gives one example at a time, and no batch whose ids are a tensor [m]: give it "
                        f"a batch_size, and {LOADER}")
    if not isinstance(first, Tensor):
        raise UserError("the DataLoader gives no ids: the first part of a batch must be an int64 tensor [m]: "
                        f"{LOADER}; a collate_fn of your own makes a tensor of the ids, and keeps it first")
    ids = check_ids(first.cpu(), len(kept), "the DataLoader's ids", LOADER)
    if not bool(kept[ids].all()):
        raise UserError(f"the DataLoader gives row {int(ids[~kept[ids]][0])}, which epoch {epoch} prunes: {LOADER}")
    return ids


def check_epoch(epoch: Any, begun: int, epochs: int) -> None:
    """Refuse an `epoch` other than the next, of `epochs` of which `begun` are done."""
    if begun >= epochs:
        raise UserError(f"epoch={epoch!r}: all {epochs} epochs are done that this Selector was made for: make it with "
                        "Selector(epochs=...) of the whole training, or a new one for another training")
    if epoch != begun:
        raise UserError(f"epoch={epoch!r}: epochs come one after the other, counted from 0, and {begun} are done: go "
                        f"on with epoch={begun}, or load_state_dict what was saved after the one before")


def check_losses(losses: Any, size: int) -> Tensor:
    """`losses` as one number an example [size], detached, in float32 or wider."""
    if not isinstance(losses, Tensor) or losses.shape != (size,) or losses.is_complex():
        found = f"{losses.dtype} {list(losses.shape)}" if isinstance(losses, Tensor) else type(losses).__name__
        raise UserError(f"{size} examples need {size} losses, a tensor [{size}]; this is {found}: "
                        f"{remedy(losses, size)}")
    return losses.detach() if losses.dtype == torch.float64 else losses.detach().float()


def check_trained_on(losses: Any, size: int) -> None:
    """Refuse `losses` that no training can follow from."""
    check_losses(losses, size)
    if not losses.is_floating_point():
        raise UserError(f"losses are {losses.dtype}, which have no gradient: hand on what the loss function returns")


def remedy(losses: Any, size: int) -> str:
    """What makes one loss an example of `losses`."""
    if not isinstance(losses, Tensor) or not losses.ndim:
        return 'give the loss function reduction="none", and hand on its result as it comes'
    if losses.ndim > 1 and len(losses) == size:
        return "take the mean over all that belongs to an example, losses.flatten(1).mean(1)"
    return "give real numbers, one for each of the ids of the call, in their order"


def check_answers(correct: Any, size: int) -> Tensor:
    """`correct` as bool [size], whether each answer was right."""
    if not isinstance(correct, Tensor) or correct.shape != (size,) or correct.dtype != torch.bool:
        found = f"{correct.dtype} {list(correct.shape)}" if isinstance(correct, Tensor) else type(correct).__name__
        raise UserError(f"correct must be a bool tensor [{size}], a value an example; this is {found}: give one answer "
                        "for each of the ids of the call, as logits.argmax(1) == labels does")
    return correct


def at_full_size(losses: Callable[[], Tensor], scale: float) -> Callable[[], Tensor]:
    """`losses` again, unless the policy asks for those of smaller images, which only the loop's owner can make."""
    if scale != 1:
        raise UserError(f"scale={scale:g}: in a loop of your own, shrink the images in losses() yourself, and leave "
                        "the policy's scale at 1")
    return losses
