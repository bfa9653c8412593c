"""How a network is trained: a value, with a name that its records keep."""

from __future__ import annotations

import math
from dataclasses import dataclass

from dietsb_core.errors import UserError

SCHEDULES = ("step", "cosine", "one_cycle")


@dataclass(frozen=True)
class Recipe:
    """SGD with momentum. `peak` and `milestones` are fractions of training; `warmup` is one too (step, cosine)."""

    name: str
    epochs: int
    batch: int
    lr: float
    momentum: float = 0.9
    nesterov: bool = True
    weight_decay: float = 5e-4
    schedule: str = "one_cycle"
    peak: float = 0.2
    warmup: float = 0.0
    milestones: tuple[float, ...] = (0.3, 0.6, 0.8)
    gamma: float = 0.2
    label_smoothing: float = 0.0
    crop: int = 0             # padding of the random crop, in pixels
    reflect: bool = True      # pad by reflection instead of zeros
    flip: bool = False
    rotate: float = 0.0       # degrees to either side
    precision: str = "auto"   # auto: bf16 autocast where the device computes in it; float32; float64
    compile: bool = False     # only on a GPU, where it is repaid
    flip_eval: bool = False   # average the prediction with that of the mirrored image
    shuffle: bool = True      # False: one order for all epochs, as the poster's authors ran it

    def __post_init__(self) -> None:
        if self.epochs < 1 or self.batch < 1 or not self.lr > 0:
            raise UserError(f"recipe {self.name!r}: epochs={self.epochs}, batch={self.batch}, lr={self.lr}: "
                            "each must be positive")
        if not 0 <= self.momentum < 1 or (self.nesterov and not self.momentum) or not self.weight_decay >= 0:
            raise UserError(f"recipe {self.name!r}: momentum={self.momentum!r}, nesterov={self.nesterov!r}, "
                            f"weight_decay={self.weight_decay!r}: momentum in [0, 1), above 0 for Nesterov's, and a "
                            "decay of 0 or more")
        if not 0 <= self.label_smoothing < 1 or self.crop < 0 or not self.rotate >= 0:
            raise UserError(f"recipe {self.name!r}: label_smoothing={self.label_smoothing!r}, crop={self.crop!r}, "
                            f"rotate={self.rotate!r}: smoothing in [0, 1), and 0 or more pixels and degrees")
        if not 0 < self.peak < 1 or not 0 <= self.warmup < 1:
            raise UserError(f"recipe {self.name!r}: peak={self.peak!r}, warmup={self.warmup!r}: fractions of training, "
                            "the peak above 0, both below 1")
        if self.schedule not in SCHEDULES:
            raise UserError(f"recipe {self.name!r}: no schedule {self.schedule!r}; there are: {', '.join(SCHEDULES)}")

    def rate(self, progress: float) -> float:
        """Learning rate at `progress`, the fraction of training done, in [0, 1)."""
        if self.schedule == "one_cycle":
            return self.lr * min(progress / self.peak, (1 - progress) / (1 - self.peak))
        if progress < self.warmup:
            return self.lr * progress / self.warmup
        if self.schedule == "cosine":
            done = (progress - self.warmup) / (1 - self.warmup)
            return self.lr * 0.5 * (1 + math.cos(math.pi * done))
        return self.lr * self.gamma ** sum(progress >= m for m in self.milestones)
