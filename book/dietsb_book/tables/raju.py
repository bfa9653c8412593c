"""The second source's tables: rates beside published values, which examples were used, and sweeps of constants."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pandas.io.formats.style import Styler

from dietsb_book.tables.costs import points
from dietsb_book.tables.poster import percent, plain
from dietsb_core.evidence import sweeps
from dietsb_core.evidence.row import Row
from dietsb_core.evidence.statistics import interval
from dietsb_core.evidence.tradeoff import Judged
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


def published(row: Row) -> float | None:
    """What others report for a row's method and rate less their own full training, in points."""
    found = PUBLISHED.get(row.data, {}).get(row.policy, {}).get(row.keep)
    return None if found is None else found - PUBLISHED_FULL[row.data]


def rates(judged: list[Judged]) -> Styler:
    """One line for each method and rate: nominal and realised rate, accuracy, and the difference to full training,
    ours and as published. Each is the difference to its own full training, since accuracies of different recipes do
    not compare."""
    return plain(pd.DataFrame({
        "method": [label(r.method) for r in judged],
        "seeds": [len(r.seeds) for r in judged],
        "pruned, nominal": [f"{r.pruned_nominal:.0%}" for r in judged],
        "pruned, realised": [f"{r.pruned_realised:.1%}" for r in judged],
        "accuracy, %": [percent(r.accuracy) for r in judged],
        "less full training": [points(r.less_equal_epochs) for r in judged],
        "published, less theirs": ["–" if (p := published(r)) is None else f"{p:+.1f}" for r in judged],
    }))


def usage(summary: dict[tuple[str, float], dict[str, list[float]]]) -> Styler:
    """One line for each method and rate: which examples it trained on, how fast they change, and the effect on
    classes; a dash where no seed has a value."""
    def cell(values: list[float], unit: float = 100) -> str:
        at = interval([value for value in values if not np.isnan(value)])
        spread = f" [{unit * at.low:.1f}, {unit * at.high:.1f}]" if at.n > 1 else ""
        return "–" if np.isnan(at.mean) else f"{unit * at.mean:.1f}{spread}"

    return plain(pd.DataFrame({
        "method": [label(method) for method in summary],
        **{f"{group}, %": [cell(s[group]) for s in summary.values()] for group in ("always", "sometimes", "never")},
        "turnover: Jaccard, %": [cell(s["turnover"]) for s in summary.values()],
        "ρ with EL2N, %": [cell(s["EL2N"]) for s in summary.values()],
        "worst class, %": [cell(s["worst class"]) for s in summary.values()],
        "class balance, %": [cell(s["balance"]) for s in summary.values()],
    }))


def emphasis(found: dict[tuple[str, float], dict[str, list[float]]]) -> Styler:
    """A line a method and rate: how often a hard, rare or mislabelled example was trained on, over any other."""
    groups = list(next(iter(found.values()), {}))
    return plain(pd.DataFrame({"method": [label(method) for method in found]} | {
        f"{group}, times as often": [told(values[group]) for values in found.values()] for group in groups}))


def told(values: list[float]) -> str:
    """Mean and interval of those values that are numbers; a dash where none is."""
    known = [value for value in values if not np.isnan(value)]
    return str(interval(known)) if known else "–"


def spreads(rows: list[Row], compared: list[Row]) -> Styler:
    """How far apart the methods lie, and the values of each constant, best less worst; `rows` are of the sweeps."""
    found = {f"{words} ({len(methods)})": interval(list(sweeps.apart(methods).values()))
             for words, methods in sweeps.beside(rows, compared).items()}
    found |= {f"{NAMES[policy]}: {name}": apart for (policy, name), apart in sweeps.spread(rows).items()}
    return plain(pd.DataFrame({"what differs": list(found), "seeds": [apart.n for apart in found.values()],
                               "best less worst, points": [points(apart) for apart in found.values()]}))


def sweep(rows: list[Row]) -> Styler:
    """A line a setting of a constant: its accuracy and cost."""
    return plain(pd.DataFrame({
        "method": [label(r.method) for r in rows],
        "constant": [", ".join(f"{k} = {v}" for k, v in r.options.items()) or "defaults" for r in rows],
        "seeds": [len(r.seeds) for r in rows],
        "accuracy, %": [percent(r.accuracy) for r in rows],
        "forwards, M": [f"{r.forwards / 1e6:.2f}" for r in rows],
        "backprops, M": [f"{r.backprops / 1e6:.2f}" for r in rows],
    }))
