"""One line of a report: what was trained, how well, and what it cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dietsb_core.evidence.pooled import logit_interval
from dietsb_core.evidence.spending import PHASES, OneMachine, epoch_seconds, flops, machine, scoring
from dietsb_core.evidence.statistics import Interval, interval
from dietsb_core.policy import G
from dietsb_core.runs.records import Record
from dietsb_core.runs.run import Run

Results = dict[tuple[str, float], dict[int, Record]]  # (policy, keep) -> seed -> record


@dataclass(frozen=True, kw_only=True)
class Row:
    """The trainings of one method and rate, a seed each. Counts and costs are means over seeds; shares and accuracies
    are fractions.

    Seconds of all rows of a report are of one machine, `machine`: the one that made most of them. They are means over
    the seeds that were made there or can be converted to it (see OneMachine); joules are means over those that its kind
    of device made. What a score cost (`scoring_...`) is apart, since all seeds share it. None where it is not known.
    """

    data: str
    model: str
    policy: str  # or the score that networks were trained for
    keep: float
    options: dict[str, float | str]
    recipe: str
    epochs: int
    compared: bool  # not so are networks that were trained for their scores alone
    seeds: list[int]
    accuracies: list[float]  # a value a seed
    device: str
    precision: str
    batch: int  # examples of a step, where a method takes no fewer
    records: list[str]  # the names of their folders
    pruned_nominal: float
    pruned_realised: float
    forwards: float
    backprops: float
    steps: float
    settled: int  # epochs that went by the method's rule, of the seed where they are fewest
    machine: str
    flops: float
    seconds: float | None
    cpu_seconds: float | None
    joules: float | None
    scoring_flops: float | None
    scoring_seconds: float | None
    scoring_cpu_seconds: float | None
    scoring_joules: float | None
    epoch_over_baseline: Interval  # an epoch's time over full training's; of no value where there is none to compare
    floor: float  # the least that this can be
    given: bool = False  # whether its costs leave out a score that was not free, see tradeoff.uncharged

    @property
    def method(self) -> tuple[str, float]:
        """The policy and the share that it keeps, as records are keyed."""
        return self.policy, self.keep

    @property
    def is_control(self) -> bool:
        """Whether it is full training, of whatever length."""
        return self.policy == "full"

    @property
    def by_seed(self) -> dict[int, float]:
        """Accuracy of each seed."""
        return dict(zip(self.seeds, self.accuracies, strict=True))

    @property
    def accuracy(self) -> Interval:
        """Mean accuracy, and its interval over seeds, which stays between 0 and 1."""
        return logit_interval(self.accuracies)

    @property
    def setting(self) -> tuple[object, ...]:
        """What tells rows of one page apart: the method with its constants, the recipe, and how long it trained."""
        return self.data, self.model, self.method, str(self.options), self.recipe, self.epochs, self.batch

    @property
    def comparable_seconds(self) -> tuple[float | None, float | None]:
        """(training with selection, scoring): the process's own seconds where they were measured, since the clock
        counts other work too, and else the clock's, as on a GPU. None where they cannot be converted to `machine`."""
        return self.cpu_seconds or self.seconds, self.scoring_cpu_seconds or self.scoring_seconds


@dataclass(frozen=True, kw_only=True)
class Overlap(Row):
    """What two rankings have in common of their lowest `fraction`, beside the row of the runs behind one of them."""

    fraction: float
    overlap: Interval  # the share in common, over pairs of rankings
    chance: float
    poster: float | None


def over_baseline(results: Results, records: dict[int, Record]) -> dict[int, float]:
    """An epoch's seconds of `records` (by seed), divided by those of full training in `results` with the same seed
    on the same machine, by seed."""
    baseline = results.get(("full", 1.0), {})
    return {seed: epoch_seconds(record) / epoch_seconds(baseline[seed]) for seed, record in records.items()
            if seed in baseline and machine(record) == machine(baseline[seed])}


def settled(record: Record) -> list[bool]:
    """For each epoch, whether the method went by its rule. A running loss first chooses examples that were never
    seen."""
    return [row.get("settled", True) for row in record.rows]


def row(runs: list[Run], found: dict[Run, Record], results: Results, clock: OneMachine) -> Row:
    """One line of a report for the runs of one method and rate."""
    run, records = runs[0], [found[run] for run in runs]
    made, by_seed = records[0].info["environment"], {run.seed: found[run] for run in runs}
    return Row(
        data=run.data, model=run.model, policy=run.score or run.policy, keep=run.keep, options=dict(run.options),
        recipe=run.recipe.name, batch=run.recipe.batch, epochs=run.epochs, compared=not run.score,
        seeds=[run.seed for run in runs], accuracies=[record.accuracy for record in records], device=made["device"],
        precision=made["precision"],
        records=[record.folder.name for record in records], floor=run.build().floor(G),
        epoch_over_baseline=interval([] if run.score else list(over_baseline(results, by_seed).values())),
        **counts(run, records), **spent(runs, records, clock), **scoring(run, clock))


def counts(run: Run, records: list[Record]) -> dict[str, float]:
    """What was asked for and what was done, in examples and steps."""
    batch = run.recipe.batch
    whole = records[0].info["examples"] // batch * batch * run.epochs  # full training drops a last short batch
    done = {name: float(np.mean([record.total(name) for record in records]))
            for name in ("forwards", "backprops", "steps")}
    return {"pruned_nominal": 1 - run.build().kept(), "pruned_realised": 1 - done["backprops"] / whole, **done,
            "settled": min(sum(settled(record)) for record in records)}


def spent(runs: list[Run], records: list[Record], clock: OneMachine) -> dict[str, str | float | None]:
    """What training and selection cost."""
    made = list(zip(runs, records, strict=True))
    return {
        "machine": clock.name,
        "flops": float(np.mean([flops(record) for record in records])),
        "seconds": known_mean([clock.seconds(*one, *PHASES) for one in made]),
        "cpu_seconds": known_mean([clock.seconds(*one, *PHASES, kind="cpu_seconds") for one in made]),
        "joules": known_mean([clock.joules(record) for record in records]),
    }


def known_mean(values: list[float | None]) -> float | None:
    """The mean of those values that are known; None where none is."""
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None
