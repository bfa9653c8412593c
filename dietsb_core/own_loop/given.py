"""What a method may need besides losses: static scores, labels, a survey. One line says what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import numpy as np
import torch
from torch import Tensor

from dietsb_core.errors import UserError
from dietsb_core.policies.static import check_scores


class Absent:
    """Stands for an argument that was not given. It raises a UserError when a method uses it."""

    def __init__(self, line: str):
        self.line = line

    def refuse(self, *_: Any) -> NoReturn:
        raise UserError(self.line)

    __getitem__ = __invert__ = __len__ = __call__ = refuse

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):  # Python asks for these, in a copy for example
            raise AttributeError(name)
        self.refuse()

    @classmethod
    def __torch_function__(cls, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> NoReturn:
        next(value for value in (*args, *(kwargs or {}).values()) if isinstance(value, cls)).refuse()


NO_LABELS = Absent("this policy looks at classes: give Selector(labels=...), a class index for each example")
NO_SURVEY = Absent("this policy asks for losses before an epoch: give Selector(survey=...), a function "
                   "from ids [m] to losses [m]")
NO_ANSWERS = Absent("this policy counts right answers: give Selector.loss(..., correct=...), bool [k]")


def scores_of(needs: tuple[str, ...], scores: Mapping[str, Any], like: Tensor) -> dict[str, Tensor]:
    """The columns that a policy `needs`, shaped `like` a ledger's, out of the user's `scores`: arrays or tensors [N] of
    finite numbers."""
    if not isinstance(scores, Mapping):
        raise UserError(f"scores is a {type(scores).__name__}: give Selector(scores={{name: values}}), with the name "
                        f"of the score: {', '.join(needs) or 'this policy needs none'}")
    for name in needs:
        if name not in scores:
            raise UserError(f"the policy prunes by the score {name!r}: give Selector(scores={{{name!r}: values}}), one "
                            "an example, made from this data set")
    # Checked as they are kept: a number may be finite in float64 alone.
    return {name: check_scores(real(scores[name], f"scores {name!r}").to(like), len(like), name) for name in needs}


def real(values: Any, what: str) -> Tensor:
    """`values` as a tensor of real numbers."""
    found = tensor_of(values, what)
    if found.is_complex():
        raise no_numbers(what, values)
    return found


def tensor_of(values: Any, what: str) -> Tensor:
    """`values` as a dense tensor without gradients; a UserError where they are no numbers. Arrays may have any byte
    order and step, which torch refuses, and what pandas holds is taken row by row, whatever its index says."""
    if isinstance(values, Tensor):
        if values.layout != torch.strided or values.is_meta:
            raise no_numbers(what, values)
        return values.detach()
    try:
        if np.ma.is_masked(values):
            raise TypeError
        return torch.as_tensor(plain(values) if hasattr(values, "__array__") else values)
    except (TypeError, ValueError, RuntimeError, OverflowError):
        raise no_numbers(what, values) from None


def plain(values: Any) -> np.ndarray:
    """A copy of an array in this machine's byte order, row after row."""
    array = np.asarray(values)
    return np.array(array, array.dtype.newbyteorder("="), order="C")


def no_numbers(what: str, values: Any) -> UserError:
    kind = f"{values.layout} on {values.device}" if isinstance(values, Tensor) else type(values).__name__
    of = f" of {values.dtype}" if hasattr(values, "dtype") else ""
    return UserError(f"{what}: give one number an example, as an array or a dense tensor; this is {kind}{of}")


def labels_of(labels: Any, data: Any, like: Tensor) -> Tensor | Absent:
    """`labels` as int64 [N], on the device of `like` [N]; where there are none, those that `data` has, if it has them
    as torchvision's classes do."""
    if labels is None:
        return own_labels(data, like)
    labels = tensor_of(labels, "labels")
    if labels.shape != like.shape or labels.is_floating_point() or labels.is_complex():
        raise UserError(f"labels are {labels.dtype} {list(labels.shape)}, and must be whole numbers [{len(like)}]: "
                        f"give a class index for each of the {len(like)} examples of the data set")
    return labels.to(like.device, torch.int64)


def own_labels(data: Any, like: Tensor) -> Tensor | Absent:
    """`data.targets`, unless they are something else than a class index an example: file names, say, or boxes."""
    targets = getattr(data, "targets", None)
    try:
        return NO_LABELS if targets is None else labels_of(targets, data, like)
    except UserError:
        return NO_LABELS
