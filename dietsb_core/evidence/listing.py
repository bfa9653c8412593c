"""Rows of a report as text, for a terminal, and as JSON."""

from __future__ import annotations

from dataclasses import fields

from dietsb_core.evidence.row import Overlap, Row
from dietsb_core.evidence.statistics import Interval

TELLING = {"model", "options", "epochs", "batch"}  # columns of the text that are shown where rows differ in them
# Intervals that JSON has under two keys: that of the mean. Their ends are `..._ci95`.
MEANS = {"accuracy": "accuracy_mean", "overlap": "overlap_mean", "epoch_over_baseline": "epoch_over_baseline"}


def cells(r: Row) -> dict[str, str]:
    """A row's text, a column each; with the fraction and what is in common of rows that compare two rankings."""
    low, high = ends(r.accuracy) or (float("nan"),) * 2
    shared = {"fraction": f"{r.fraction:g}", "in common": f"{r.overlap.mean:.3f} (chance {r.chance:.2f})"
              } if isinstance(r, Overlap) else {}
    return {
        "policy": r.policy, "model": r.model, "keep": f"{r.keep:g}",
        "options": ", ".join(f"{name}={value}" for name, value in r.options.items()) or "-",
        "epochs": str(r.epochs), "batch": str(r.batch), "seeds": str(len(r.seeds)),
        "accuracy": f"{r.accuracy.mean:.3f} [{low:.3f}, {high:.3f}]", "pruned": f"{r.pruned_realised:.1%}",
        "backprops": f"{r.backprops:.0f}",
        "seconds": "-" if (took := r.comparable_seconds[0]) is None else f"{took:.0f}",
        "epoch/baseline": f"{r.epoch_over_baseline.mean:.2f}" if r.epoch_over_baseline.n else "-",
        "floor": f"{r.floor:.2f}", **shared,
    }


def table(rows: list[Row]) -> str:
    """Rows as text, for a terminal, with every column by which they can be told apart."""
    found = [cells(r) for r in rows]
    shown = [name for name in found[0] if name not in TELLING or len({cell[name] for cell in found}) > 1]
    widths = {name: max(len(name), *(len(cell[name]) for cell in found)) for name in shown}
    lines = [dict(zip(shown, shown, strict=True)), *found]
    return "\n".join("  ".join(line[name].ljust(widths[name]) for name in shown).rstrip() for line in lines)


def as_json(row: Row) -> dict[str, object]:
    """A row as JSON can hold it, with null for what is not known. An interval is its mean and its ends: under two keys,
    or as {"mean", "ci95"} under one."""
    names = [field.name for field in fields(row) if field.name != "given"]  # of a report every score is charged
    names.insert(names.index("accuracies") + 1, "accuracy")
    out: dict[str, object] = {}
    for name in names:
        value = getattr(row, name)
        if name in MEANS:
            out |= {MEANS[name]: value.mean if value.n else None, f"{name}_ci95": ends(value)}
        elif isinstance(value, Interval):
            out[name] = {"mean": value.mean, "ci95": ends(value)} if value.n else None
        else:
            out[name] = value
    return out


def ends(value: Interval) -> list[float] | None:
    """[low, high], or None where one seed gives no interval: JSON has no infinity."""
    return [value.low, value.high] if value.n > 1 else None
