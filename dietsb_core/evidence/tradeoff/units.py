"""What trainings cost in all, in units of one full training."""

from __future__ import annotations

from dietsb_core.errors import UserError
from dietsb_core.evidence.tradeoff.front import is_control

UNITS = {"flops": ("flops", "scoring_flops"), "seconds": ("seconds", "scoring_seconds"),
         "cpu_seconds": ("cpu_seconds", "scoring_cpu_seconds"), "joules": ("joules", "scoring_joules")}
WORDS = {"flops": "floating-point operations", "seconds": "seconds", "cpu_seconds": "CPU seconds", "joules": "joules"}


def reference(rows: list[dict], epochs: int = 0) -> dict:
    """The row of full training whose cost is the unit: that of `epochs` epochs, or (0) of as many as the methods have.
    Never of another length, or every ratio would silently mean something else."""
    whole = {row["epochs"]: row for row in rows if is_control(row)}
    lengths = {row["epochs"] for row in rows if row["compared"] and not is_control(row)} or set(whole)
    if not epochs and len(lengths) > 1:
        raise UserError(f"trainings of {', '.join(map(str, sorted(lengths)))} epochs are on record: name the length of "
                        f"the full training that costs are measured by, such as epochs={max(lengths)}")
    epochs = epochs or next(iter(lengths), 0)
    if epochs not in whole:
        raise UserError(f"full training{f' of {epochs} epochs' if epochs else ''} is not on record, and everything is "
                        "measured by it: run it first")
    return whole[epochs]


def costs(rows: list[dict], unit: str = "flops", epochs: int = 0) -> list[dict]:
    """`rows` of trainings that are compared, each with `training`, `scoring` and `total`: its cost in units of full
    training of `unit_epochs` epochs (see `reference`). Rows whose cost in `unit` is unknown are left out; where that of
    the reference is, all are."""
    if unit not in UNITS:
        raise UserError(f"no unit of cost {unit!r}; there are: {', '.join(UNITS)}")
    (train, score), full = UNITS[unit], reference(rows, epochs)
    if not full[train]:
        return []
    known = [row for row in rows if row[train] is not None and row[score] is not None and row["compared"]]
    return [row | {"unit": unit, "unit_epochs": full["epochs"], "training": row[train] / full[train],
                   "scoring": row[score] / full[train], "total": (row[train] + row[score]) / full[train]}
            for row in known]


def uncharged(rows: list[dict]) -> list[dict]:
    """`rows` as though their scores had been given: what a score comes to once enough trainings share it. `given` says
    of which rows that is so."""
    free = {score: 0.0 for _, score in UNITS.values()}
    return [row | free | {"given": row["scoring_flops"] != 0} for row in rows]
