"""What a run, and the scores that it prunes by, cost: read from their records."""

from __future__ import annotations

from dietsb_core.records import Record
from dietsb_core.runs import Run, find

PHASES = ("prune", "select", "train")  # an epoch's work; evaluation and scoring are apart


def epoch_seconds(record: Record) -> float:
    """Seconds of training and selection an epoch: the process's own on a CPU, where other work must not count."""
    kind = "seconds" if record.info["environment"]["device_type"] == "cuda" else "cpu_seconds"
    return record.seconds(*PHASES, kind=kind) / len(record.rows)


def machine(record: Record) -> str:
    """Which start of which machine made a record: between two of them seconds do not compare."""
    made = record.info["environment"]
    return made.get("machine", made["device"])


def flops(record: Record) -> float:
    """Floating-point operations of training and selection; a backward pass costs two forward ones."""
    return record.info["forward_flops"] * (record.total("forwards") + 2 * record.total("backprops"))


def energy(record: Record) -> float | None:
    """Joules of the whole device while the run trained, where each epoch was measured, else None."""
    measured = [row.get("joules") for row in record.rows]
    return None if None in measured else sum(measured)


def scorers(run: Run) -> list[Record]:
    """The records of the networks that scored for a run."""
    return [record for record in map(find, run.scored_by) if record]


def scoring_seconds(run: Run, kind: str = "seconds") -> float:
    """Seconds that the networks behind a run's scores took, once for all its seeds."""
    return sum(record.seconds(*PHASES, "score", kind=kind) for record in scorers(run))


def scoring_pass(record: Record) -> float:
    """Floating-point operations of a score itself, once the network is trained: a forward pass of every example, with
    a backward pass for a full gradient, and nothing for what training counted."""
    score = record.config["score"]
    passes = 0 if score.startswith("forgetting") else 3 if score == "grand" else 1
    return passes * record.info["examples"] * record.info["forward_flops"]


def total(values: list[float | None]) -> float | None:
    """Their sum; None where one is not known."""
    return None if None in values else sum(values)
