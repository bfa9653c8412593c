"""How many examples a kept fraction is: of a pool, and of a batch."""

from __future__ import annotations

import math

from dietsb_core.errors import UserError

RULES = ("shrink", "refill")


def check_keep(keep: float) -> None:
    """Refuse a kept fraction outside (0, 1]."""
    if not 0 < keep <= 1:
        raise UserError(f"keep={keep!r}: the kept fraction must be above 0 and at most 1; 50 % pruned is keep=0.5")


def budget(keep: float, size: int) -> int:
    """How many of `size` examples `keep` of them is, exactly: the nearest whole number, and at least one."""
    if (k := round(keep * size)) < 1:
        raise UserError(f"keep={keep:g} of {size} examples is none: keep at least {1 / size:.2g}")
    return k


def batch_shape(batch: int, keep: float, rule: str) -> tuple[int, int]:
    """(candidates, selected) of a step. `shrink` takes ⌊keep·batch⌋ from a batch (poster, Composer); `refill` takes
    a whole batch from batch/keep candidates (Jiang et al. 2019), so that every optimiser step is full-sized."""
    if rule == "refill":
        return round(batch / keep), batch
    if (selected := int(keep * batch + 1e-9)) < 1:
        raise UserError(f"a batch of {batch} is too small to keep {keep:g} of it: use a batch of at least "
                        f"{math.ceil(1 / keep - 1e-9)}, keep more, or take rule='refill'")
    return batch, selected
