"""Do two methods drop the same examples? Shares in common of what each ranks lowest."""

from __future__ import annotations

import numpy as np

from dietsb_core.errors import UserError
from dietsb_core.runs.grids import members, run
from dietsb_core.runs.presets import Preset
from dietsb_core.runs.records import Record
from dietsb_core.runs.run import Run
from dietsb_core.runs.store import find

FRACTIONS = (0.05, 0.10, 0.20, 0.25, 0.30, 0.40, 0.50, 0.60, 0.70, 0.80, 0.90)

# The poster's panel (c), recomputed from the score files that its authors published: ResNet-18 with GoogLeNet,
# single models, epoch 20 of 200.
POSTER = dict(zip(FRACTIONS, (0.38, 0.49, 0.60, 0.63, 0.66, 0.70, 0.75, 0.79, 0.83, 0.87, 0.92), strict=True))


def poster_overlap(fraction: float) -> float | None:
    """The poster's overlap at this fraction pruned, where it has one."""
    return POSTER.get(fraction)


def membership(values: np.ndarray, fraction: float) -> np.ndarray:
    """How surely each of `values` [N] is among the lowest `fraction`: 1, 0, or an equal share for values that tie at
    the border. Counts of uses tie by the thousand, and the order of the file must not decide."""
    k = max(1, round(fraction * len(values)))
    border = np.partition(values, k - 1)[k - 1]
    below, ties = values < border, values == border
    return below + ties * ((k - below.sum()) / ties.sum())


def overlap(a: np.ndarray, b: np.ndarray, fraction: float) -> float:
    """Expected share in common of the lowest `fraction` of `a` and of `b`, both [N]. By chance it is `fraction`."""
    if a.shape != b.shape:
        raise UserError(f"cannot compare {len(a)} scores with {len(b)}: join both to the same examples by name first")
    both = membership(a, fraction) @ membership(b, fraction)
    return float(both / max(1, round(fraction * len(a))))


def ranks(values: np.ndarray) -> np.ndarray:
    """Ranks of `values` [N], ascending from 0; those that tie share their mean rank."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts + 1) / 2)[inverse]


def combined(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The mean of an example's ranks by `a` and by `b`, all [N], as a share of N."""
    return (ranks(a) + ranks(b)) / 2 / len(a)


def spearman(a: np.ndarray, b: np.ndarray) -> float:
    """Spearman's rank correlation, with ties."""
    return float(np.corrcoef(ranks(a), ranks(b))[0, 1])


def on_record(runs: list[Run], scale: str) -> list[Record]:
    """The records of those of `runs`, of preset `scale`, that exist. Raises UserError with the command that makes
    them where none does."""
    if records := [record for run in runs if (record := find(run))]:
        return records
    raise UserError(f"{runs[0].name} is not on record yet; make it with: "
                    f"python -m dietsb_core run all --preset {scale}")


def el2n(p: Preset, model: str = "") -> list[np.ndarray]:
    """The EL2N scores [N] of each network of the preset's ensemble that is on record."""
    return [record.column(p.score).astype(np.float64) for record in on_record(list(members(p, model)), p.name)]


def uses(p: Preset, keep: float = 0.5) -> list[np.ndarray]:
    """How often Selective-Backprop trained on each example [N], a run a seed that is on record."""
    runs = [run(p, "selective_backprop", keep, seed) for seed in p.seeds]
    return [record.column("selected").astype(np.float64) for record in on_record(runs, p.name)]


def pairs(name: str, p: Preset) -> list[tuple[np.ndarray, np.ndarray]]:
    """What is compared. "panel_c": single networks of two architectures, in independent pairs of two seeds each
    (networks of one seed see the same batches in the same order, which no two networks of one architecture do).
    "within": single networks of one architecture; these pairs share networks, so their interval is too narrow.
    "panel_d": a run's use by SB with the ensemble's EL2N."""
    if name == "panel_c":
        others = el2n(p, p.other)
        return list(zip(el2n(p), [*others[1:], others[0]], strict=False))  # as many as are on record
    if name == "within":
        scores = el2n(p)
        neighbours = len(scores) if len(scores) > 2 else len(scores) - 1  # two networks are one pair, one is none
        return [(scores[i], scores[(i + 1) % len(scores)]) for i in range(neighbours)]
    mean = np.mean(el2n(p), axis=0)
    return [(used, mean) for used in uses(p)]


def overlaps(name: str, p: Preset) -> dict[float, list[float]]:
    """Overlap at every fraction, a value a pair."""
    compared = pairs(name, p)
    return {fraction: [overlap(a, b, fraction) for a, b in compared] for fraction in FRACTIONS}
