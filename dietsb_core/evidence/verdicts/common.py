"""What verdicts are made of: names of methods, differences of accuracies, intervals over networks, and the correction
for there being many on a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from dietsb_core.evidence.pooled import difference, holm, shared
from dietsb_core.evidence.row import Results
from dietsb_core.evidence.scale import Publication
from dietsb_core.evidence.statistics import LEAST, MARGIN, Interval, Verdict, interval

V = TypeVar("V")


class Names(dict[str, str]):
    """What each method is called in figures and tables. A method without an entry is called as in POLICIES."""

    def __missing__(self, policy: str) -> str:
        return policy


NAMES = Names({
    "full": "full training", "random_backprop": "Random-Backprop", "selective_backprop": "Selective-Backprop",
    "stale_selective_backprop": "stale SB", "cdf_selective_backprop": "SB by CDF", "el2n": "EL2N",
    "el2n_balanced": "EL2N, balanced", "random_prune": "static random", "grand": "GraNd",
    "grand_last": "GraNd, last layer", "forgetting": "forgetting", "dynamic_random": "dynamic random",
    "epsilon_greedy": "ε-greedy", "ucb": "UCB", "infobatch": "InfoBatch", "diet_sb": "Diet-SB",
    "diet_random": "Diet-Random", "diet_dynamic": "EL2N + dynamic random", "forgetting_sb": "forgetting + SB",
    "early_stopping": "IES", "orderdp": "OrderDP", "seta": "SeTa",
    "dynamic_balanced": "random undersampling", "balanced_sb": "undersampling + SB",
    "class_weights": "class weights",
})


def label(method: tuple[str, float]) -> str:
    """A method and rate in words: `Diet-SB, 50 % pruned`."""
    policy, keep = method
    return NAMES[policy] + (f", {100 * (1 - keep):g} % pruned" if keep < 1 else "")


def between(results: Results, a: tuple[str, float], b: tuple[str, float]) -> Interval:
    """Accuracy of `a` minus that of `b`, with the deviation over seeds that the configurations of `results` share. Not
    seed by seed: two trainings of one seed are no more alike than any two."""
    values = {method: [record.accuracy for record in by_seed.values()] for method, by_seed in results.items()}
    if not (values.get(a) and values.get(b)):
        return interval([])
    return difference(values[a], values[b], shared(values.values()))


def tested(found: Sequence[object]) -> list[Verdict]:
    """Those of `found` that are tests: of three values or more that scatter. What is counted exactly is none."""
    return [one for one in found if isinstance(one, Verdict) and one.value.n >= LEAST and one.value.error]


def corrected(found: Sequence[V]) -> list[V]:
    """The verdicts of one page, with p-values that Holm's method corrects for the number of tests. What is no test
    stays as it is."""
    tests = tested(found)
    ps = dict(zip(map(id, tests), holm([one.value.p(one.threshold) for one in tests]), strict=True))
    return [replace(verdict, p=ps[id(verdict)]) if id(verdict) in ps else verdict for verdict in found]


@dataclass(frozen=True)
class Untested(Verdict):
    """A claim that no run here tests, and why: `quantity` says it."""

    word = "not testable"

    def row(self) -> dict[str, str]:
        return super().row() | {"measured": self.quantity}


@dataclass(frozen=True)
class Unmeasured(Untested):
    """A claim for which no run is on record, and how to make one."""

    word = "not measured"


def unmeasured(claim: str, how: str, source: Publication | None = None) -> Unmeasured:
    return Unmeasured(claim, how, interval([]), 0.0, source=source)


def lossless(results: Results, method: tuple[str, float], claim: str, margin: float = MARGIN,
             source: Publication | None = None) -> Verdict:
    """Whether `method` loses less than `margin` of accuracy against full training."""
    value = between(results, method, ("full", 1.0))
    return Verdict(claim, f"{label(method)}, minus full training:", value, -margin, "points", source=source)


def better(results: Results, a: tuple[str, float], b: tuple[str, float], claim: str,
           source: Publication | None = None) -> Verdict:
    """Whether `a` is more accurate than `b`; equal within a point."""
    return Verdict(claim, f"{label(a)}, minus {label(b)}:", between(results, a, b), 0.0, "points", MARGIN,
                   source=source)


def over_networks(shared: np.ndarray) -> Interval:
    """Mean of a number that each pair of networks has, `shared` [n, n] and symmetric, with its interval over networks.

    Pairs that share a network are not independent. The jackknife leaves one network out at a time, and its
    pseudo-values take the place of values (Arvesen, Ann. Math. Stat. 40, 1969). Two networks are one
    pair, which has no interval."""
    def mean(rest: np.ndarray) -> float:
        return float(shared[np.ix_(rest, rest)][np.triu_indices(len(rest), 1)].mean())

    n = len(shared)
    return jackknife(mean, n) if n >= 3 else interval(shared[np.triu_indices(n, 1)])


def jackknife(statistic: Callable[[np.ndarray], float], n: int) -> Interval:
    """Interval of a `statistic` of n units, which is given the indices [m] of those to use: from its pseudo-values, n
    times its value over all of them minus (n − 1) times that without one (Tukey 1958)."""
    every = np.arange(n)
    whole = statistic(every) if n else np.nan
    return interval([n * whole - (n - 1) * statistic(np.delete(every, i)) for i in every])
