"""What verdicts are made of: names of methods, differences seed by seed, intervals over networks, and the threshold of
"no loss"."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dietsb_core.evidence.row import Results
from dietsb_core.evidence.statistics import Interval, Verdict, interval

MARGIN = 0.01  # "without loss of accuracy": at most one point of top-1


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


def paired(results: Results, a: tuple[str, float], b: tuple[str, float]) -> Interval:
    """Accuracy of `a` minus that of `b`, over the seeds that both have: the same examples in the same order."""
    seeds = sorted(results.get(a, {}).keys() & results.get(b, {}).keys())
    differences = [results[a][seed].accuracy - results[b][seed].accuracy for seed in seeds]
    return interval(differences)


def lossless(results: Results, method: tuple[str, float], claim: str, margin: float = MARGIN) -> Verdict:
    """Whether `method` loses less than `margin` of accuracy against full training."""
    value = paired(results, method, ("full", 1.0))
    return Verdict(claim, f"{label(method)}, minus full training:", value, -margin, "points")


def better(results: Results, a: tuple[str, float], b: tuple[str, float], claim: str) -> Verdict:
    """Whether `a` is more accurate than `b`."""
    return Verdict(claim, f"{label(a)}, minus {label(b)}:", paired(results, a, b), 0.0, "points")


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
