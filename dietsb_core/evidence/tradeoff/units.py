"""What trainings cost in all, in units of one full training."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dietsb_core.errors import UserError
from dietsb_core.evidence.row import Row

WORDS = {"flops": "floating-point operations", "seconds": "seconds", "cpu_seconds": "CPU seconds", "joules": "joules"}


@dataclass(frozen=True, kw_only=True)
class Costed(Row):
    """A row with its cost in units of full training of `unit_epochs` epochs."""

    unit: str  # what is counted, one of WORDS
    unit_epochs: int
    training: float
    scoring: float
    total: float


def spent(row: Row, unit: str) -> tuple[float | None, float | None]:
    """(training with selection, scoring) in `unit`; None where it is not known."""
    return getattr(row, unit), getattr(row, f"scoring_{unit}")


def reference(rows: list[Row], epochs: int = 0) -> Row:
    """The row of full training whose cost is the unit: that of `epochs` epochs, or (0) of as many as the methods have,
    with the largest batch. Never of another length, or every ratio would silently mean something else."""
    whole = {row.epochs: row for row in sorted(rows, key=lambda row: row.batch) if row.is_control}
    lengths = {row.epochs for row in rows if row.compared and not row.is_control} or set(whole)
    if not epochs and len(lengths) > 1:
        raise UserError(f"trainings of {', '.join(map(str, sorted(lengths)))} epochs are on record: name the length of "
                        f"the full training that costs are measured by, such as epochs={max(lengths)}")
    epochs = epochs or next(iter(lengths), 0)
    if epochs not in whole:
        raise UserError(f"full training{f' of {epochs} epochs' if epochs else ''} is not on record, and everything is "
                        "measured by it: run it first")
    return whole[epochs]


def costs(rows: list[Row], unit: str = "flops", epochs: int = 0) -> list[Costed]:
    """`rows` of trainings that are compared, each with its cost in units of full training (see `reference`). Rows
    whose cost in `unit` is unknown are left out. Where the reference's cost is unknown, all rows are."""
    if unit not in WORDS:
        raise UserError(f"no unit of cost {unit!r}; there are: {', '.join(WORDS)}")
    full = reference(rows, epochs)
    whole, _ = spent(full, unit)
    if not whole:
        return []
    known = [(row, *spent(row, unit)) for row in rows if row.compared and None not in spent(row, unit)]
    return [Costed(**vars(row), unit=unit, unit_epochs=full.epochs, training=train / whole, scoring=score / whole,
                   total=(train + score) / whole) for row, train, score in known]


def uncharged(rows: list[Row]) -> list[Row]:
    """`rows` as though their scores were free, which is the limit when many trainings share a score. `given` marks
    the rows to which this makes a difference."""
    free = {f"scoring_{unit}": 0.0 for unit in WORDS}
    return [replace(row, given=row.scoring_flops != 0, **free) for row in rows]
