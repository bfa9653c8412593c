"""The methods by name. `POLICIES[name](keep)` keeps `keep` of all examples in all: a fraction in (0, 1]."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial

from dietsb_core.errors import UserError
from dietsb_core.policies.backprop import (
    Backprop,
    CdfSelectiveBackprop,
    RandomBackprop,
    SelectiveBackprop,
    StaleSelectiveBackprop,
)
from dietsb_core.policies.static import RandomPrune, ScorePrune
from dietsb_core.policy import Chain, Policy, check_keep


def full(keep: float = 1.0) -> Policy:
    """Train on everything."""
    if keep != 1:
        raise UserError(f"keep={keep!r}: full training keeps everything, keep=1; choose another policy to prune")
    return Policy()


def cdf_selective_backprop(keep: float, p_min: float = 0.0, history: int = 1024) -> Policy:
    """Jiang et al.'s form, with the β whose expected kept fraction 1/(β+1) is `keep`."""
    check_keep(keep)
    return CdfSelectiveBackprop(1 / keep - 1, p_min, history)


def diet(then: type[Backprop], keep: float, static: float = 0.75, rule: str = "shrink",
         start: float = 0.0) -> Policy:
    """EL2N keeps `static` for good, then a backprop method brings the whole to `keep` (the poster's Diet-SB)."""
    check_keep(keep)
    if keep > static:
        raise UserError(f"keep={keep!r}: a diet that keeps {static:g} before training keeps at most that in all")
    return Chain(ScorePrune(static), then(keep / static, rule, start))


POLICIES: dict[str, Callable[..., Policy]] = {
    "full": full,
    "random_prune": RandomPrune,
    "el2n": ScorePrune,
    "el2n_balanced": partial(ScorePrune, balanced=True),
    "random_backprop": RandomBackprop,
    "selective_backprop": SelectiveBackprop,
    "cdf_selective_backprop": cdf_selective_backprop,
    "stale_selective_backprop": StaleSelectiveBackprop,
    "diet_sb": partial(diet, SelectiveBackprop),
    "diet_random": partial(diet, RandomBackprop),
}


def policy(name: str, keep: float = 1.0, **options) -> Policy:
    """The policy called `name` that keeps `keep` of all examples."""
    if name not in POLICIES:
        raise UserError(f"no policy {name!r}; there are: {', '.join(POLICIES)}")
    try:
        return POLICIES[name](keep, **options)
    except TypeError as error:
        allowed = ", ".join(inspect.signature(POLICIES[name]).parameters)
        raise UserError(f"policy {name!r}: {error}; its parameters are: {allowed}") from None
