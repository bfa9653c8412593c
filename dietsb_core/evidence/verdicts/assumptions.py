"""What the other verdicts rest on: our own constants, and the cheap form of GraNd."""

from __future__ import annotations

import numpy as np

from dietsb_core.evidence import sweeps
from dietsb_core.evidence.overlap import overlap, spearman
from dietsb_core.evidence.pooled import Spread
from dietsb_core.evidence.row import Row
from dietsb_core.evidence.statistics import MARGIN, Verdict, interval
from dietsb_core.evidence.tradeoff.front import compared as contrast
from dietsb_core.evidence.tradeoff.front import minus, pool
from dietsb_core.evidence.verdicts.common import NAMES
from dietsb_core.evidence.verdicts.raju import withheld

PARTS = 10  # disjoint parts of the training set, each of which gives a number


def constants(rows: list[Row], compared: list[Row]) -> list[Verdict]:
    """A constant of ours changes accuracy less than the methods differ at the same rate and length: all methods on
    record, and the swept ones alone, whose order it could change. rows: of the sweeps; compared: of all methods.
    Withheld where less than half of some setting's epochs went by its score, because the constant then had no
    effect."""
    swept = {key: values for key, values in sweeps.settings(rows).items() if len(values) > 1}
    return [withheld(closer(f"{NAMES[policy]}, {name}: its values lie less far apart than {words} do",
                            values, methods, pool([*rows, *compared])),
                     min((row.settled, row.epochs) for row in values.values()))
            for words, methods in sweeps.beside(rows, compared).items() for (policy, name), values in swept.items()]


def closer(claim: str, values: sweeps.Values, methods: sweeps.Values, spread: Spread | None) -> Verdict:
    """Whether `values` of a constant lie less far apart than `methods`, best minus worst."""
    parts = [*sweeps.apart(methods), *minus(sweeps.apart(values))]
    return Verdict(claim, f"{len(methods)} methods, best minus worst, minus the same of {len(values)} values:",
                   contrast(parts, spread), 0.0, "points", MARGIN)


def gradients(scores: dict[str, np.ndarray], fraction: float = 0.25) -> list[Verdict]:
    """Whether GraNd of the last layer can replace that of all parameters. scores: float [N] each, of ONE network.
    The interval is over parts of its examples, and says nothing about other networks."""
    parts = [{name: values[part::PARTS] for name, values in scores.items()} for part in range(PARTS)]
    if not {"grand", "grand_last"} <= scores.keys():
        parts = []
    rho = [spearman(part["grand"], part["grand_last"]) for part in parts]
    shared = [overlap(part["grand"], part["grand_last"], fraction) - fraction for part in parts]
    over = f"mean over {PARTS} parts of the examples:"
    return [Verdict("In this one network GraNd of the last layer ranks examples as that of all parameters does",
                    f"Spearman's ρ, {over}", interval(rho), 0.5),
            Verdict("In this one network both rank the same examples lowest, more than chance would have it",
                    f"overlap of the lowest {fraction:.0%}, minus chance, {over}", interval(shared), 0.0, "points")]
