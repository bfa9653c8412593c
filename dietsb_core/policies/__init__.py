"""The methods by name. `POLICIES[name](keep)` keeps `keep` of all examples in all: a fraction in (0, 1]."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial

from dietsb_core.budget import check_keep
from dietsb_core.errors import UserError
from dietsb_core.policies.backprop import (
    CdfSelectiveBackprop,
    RandomBackprop,
    SelectiveBackprop,
    StaleSelectiveBackprop,
)
from dietsb_core.policies.balanced import ClassWeights, DynamicBalanced
from dietsb_core.policies.dynamic import UCB, DynamicRandom, EpsilonGreedy
from dietsb_core.policies.early_stopping import EarlyStopping
from dietsb_core.policies.infobatch import InfoBatch
from dietsb_core.policies.orderdp import OrderDP
from dietsb_core.policies.seta import SeTa
from dietsb_core.policies.static import RandomPrune, ScorePrune
from dietsb_core.policy import Chain, Policy


def full(keep: float = 1.0) -> Policy:
    """Train on everything."""
    if keep != 1:
        raise UserError(f"keep={keep!r}: full training keeps everything, keep=1; choose another policy to prune")
    return Policy()


def cdf_selective_backprop(keep: float, p_min: float = 0.0, history: int = 1024) -> Policy:
    """Jiang et al.'s form, with the β whose expected kept fraction 1/(β+1) is `keep`."""
    check_keep(keep)
    return CdfSelectiveBackprop(1 / keep - 1, p_min, history)


def diet(then: type[Policy], keep: float, static: float = 0.75, *, score: str = "el2n", **options) -> Policy:
    """A static score keeps `static` for good, then another method, with its `options`, brings the whole to `keep`.
    With EL2N and Selective-Backprop this is the poster's Diet-SB."""
    check_keep(keep)
    if not 0 < static <= 1:
        raise UserError(f"static={static!r}: a diet keeps a fraction before training, above 0 and at most 1")
    if keep > static:
        raise UserError(f"keep={keep!r}: a diet that keeps {static:g} before training keeps at most that in all: lower "
                        "keep, or raise static")
    return Chain(ScorePrune(static, score), then(keep / static, **options))


def infobatch_at(keep: float, delta: float = 0.875, weighted: bool = True) -> Policy:
    """InfoBatch whose nominal rate r, of easy examples skipped, is 1 − `keep`."""
    check_keep(keep)
    return InfoBatch(1 - keep, delta, weighted)


def within_cap(then: type[Policy], keep: float, within: float = 0.5, **options) -> Policy:
    """A fresh subset with a cap on each class, and another method that keeps `within` of each of its batches. Together
    they keep `keep`."""
    check_keep(keep)
    if not keep <= within <= 1:
        raise UserError(f"within={within!r}: what is kept of a batch is from keep={keep:g} (of everything) to 1")
    return Chain(DynamicBalanced(keep / within), then(within, **options))


def whole(name: str, make: Callable[..., Policy]) -> Callable[..., Policy]:
    """`make` for a method without a rate: it keeps everything, or what its own rule says."""
    def policy_of(keep: float = 1.0, **options) -> Policy:
        if keep != 1:
            raise UserError(f"keep={keep!r}: {name} takes no rate, keep=1; its constants are: "
                            f"{', '.join(inspect.signature(make).parameters)}")
        return make(**options)

    policy_of.__signature__ = inspect.signature(make)
    return policy_of


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
    "grand": partial(ScorePrune, score="grand"),
    "grand_last": partial(ScorePrune, score="grand_last"),
    "forgetting": partial(ScorePrune, score="forgetting"),
    "dynamic_random": DynamicRandom,
    "epsilon_greedy": EpsilonGreedy,
    "ucb": UCB,
    "infobatch": infobatch_at,
    "diet_dynamic": partial(diet, DynamicRandom),
    "forgetting_sb": partial(diet, SelectiveBackprop, score="forgetting"),
    "early_stopping": whole("early stopping", EarlyStopping),
    "orderdp": OrderDP,
    "seta": SeTa,
    "dynamic_balanced": DynamicBalanced,
    "balanced_sb": partial(within_cap, SelectiveBackprop),
    "class_weights": whole("class weights", ClassWeights),
}


def policy(name: str, keep: float = 1.0, **options) -> Policy:
    """The policy called `name` that keeps `keep` of all examples."""
    if not isinstance(name, str) or name not in POLICIES:
        raise UserError(f"no policy {name!r}; there are: {', '.join(POLICIES)}")
    known = parameters(name) | {"keep": 1.0}
    for option, value in {"keep": keep, **options}.items():
        check_number(name, option, value, known.get(option))
    try:
        return POLICIES[name](keep, **options)
    except TypeError as error:
        raise UserError(f"policy {name!r}: {error}; its parameters are: {', '.join(parameters(name))}") from None


def check_number(name: str, option: str, value: object, default: object) -> None:
    """Refuse a `value` that is no number for an option, of the policy called `name`, whose `default` is one."""
    wanted = isinstance(default, (int, float)) and not isinstance(default, bool)
    if wanted and (isinstance(value, str) or not hasattr(value, "__float__")):
        raise UserError(f"policy {name!r}: {option}={value!r} is a {type(value).__name__}; give a number, such as "
                        f"{default:g}")


def parameters(name: str) -> dict[str, object]:
    """What the policy called `name` may be given, each with its default; of a chain, what its second policy takes as
    well. (What must be given has `inspect.Parameter.empty`.)"""
    make = POLICIES[name]
    own = defaults(make)
    if "options" not in own:
        return own
    del own["options"]
    return own | {more: value for more, value in defaults(make.args[0]).items() if more != "keep"}


def defaults(make: Callable[..., Policy]) -> dict[str, object]:
    """{parameter of `make`: its default}."""
    return {name: found.default for name, found in inspect.signature(make).parameters.items()}
