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
from dietsb_core.spending import (
    PHASES,
    energy,
    epoch_seconds,
    flops,
    machine,
    scorers,
    scoring_pass,
    scoring_seconds,
    total,
)
from dietsb_core.statistics import Interval, interval
from dietsb_core.tradeoff import judged

Results = dict[tuple[str, float], dict[int, Record]]  # (policy, keep) -> seed -> record


def recorded(runs: list[Run]) -> dict[Run, Record]:
    """Those of `runs` that are on record; a UserError where they were not all made from the same data."""
    found = {run: record for run in runs if (record := find(run))}
    for data in {run.data for run in found}:
        if len({record.info["fingerprint"] for run, record in found.items() if run.data == data}) > 1:
            raise UserError(f"the runs on record are of different data sets, all named {data!r} (their fingerprints "
                            "differ): name a folder for records of each with DIETSB_RUNS")
    return found


def by_method(found: dict[Run, Record]) -> Results:
    """Records by method and rate, then seed, of the data, network and recipe that come first: trainings of other
    lengths are not compared here, and of runs that differ in a constant the first is taken, which is the plain one."""
    out: Results = defaultdict(dict)
    compared = [run for run in found if not run.score]
    for run in compared:
        if alike(run) == alike(compared[0]):
            out[run.policy, run.keep].setdefault(run.seed, found[run])
    return out


def alike(run: Run) -> tuple:
    """What two runs must share to be compared."""
    return run.data, run.model, run.recipe


def results_of(name: str, scale: str) -> Results:
    """Records of the figure `name` at preset `scale` by method and rate, as far as there are any."""
    return by_method(recorded(grid(name, scale)))


def over_baseline(results: Results, method: tuple[str, float]) -> list[float]:
    """An epoch's seconds over those of full training with the same seed on the same machine, a value a seed."""
    baseline = results.get(("full", 1.0), {})
    return [epoch_seconds(record) / epoch_seconds(baseline[seed]) for seed, record in results.get(method, {}).items()
            if seed in baseline and machine(record) == machine(baseline[seed])]


def row(runs: list[Run], found: dict[Run, Record], results: Results) -> dict:
    """One line of a report for the runs of one method and rate, with fractions as fractions and times in seconds."""
    run, records = runs[0], [found[run] for run in runs]
    accuracy = interval([record.accuracy for record in records])
    examples, batch = records[0].info["examples"], run.recipe.batch
    whole = examples // batch * batch * run.epochs  # what full training, which drops a last short batch, trains on
    backprops = float(np.mean([record.total("backprops") for record in records]))
    ratios = [] if run.score else over_baseline(results, (run.policy, run.keep))
    ratio = interval(ratios) if ratios else None
    return {
        "data": run.data, "model": run.model, "policy": run.score or run.policy, "keep": run.keep,
        "options": dict(run.options),
        "seeds": [run.seed for run in runs], "accuracies": [record.accuracy for record in records],
        "compared": not run.score,
        "accuracy_mean": accuracy.mean, "accuracy_ci95": finite(accuracy),
        "pruned_nominal": 1 - run.build().kept(), "pruned_realised": 1 - backprops / whole,
        "forwards": float(np.mean([record.total("forwards") for record in records])), "backprops": backprops,
        "seconds": float(np.mean([record.seconds(*PHASES) for record in records])),
        "cpu_seconds": float(np.mean([record.seconds(*PHASES, kind="cpu_seconds") for record in records])),
        "steps": float(np.mean([record.total("steps") for record in records])),
        "scoring_seconds": scoring_seconds(run), "scoring_cpu_seconds": scoring_seconds(run, kind="cpu_seconds"),
        "scoring_flops": sum(flops(record) + scoring_pass(record) for record in scorers(run)),
        "scoring_joules": total([energy(record) for record in scorers(run)]),
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


def rows(runs: list[Run]) -> list[dict]:
    """A row for each method and rate of `runs` that is on record, in their order."""
    found, groups = recorded(runs), defaultdict(list)
    for run in found:
        groups[alike(run), run.score or run.policy, run.keep, run.options].append(run)
    results = {same: by_method({run: found[run] for run in found if alike(run) == same}) for same, *_ in groups}
    return [row(group, found, results[same]) for (same, *_), group in groups.items()]


def report(name: str, scale: str) -> list[dict]:
    """The rows of the figure `name` at preset `scale`, from what is on record. For panels c and d there is a row for
    every fraction pruned, with the overlap, its interval, chance and the poster's value beside it."""
    out = rows(grid(name, scale))
    if not out:
        raise UserError(f"nothing of {name!r} is on record at preset {scale!r}; make it with: "
                        f"python -m dietsb_core run {name} --preset {scale}")
    if name in ("cost", "cifar10"):
        return [plain(row) for row in judged(out)]
    if name not in ("panel_c", "panel_d"):
        return out
    shared = {fraction: interval(values) for fraction, values in overlaps(name, preset(scale)).items()}
    base = out[0] if name == "panel_c" else out[-1]
    return [base | {"keep": round(1 - p, 6), "pruned_nominal": p, "overlap_mean": shared[p].mean,
                    "overlap_ci95": finite(shared[p]), "chance": p,
                    "poster": poster_overlap(p) if name == "panel_c" else None} for p in FRACTIONS]


def plain(row: dict) -> dict:
    """A row whose intervals are {"mean", "ci95"}, as JSON can hold them; null where there is no value."""
    def one(value: Interval) -> dict | None:
        return {"mean": value.mean, "ci95": finite(value)} if value.n else None

    return {name: one(value) if isinstance(value, Interval) else value for name, value in row.items()}


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
