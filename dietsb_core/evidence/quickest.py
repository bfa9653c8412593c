"""What trains quickest: the cost and the seconds at which each training first reaches a test accuracy.

A training reaches a target at the first evaluation with an accuracy at or above it. Its cost is what it has spent until
then: training, selection, and the scores behind it. A training that was evaluated after its last epoch alone can reach
a target only there, so its cost is then the most that the target may have cost.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from dietsb_core.evidence.pooled import EQUAL, Spread, difference, pooled, word
from dietsb_core.evidence.report import recorded
from dietsb_core.evidence.row import known_mean
from dietsb_core.evidence.settings import cost
from dietsb_core.evidence.spending import PHASES, OneMachine, scoring
from dietsb_core.evidence.statistics import Interval, interval
from dietsb_core.runs.records import Record
from dietsb_core.runs.run import Run

# Test accuracies by data set. Two epochs of `procedural-small` teach next to nothing: it shows that the page runs.
TARGETS = {"cifar100": (0.55, 0.60, 0.65), "cifar10": (0.85, 0.90, 0.92), "procedural-small": (0.08, 0.09, 0.10)}
OTHER = (0.60, 0.70, 0.80)  # of any other data set
MARGIN = 0.5  # epochs: evaluations lie one apart, so a smaller difference of costs counts as equal
Made = list[tuple[Run, Record]]  # a setting's trainings, a seed each


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One method, rate, length and batch beside a target. `costs`, in epochs of full training, and the mean `seconds`
    on one machine are of the seeds that reach it; `seconds` is None where it is not known."""

    run: Run  # of the first seed
    accuracies: list[float]  # after the last epoch, a value a seed
    costs: list[float]
    seconds: float | None
    records: list[str]  # the names of their folders

    @property
    def reached(self) -> bool:
        """Whether all of its seeds reach the target."""
        return len(self.costs) == len(self.accuracies)

    @property
    def cost(self) -> Interval:
        """The mean over the seeds that reach the target, with its interval."""
        return interval(self.costs)

    @property
    def accuracy(self) -> Interval:
        """After the last epoch."""
        return interval(self.accuracies)

    @property
    def at_end(self) -> bool:
        """Whether it was evaluated after its last epoch alone, so that it may have reached the target before."""
        return not self.run.curve and self.run.epochs > 1


@dataclass(frozen=True)
class Race:
    """All settings of one data set and network beside one target."""

    target: float
    entries: list[Entry]

    @property
    def seeds(self) -> int:
        """How many seeds a setting needs to count: the most that any has."""
        return max(len(entry.accuracies) for entry in self.entries)

    @property
    def finished(self) -> list[Entry]:
        """The settings that reach the target with all seeds, by their cost and, of equal cost, their seconds."""
        whole = (entry for entry in self.entries if entry.reached and len(entry.accuracies) == self.seeds)
        return sorted(whole, key=lambda entry: (entry.cost.mean, entry.seconds or float("inf")))

    @property
    def best(self) -> list[Entry]:
        """The cheapest finished setting of each method, by cost."""
        found: dict[str, Entry] = {}
        for entry in self.finished:
            found.setdefault(entry.run.policy, entry)
        return list(found.values())

    @property
    def full(self) -> Entry | None:
        """The cheapest full training, tuned over lengths and batches; None where none reaches the target."""
        return next((entry for entry in self.finished if entry.run.policy == "full"), None)

    @property
    def spread(self) -> Spread | None:
        """The deviation of costs over seeds that all finished settings share."""
        return pooled([entry.costs for entry in self.finished])

    @property
    def rivals(self) -> list[Entry]:
        """The best of the methods, without full training."""
        return [entry for entry in self.best if entry.run.policy != "full"]

    def of(self, policy: str) -> list[Entry]:
        """All settings of a method that are on record."""
        return [entry for entry in self.entries if entry.run.policy == policy]

    def minus_full(self, entry: Entry) -> Interval | None:
        """The cost of a finished setting minus that of the cheapest full training; None where there is none."""
        return difference(entry.costs, self.full.costs, self.spread) if self.full else None

    def word(self, entry: Entry) -> str | None:
        """equal, above (it costs more), below or undecided, beside the cheapest full training. What lies within the
        margin is equal on whichever side of zero: where all seeds agree, an interval is narrower than evaluations
        can tell apart."""
        gap = self.minus_full(entry)
        if gap is None:
            return None
        return EQUAL if -MARGIN < gap.low and gap.high < MARGIN else word(gap, 0)


def until(record: Record, target: float) -> Record | None:
    """A record up to its first evaluation at or above `target`; None where there is none."""
    for epochs, row in enumerate(record.rows, 1):
        if "accuracy" in row and row["accuracy"] >= target:
            return replace(record, rows=record.rows[:epochs])
    return None


def seconds(made: Made, clock: OneMachine) -> float | None:
    """The mean seconds of training and selection with those of the scores behind them, on one machine: the process's
    own where they were measured, else the clock's, as on a GPU. None where they are not known."""
    behind = scoring(made[0][0], clock)
    for kind in ("cpu_seconds", "seconds"):
        took = known_mean([clock.seconds(*one, *PHASES, kind=kind) for one in made])
        if took and behind[f"scoring_{kind}"] is not None:
            return took + behind[f"scoring_{kind}"]
    return None


def enter(made: Made, target: float, clock: OneMachine) -> Entry:
    """A setting beside a target."""
    cut = [(run, part) for run, record in made if (part := until(record, target))]
    return Entry(run=made[0][0], accuracies=[record.accuracy for _, record in made],
                 costs=[cost(run, [part]) for run, part in cut], seconds=seconds(cut, clock) if cut else None,
                 records=[record.folder.name for _, record in made])


def races(runs: list[Run]) -> list[list[Race]]:
    """For each data set and network a race to each target, from those of `runs` that are on record. A setting whose
    cost is not known, since the record of a network that scores for it is missing, takes part in none."""
    found, settings = recorded(runs), defaultdict(lambda: defaultdict(list))
    for run, record in found.items():
        if cost(run, [record]) is not None:
            settings[run.data, run.model][run.recipe, run.policy, run.keep, run.options].append((run, record))
    clock = OneMachine(found) if found else None
    return [[Race(target, [enter(made, target, clock) for made in group.values()])
             for target in TARGETS.get(data, OTHER)] for (data, _), group in settings.items()]
