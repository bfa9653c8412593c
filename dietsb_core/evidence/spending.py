"""What a run cost, and the scores that it prunes by, read from their records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from dietsb_core import scores
from dietsb_core.runs.records import Record
from dietsb_core.runs.run import Run
from dietsb_core.runs.store import find

PHASES = ("prune", "select", "train")  # an epoch's work; evaluation and scoring are apart


def epoch_seconds(record: Record) -> float:
    """Seconds of training and selection an epoch: the process's own on a CPU, where other work must not count."""
    kind = "seconds" if record.info["environment"]["device_type"] == "cuda" else "cpu_seconds"
    return record.seconds(*PHASES, kind=kind) / len(record.rows)


def alike(run: Run) -> tuple:
    """What two runs must share to be compared."""
    return run.data, run.model, run.recipe


def machine(record: Record) -> str:
    """Which boot of which machine made a record, on what device, with how many threads. Seconds of two of them do
    not compare. Older records do not name the boot."""
    made = record.info["environment"]
    threads = f"threads: {made['threads']}" if "threads" in made else None
    return ", ".join(filter(None, (made.get("machine"), made["device"], threads)))


def device(record: Record) -> str:
    """The name of the CPU or GPU that made a record."""
    return record.info["environment"]["device"]


class OneMachine:
    """Comparable seconds and joules: those of the machine that made most of the records `found`.

    Seconds of another machine are converted by the mean time that full training of the same data, network and recipe
    took on both. They are unknown where one of the two has not trained it.
    """

    def __init__(self, found: dict[Run, Record]):
        self.name = Counter(map(machine, found.values())).most_common(1)[0][0]
        self.device = next(device(record) for record in found.values() if machine(record) == self.name)
        self.full = [(run, record) for run, record in found.items() if run.policy == "full" and not run.score]

    def seconds(self, run: Run, record: Record, *phases: str, kind: str = "seconds") -> float | None:
        """Seconds in `phases` of the record of `run`, on this machine; None where they are not known."""
        measured = record.seconds(*phases, kind=kind)
        if machine(record) == self.name:
            return measured
        here, there = (self.whole(run, name, kind) for name in (self.name, machine(record)))
        return measured * here / there if here and there else None

    def joules(self, record: Record) -> float | None:
        """The energy that the device used while a run trained; None where it was not measured, and for another
        device, whose energy does not compare."""
        return energy(record) if device(record) == self.device else None

    def whole(self, run: Run, name: str, kind: str) -> float:
        """What full training like `run` took on the machine `name`: a mean over seeds, 0 where there is none."""
        took = [record.seconds(*PHASES, kind=kind) for full, record in self.full
                if alike(full) == alike(run) and machine(record) == name]
        return sum(took) / len(took) if took else 0.0


def flops(record: Record) -> float:
    """Floating-point operations of training and selection; a backward pass costs two forward ones."""
    return record.info["forward_flops"] * (record.total("forwards") + 2 * record.total("backprops"))


def energy(record: Record) -> float | None:
    """Joules of the whole device while the run trained, where each epoch was measured, else None."""
    measured = [row.get("joules") for row in record.rows]
    return None if None in measured else sum(measured)


def scoring(run: Run, clock: OneMachine) -> dict[str, float | None]:
    """The cost of the networks behind a run's scores, once for all its seeds; seconds on one machine. None where it
    is not known, as where the record of one of them is missing: a score without a record is not free."""
    made = [(scorer, find(scorer)) for scorer in run.scored_by]

    def sum_of(one: Callable[[Run, Record], float | None]) -> float | None:
        return total([one(*each) if each[1] else None for each in made])

    return {"scoring_flops": sum_of(lambda _, record: flops(record) + scoring_pass(record)),
            "scoring_seconds": sum_of(lambda *each: clock.seconds(*each, *PHASES, "score")),
            "scoring_cpu_seconds": sum_of(lambda *each: clock.seconds(*each, *PHASES, "score", kind="cpu_seconds")),
            "scoring_joules": sum_of(lambda _, record: clock.joules(record))}


def scoring_pass(record: Record) -> float:
    """Floating-point operations of a score itself, once the network is trained."""
    return scores.score(record.config["score"]).passes * record.info["examples"] * record.info["forward_flops"]


def total(values: list[float | None]) -> float | None:
    """Their sum; None where one is not known."""
    return None if None in values else sum(values)
