"""Every policy, how it is made, and its budget: what is listed here is tested by test_policies.py."""

from __future__ import annotations

from typing import NamedTuple

ALL, LATER, EVEN, NEVER = (0, 1, 2), (1, 2), (0, 2), ()


class Case(NamedTuple):
    """How a policy is made, and the budget that follows by hand for 400 examples in batches of 32."""

    keep: float
    options: dict
    pool: int | range       # examples that an epoch may use; a range where the losses decide
    candidates: int         # of a step
    selected: int           # of a step
    scouting: tuple = NEVER  # the epochs in which all the candidates pass forward before the choice
    surveys: tuple = NEVER   # the epochs before which the whole training set passes forward, in eval mode
    moves: tuple = NEVER     # the epochs before which the pool is chosen anew
    surveyed: int = 400      # examples that pass then: fewer where only those that were not trained on do
    whole_steps: bool = True  # every step selects as many; False: any number, at random, in whole batches


TABLE = {
    "full": [Case(1.0, {}, 400, 32, 32)],
    "random_prune": [Case(0.3, {}, 120, 32, 32)],
    "el2n": [Case(0.75, {}, 300, 32, 32)],
    "el2n_balanced": [Case(0.6, {}, 240, 32, 32)],
    "random_backprop": [Case(0.25, {}, 400, 32, 8), Case(0.3, {}, 400, 32, 9),
                        Case(0.25, {"rule": "refill"}, 400, 128, 32)],
    "selective_backprop": [Case(0.5, {}, 400, 32, 16, ALL), Case(0.3, {"rule": "refill"}, 400, 107, 32, ALL)],
    "cdf_selective_backprop": [Case(0.5, {}, 400, 32, 32, LATER, whole_steps=False)],
    "stale_selective_backprop": [Case(0.5, {"refresh": 2}, 400, 32, 16, EVEN),
                                 Case(0.5, {"refresh": 2, "rule": "refill"}, 400, 64, 32, EVEN)],
    "diet_sb": [Case(0.5, {}, 300, 32, 21, ALL), Case(0.375, {"rule": "refill"}, 300, 64, 32, ALL)],
    "grand": [Case(0.75, {}, 300, 32, 32)],
    "grand_last": [Case(0.75, {}, 300, 32, 32)],
    "forgetting": [Case(0.5, {}, 200, 32, 32)],
    "dynamic_random": [Case(0.3, {}, 120, 32, 32, moves=ALL), Case(0.5, {"period": 2}, 200, 32, 32, moves=EVEN)],
    "epsilon_greedy": [Case(0.3, {}, 120, 32, 32, moves=ALL),
                       Case(0.5, {"source": "pass", "period": 2}, 200, 32, 32, surveys=EVEN, moves=EVEN)],
    "ucb": [Case(0.5, {}, 200, 32, 32, moves=ALL), Case(0.5, {"source": "pass"}, 200, 32, 32, surveys=ALL, moves=ALL)],
    "infobatch": [Case(0.5, {}, range(201, 401), 32, 32, moves=LATER),
                  Case(0.5, {"weighted": False}, range(201, 401), 32, 32, moves=LATER)],
    "diet_dynamic": [Case(0.3, {}, 120, 32, 32, moves=ALL)],
    "forgetting_sb": [Case(0.5, {}, 300, 32, 21, ALL)],
    "early_stopping": [Case(1.0, {}, 400, 32, 32, surveys=LATER, surveyed=400 % 32)],
    "orderdp": [Case(0.3, {}, 120, 32, 32, moves=ALL)],
    "seta": [Case(0.5, {}, range(101, 201), 32, 32, moves=ALL)],
    "dynamic_balanced": [Case(0.3, {}, 120, 32, 32, moves=ALL), Case(0.5, {"period": 2}, 200, 32, 32, moves=EVEN)],
    "balanced_sb": [Case(0.25, {}, 200, 32, 16, ALL, moves=ALL)],
    "class_weights": [Case(1.0, {}, 400, 32, 32)],
    "diet_random": [Case(0.375, {}, 300, 32, 16), Case(0.5, {"static": 0.6}, 240, 32, 26)],
}


def label(value: tuple[str, Case]) -> str:
    name, case = value
    return "-".join([name, f"{case.keep:g}", *map(str, case.options.values())])
