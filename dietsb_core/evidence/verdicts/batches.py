"""Whether Random-Backprop gains more over full training of the same cost than a smaller batch does."""

from __future__ import annotations

from dietsb_core.evidence.row import Results
from dietsb_core.evidence.statistics import MARGIN, Verdict
from dietsb_core.evidence.verdicts.common import between
from dietsb_core.runs.records import Record
from dietsb_core.runs.run import Run

# As methods are named elsewhere, by policy and rate; the controls, by what they are.
PRUNED, SHORT, SMALL = ("random_backprop", 0.5), ("as many examples", 1.0), ("as many examples and steps", 1.0)


def kinds(found: dict[Run, Record]) -> Results:
    """{PRUNED, SHORT, SMALL: {seed: record}} of runs of the grid `batches`; where all are of one batch, no SMALL."""
    whole = max((run.recipe.batch for run in found), default=0)
    out: Results = {PRUNED: {}, SHORT: {}, SMALL: {}}
    for run, record in found.items():
        kind = PRUNED if run.policy != "full" else SHORT if run.recipe.batch == whole else SMALL
        out[kind][run.seed] = record
    return out


def batches(found: dict[Run, Record]) -> list[Verdict]:
    """The gain of Random-Backprop over full training on as many examples, the gain of a smaller batch, and the
    difference of the two: Random-Backprop beside full training with the same batch and the same number of steps."""
    by = kinds(found)
    return [Verdict("Random-Backprop, 50 % pruned, beats full training in as many examples",
                    "accuracy minus the control's:", between(by, PRUNED, SHORT), 0.0, "points", MARGIN),
            Verdict("So does full training with the same smaller batch", "accuracy minus the control's:",
                    between(by, SMALL, SHORT), 0.0, "points", MARGIN),
            Verdict("Random-Backprop beats full training in as many examples and as many steps",
                    "accuracy minus that with the smaller batch:", between(by, PRUNED, SMALL), 0.0, "points", MARGIN)]
