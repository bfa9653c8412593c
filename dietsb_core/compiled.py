"""`torch.compile` for one run: shapes are fixed, and nothing is reused from earlier runs of this process."""

from __future__ import annotations

import torch
from torch import nn


def compiled(model: nn.Module, **options: object) -> nn.Module:
    """`model`, compiled separately for each shape of its input. By default torch makes the code of a second shape
    dynamic, and its choice depends on the runs before: a method would then be timed on other code than the baseline."""
    torch.compiler.reset()
    return torch.compile(model, dynamic=False, **options)


def plain(model: nn.Module) -> nn.Module:
    """The network itself, where `model` may be compiled. Code that counts operations or uses `vmap` needs it: on a
    compiled network these make torch give up compiling it, in later runs too."""
    return getattr(model, "_orig_mod", model)
