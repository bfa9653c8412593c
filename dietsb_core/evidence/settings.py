"""The trainings of one setting, a seed each: their accuracies, and what they cost with all that is behind them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from dietsb_core.evidence.pooled import logit_interval
from dietsb_core.evidence.spending import flops, scoring_pass
from dietsb_core.evidence.statistics import Interval
from dietsb_core.runs.records import Record
from dietsb_core.runs.run import Run
from dietsb_core.runs.store import find


@dataclass(frozen=True)
class Setting:
    """The trainings of one method, rate, length and batch in a regime, a seed each. `total` is the cost in epochs of
    full training, scores included; None where the record of a scoring network is missing."""

    run: Run
    records: dict[int, Record]
    total: float | None

    @property
    def accuracies(self) -> list[float]:
        return [record.accuracy for record in self.records.values()]

    @property
    def accuracy(self) -> Interval:
        return logit_interval(self.accuracies)

    def last(self, name: str) -> float | None:
        """The mean of what the last rows say of `name`; None where a record does not say it."""
        values = [record.rows[-1].get(name) for record in self.records.values()]
        return None if None in values else float(np.mean(values))


def cost(run: Run, records: list[Record]) -> float | None:
    """Training, selection and the scores behind them, in epochs of full training."""
    scorers = [find(scorer) for scorer in run.scored_by]
    if None in scorers:
        return None
    scoring = sum(flops(record) + scoring_pass(record) for record in scorers)
    epoch = 3 * records[0].info["examples"] * records[0].info["forward_flops"]  # forward 1, backward 2
    return (float(np.mean([flops(record) for record in records])) + scoring) / epoch


def scoring(one: Setting) -> float | None:
    """The part of a setting's total that its scores cost."""
    return one.total and one.total - cost(replace(one.run, scored_by=()), list(one.records.values()))


def settings(runs: Iterable[Run]) -> list[Setting]:
    """What of `runs` is on record, by setting, in their order."""
    found: dict[tuple, dict[int, tuple[Run, Record]]] = defaultdict(dict)
    for run in runs:
        if record := find(run):
            found[run.recipe, run.policy, run.keep, run.options][run.seed] = run, record
    out = []
    for by_seed in found.values():
        run, records = next(iter(by_seed.values()))[0], {seed: record for seed, (_, record) in by_seed.items()}
        out.append(Setting(run, records, cost(run, list(records.values()))))
    return out
