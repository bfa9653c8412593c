"""`torch.compile` for one run: shapes are fixed, and nothing is left over from the runs before it in this process."""

from __future__ import annotations

import torch
from torch import nn


def compiled(model: nn.Module, **options: object) -> nn.Module:
    """`model` compiled anew for each shape that it meets. By itself torch would make a later shape's code dynamic, and
    choose between codes by what other runs met before: a method's seconds would not be those of the baseline's code."""
    torch.compiler.reset()
    return torch.compile(model, dynamic=False, **options)


def plain(model: nn.Module) -> nn.Module:
    """The network itself, of one that may be compiled: for what looks into it. Counting operations of compiled code, or
    taking `vmap` of it, makes torch leave that code uncompiled from then on, in later runs too."""
    return getattr(model, "_orig_mod", model)
