"""Tidy rows from records: one a method and rate, mean and interval over seeds, and what it cost."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from dietsb_core.cost import G
from dietsb_core.errors import UserError
from dietsb_core.grids import grid
from dietsb_core.overlap import FRACTIONS, overlaps, poster_overlap
from dietsb_core.presets import preset
from dietsb_core.records import Record
from dietsb_core.runs import Run, find
from dietsb_core.statistics import Interval, interval

Results = dict[tuple[str, float], dict[int, Record]]  # (policy, keep) -> seed -> record
PHASES = ("prune", "select", "train")  # an epoch's work; evaluation and scoring are apart


def recorded(runs: list[Run]) -> dict[Run, Record]:
    """Those of `runs` that are on record."""
    return {run: record for run in runs if (record := find(run))}


def by_method(found: dict[Run, Record]) -> Results:
    """Records by method and rate, then seed."""
    out: Results = defaultdict(dict)
    for run, record in found.items():
        if not run.score:
            out[run.policy, run.keep][run.seed] = record
    return out


def epoch_seconds(record: Record) -> float:
    """Seconds of training and selection an epoch: the process's own on a CPU, where other work must not count."""
    kind = "seconds" if record.info["environment"]["device_type"] == "cuda" else "cpu_seconds"
    return record.seconds(*PHASES, kind=kind) / len(record.rows)


def epoch_over_baseline(results: Results, method: tuple[str, float]) -> Interval | None:
    """An epoch's seconds over those of full training with the same seed; None where that is not on record."""
    baseline = results.get(("full", 1.0), {})
    ratios = [epoch_seconds(record) / epoch_seconds(baseline[seed])
              for seed, record in results[method].items() if seed in baseline]
    return interval(ratios) if ratios else None


def row(runs: list[Run], found: dict[Run, Record], results: Results) -> dict:
    """One line of a report for the runs of one method and rate, with fractions as fractions and times in seconds."""
    run, records = runs[0], [found[run] for run in runs]
    accuracy = interval([record.accuracy for record in records])
    examples, batch = records[0].info["examples"], run.recipe.batch
    whole = examples // batch * batch * run.epochs  # what full training, which drops a last short batch, trains on
    backprops = float(np.mean([record.total("backprops") for record in records]))
    ratio = None if run.score else epoch_over_baseline(results, (run.policy, run.keep))
    return {
        "data": run.data, "model": run.model, "policy": run.score or run.policy, "keep": run.keep,
        "seeds": [run.seed for run in runs],
        "accuracy_mean": accuracy.mean, "accuracy_ci95": finite(accuracy),
        "pruned_nominal": 1 - run.build().kept(), "pruned_realised": 1 - backprops / whole,
        "forwards": float(np.mean([record.total("forwards") for record in records])), "backprops": backprops,
        "seconds": float(np.mean([record.seconds(*PHASES) for record in records])),
        "cpu_seconds": float(np.mean([record.seconds(*PHASES, kind="cpu_seconds") for record in records])),
        "scoring_seconds": sum(record.seconds(*PHASES, "score") for record in map(find, run.scored_by) if record),
        "flops": float(np.mean([flops(record) for record in records])),
        "joules": float(np.mean(joules)) if all(joules := [energy(record) for record in records]) else None,
        "epoch_over_baseline": ratio.mean if ratio else None,
        "epoch_over_baseline_ci95": finite(ratio) if ratio else None,
        "floor": run.build().floor(G),
        "recipe": run.recipe.name, "epochs": run.epochs, "device": records[0].info["environment"]["device"],
        "precision": records[0].info["environment"]["precision"],
        "records": [record.folder.name for record in records],
    }


def finite(value: Interval) -> list[float] | None:
    """[low, high], or None where one seed gives no interval: JSON has no infinity."""
    return [value.low, value.high] if value.n > 1 else None


def flops(record: Record) -> float:
    """Floating-point operations of training and selection; a backward pass costs two forward ones."""
    return record.info["forward_flops"] * (record.total("forwards") + 2 * record.total("backprops"))


def energy(record: Record) -> float | None:
    """Joules of the run where each epoch was measured, else None."""
    measured = [row.get("joules") for row in record.rows]
    return None if None in measured else sum(measured)


def rows(runs: list[Run]) -> list[dict]:
    """A row for each method and rate of `runs` that is on record, in their order."""
    found = recorded(runs)
    results, groups = by_method(found), defaultdict(list)
    for run in found:
        groups[run.model, run.score or run.policy, run.keep, run.options].append(run)
    return [row(group, found, results) for group in groups.values()]


def report(name: str, scale: str) -> list[dict]:
    """The rows of the figure `name` at preset `scale`, from what is on record. For panels c and d there is a row for
    every fraction pruned, with the overlap, its interval, chance and the poster's value beside it."""
    out = rows(grid(name, scale))
    if not out:
        raise UserError(f"nothing of {name!r} is on record at preset {scale!r}; make it with: "
                        f"python -m dietsb_core run {name} --preset {scale}")
    if name not in ("panel_c", "panel_d"):
        return out
    shared = {fraction: interval(values) for fraction, values in overlaps(name, preset(scale)).items()}
    base = out[0] if name == "panel_c" else out[-1]
    return [base | {"keep": round(1 - p, 6), "pruned_nominal": p, "overlap_mean": shared[p].mean,
                    "overlap_ci95": finite(shared[p]), "chance": p,
                    "poster": poster_overlap(p) if name == "panel_c" else None} for p in FRACTIONS]


COLUMNS = ("policy", "keep", "seeds", "accuracy", "pruned", "backprops", "seconds", "epoch/baseline", "floor")


def table(rows: list[dict]) -> str:
    """Rows as text, for a terminal."""
    lines = [COLUMNS]
    for r in rows:
        low, high = r["accuracy_ci95"] or (float("nan"),) * 2
        ratio = "-" if r["epoch_over_baseline"] is None else f"{r['epoch_over_baseline']:.2f}"
        lines.append((r["policy"], f"{r['keep']:g}", str(len(r["seeds"])),
                      f"{r['accuracy_mean']:.3f} [{low:.3f}, {high:.3f}]", f"{r['pruned_realised']:.1%}",
                      f"{r['backprops']:.0f}", f"{r['seconds']:.0f}", ratio, f"{r['floor']:.2f}"))
        if "overlap_mean" in r:
            lines[-1] += (f"overlap {r['overlap_mean']:.3f} (chance {r['chance']:.2f})",)
    widths = [max(len(line[i]) for line in lines) for i in range(len(COLUMNS))]
    padded = ([*(cell.ljust(w) for cell, w in zip(line, widths, strict=False)), *line[len(widths):]] for line in lines)
    return "\n".join("  ".join(cells).rstrip() for cells in padded)
