"""The second source's tables: rates beside published values, which examples were used, and sweeps of constants."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dietsb_book.tables.cells import POINTS, RATIO, Spread
from dietsb_book.tables.shown import Table, plain
from dietsb_core.evidence import sweeps
from dietsb_core.evidence.row import Row
from dietsb_core.evidence.statistics import Interval, interval
from dietsb_core.evidence.tradeoff import Judged
from dietsb_core.evidence.tradeoff.front import compared as contrast
from dietsb_core.evidence.tradeoff.front import pool
from dietsb_core.evidence.verdicts import NAMES, label

# Top-1 accuracy, %, as published for ResNet-18 in 200 epochs (LARS, OneCycle) at 30, 50 and 70 % pruned: Qin et al.,
# InfoBatch, ICLR 2024, Table 1, which repeats what the methods' papers and Raju et al. report. InfoBatch's own values
# (95.6, 95.1, 94.7 and 78.2, 78.1, 76.5) are not among them: there the epochs were adjusted to the rate, while ours
# trains as long as all others and leaves out far less than its nominal rate.
PUBLISHED_FULL = {"cifar10": 95.6, "cifar100": 78.2}
PUBLISHED: dict[str, dict[str, dict[float, float]]] = {
    "cifar10": {
        "random_prune": {0.7: 94.6, 0.5: 93.3, 0.3: 90.2}, "el2n": {0.7: 95.3, 0.5: 95.1, 0.3: 91.9},
        "dynamic_random": {0.7: 94.8, 0.5: 94.5, 0.3: 93.0}, "epsilon_greedy": {0.7: 95.2, 0.5: 94.9, 0.3: 94.1},
        "ucb": {0.7: 95.3, 0.5: 94.7, 0.3: 93.9},
    },
    "cifar100": {
        "random_prune": {0.7: 73.8, 0.5: 72.1, 0.3: 69.7}, "el2n": {0.7: 77.2, 0.5: 72.1},
        "dynamic_random": {0.7: 77.3, 0.5: 75.3, 0.3: 72.8}, "epsilon_greedy": {0.7: 76.4, 0.5: 74.8},
        "ucb": {0.7: 77.3, 0.5: 75.3, 0.3: 73.2},
    },
}
USAGE = {"always": "always, %", "sometimes": "sometimes, %", "never": "never, %", "turnover": "turnover: Jaccard, %",
         "EL2N": "ρ with EL2N, %", "worst class": "worst class, %", "balance": "class balance, %"}  # titles of columns


def published(row: Row) -> float | None:
    """What others report for a row's method and rate minus their own full training, in points."""
    found = PUBLISHED.get(row.data, {}).get(row.policy, {}).get(row.keep)
    return None if found is None else found - PUBLISHED_FULL[row.data]


def rates(judged: list[Judged]) -> Table:
    """One line for each method and rate: nominal and realised rate, accuracy, and the difference to full training,
    ours and as published. Each is the difference to its own full training, since accuracies of different recipes do
    not compare."""
    frame = pd.DataFrame([{
        "method": label(r.method), "seeds": len(r.seeds), "pruned, nominal": r.pruned_nominal,
        "pruned, realised": r.pruned_realised, "accuracy, %": r.accuracy, "minus full training": r.less_equal_epochs,
        "published, minus theirs": published(r)} for r in judged])
    return plain(frame, {"minus full training": POINTS, "published, minus theirs": "{:+.1f}"},
                 ("method", "minus full training", "accuracy, %", "published, minus theirs", "pruned, realised",
                  "seeds"))


def known(values: list[float]) -> Interval:
    """Mean and interval of those values that are numbers."""
    return interval([value for value in values if not np.isnan(value)])


def usage(summary: dict[tuple[str, float], dict[str, list[float]]]) -> Table:
    """One line for each method and rate: which examples it trained on, how fast they change, and the effect on
    classes; a dash where no seed has a value."""
    frame = pd.DataFrame([{"method": label(method)} | {title: known(shares[name]) for name, title in USAGE.items()}
                          for method, shares in summary.items()])
    return plain(frame, dict.fromkeys(USAGE.values(), Spread(".1f", 100, one="")))


def emphasis(found: dict[tuple[str, float], dict[str, list[float]]]) -> Table:
    """A line a method and rate: how often a hard, rare or mislabelled example was trained on, over any other."""
    frame = pd.DataFrame([{"method": label(method)} | {f"{group}, times as often": known(values)
                                                       for group, values in groups.items()}
                          for method, groups in found.items()])
    return plain(frame, dict.fromkeys(frame.columns[1:], RATIO))


def spreads(rows: list[Row], compared: list[Row]) -> Table:
    """How far apart the methods lie, and the values of each constant, best minus worst; `rows` are of the sweeps."""
    known = pool([*rows, *compared])
    found = {f"{words} ({len(methods)})": contrast(sweeps.apart(methods), known)
             for words, methods in sweeps.beside(rows, compared).items()}
    found |= {f"{NAMES[policy]}: {name}": apart for (policy, name), apart in sweeps.spread(rows, compared).items()}
    frame = pd.DataFrame([{"what differs": what, "seeds": apart.n, "best minus worst, points": apart}
                          for what, apart in found.items()])
    return plain(frame, {"best minus worst, points": POINTS})


def sweep(rows: list[Row]) -> Table:
    """A line a setting of a constant: its accuracy and cost."""
    return plain(pd.DataFrame([{
        "method": label(r.method), "constant": ", ".join(f"{k} = {v}" for k, v in r.options.items()) or "defaults",
        "seeds": len(r.seeds), "accuracy, %": r.accuracy, "forwards, M": r.forwards / 1e6,
        "backprops, M": r.backprops / 1e6} for r in rows]))
