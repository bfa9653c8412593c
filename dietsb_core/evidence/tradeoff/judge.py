"""Which trainings lie above what full training buys for the same cost, seed by seed."""

from __future__ import annotations

import math

from dietsb_core.evidence.statistics import interval
from dietsb_core.evidence.tradeoff.front import Front, difference, differences, is_control, paired
from dietsb_core.evidence.tradeoff.units import UNITS, costs

ABOVE, BELOW, LEVEL, OUTSIDE, UNKNOWN = "above", "below", "level", "outside", "unknown"


def against(row: dict, front: Front) -> str:
    """above: the row's whole interval is higher than the front's at its total cost. below: it is lower. level: they
    meet. outside: no control is as cheap, or as dear. unknown: one seed gives no interval."""
    if not front.covers(row["total"]):
        return OUTSIDE
    theirs, mine = front.at(row["total"]), interval(row["accuracies"])
    if mine.n < 2 or theirs.n < 2:
        return UNKNOWN
    if mine.low > theirs.high:
        return ABOVE
    return BELOW if mine.high < theirs.low else LEVEL


def reuses(row: dict, front: Front) -> float | None:
    """How many trainings must share a score before it pays: scoring / (what the controls pay for the same accuracy,
    less this training). 1 where no score is made and it pays at once; None where it never does, or is not known. By
    the means over seeds, whatever their intervals."""
    price = front.price(row["accuracy_mean"])
    if price is None or price <= row["training"]:
        return None
    return float(max(1, math.ceil(row["scoring"] / (price - row["training"]) - 1e-9)))


def pareto(rows: list[dict]) -> list[dict]:
    """The rows that no other is both as cheap and more accurate than, by total cost."""
    out: list[dict] = []
    for row in sorted(rows, key=lambda row: (row["total"], -row["accuracy_mean"])):
        if not out or row["accuracy_mean"] > out[-1]["accuracy_mean"]:
            out.append(row)
    return out


def judged(rows: list[dict], unit: str = "flops", epochs: int = 0) -> list[dict]:
    """Rows with their cost in `unit` (see `costs`), the front's accuracy at it and by how much that may be off (see
    `Front.off`), what they are against it (see `against`), the differences to full training at equal epochs (of no
    other length), steps and total cost, and how often a score must be reused."""
    rows = costs(rows, unit, epochs)
    total, steps = Front(rows), Front(rows, "steps")
    full, best = {row["epochs"]: row for row in rows if is_control(row)}, {id(row) for row in pareto(rows)}
    return [row | {
        "front": total.at(row["total"]), "front_off": total.off(row["total"], row["seeds"]),
        "against_front": against(row, total), "pareto": id(row) in best,
        "less_equal_cost": difference(row, total, row["total"]),
        "less_equal_steps": difference(row, steps, row["steps"]),
        "less_equal_epochs": paired(row, full.get(row["epochs"])),
        "reuses_to_pay": None if is_control(row) else reuses(row, total),
    } for row in rows]


def priced(rows: list[dict], epochs: int = 0) -> dict[str, list[dict]]:
    """{unit: `judged` rows} in floating-point operations, and in every other unit in which a method's cost is known. Of
    seconds the process's own where there are some, since the clock counts other work on the machine too."""
    found = {unit: judged(rows, unit, epochs) for unit in UNITS}
    found = {unit: rows for unit, rows in found.items() if unit == "flops" or not all(map(is_control, rows))}
    if "cpu_seconds" in found:
        found.pop("seconds", None)
    return found


def by_length(rows: list[dict]) -> dict[str, dict[int, list[float]]]:
    """{policy: {epochs: a value a seed}} of `judged` rows: accuracy less that of full training of the same cost."""
    front, out = Front(rows), {}
    for row in (row for row in rows if not is_control(row)):
        if values := differences(row, front, row["total"]):
            out.setdefault(row["policy"], {})[row["epochs"]] = values
    return {policy: dict(sorted(lengths.items())) for policy, lengths in out.items()}
