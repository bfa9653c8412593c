"""Rows of a report made by hand: a test names what it is about, and all else is as of a training that says nothing."""

from __future__ import annotations

from dataclasses import fields
from typing import TypeVar

from dietsb_core.evidence.row import Row
from dietsb_core.evidence.statistics import interval

Kind = TypeVar("Kind", bound=Row)
NOTHING = interval([])
REST = {"data": "cifar100", "model": "airbench", "recipe": "by hand", "epochs": 10, "compared": True, "device": "cpu",
        "precision": "float32", "machine": "here", "settled": 10, "floor": 1.0, "keep": 1.0, "forwards": 0.0,
        "backprops": 0.0, "steps": 100.0, "flops": 100.0, "unit": "flops", "unit_epochs": 10, "training": 1.0,
        "scoring": 0.0, "total": 1.0, "front": NOTHING, "against_front": "unknown", "pareto": False,
        "gain_at_equal_cost": NOTHING, "less_equal_steps": NOTHING, "less_equal_epochs": NOTHING,
        "interpolation_error": None, "reuses_to_pay": None, "epoch_over_baseline": NOTHING, "seconds": None,
        "cpu_seconds": None, "joules": None, "scoring_flops": 0.0, "scoring_seconds": 0.0, "scoring_cpu_seconds": 0.0,
        "scoring_joules": None}


def a_row(policy: str, accuracies: list[float] = (), of: type[Kind] = Row, **known: object) -> Kind:
    """The row of a method with `accuracies`, one a seed from seed 0; `known` are other fields of the class `of`."""
    pruned, seeds = 1 - known.get("keep", 1.0), list(range(len(accuracies)))
    base = REST | {"policy": policy, "accuracies": list(accuracies), "seeds": seeds, "records": [], "options": {},
                   "pruned_nominal": pruned, "pruned_realised": pruned, "given": False} | known
    return of(**{field.name: base[field.name] for field in fields(of)})
