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
    OneMachine,
    alike,
    comparable_seconds,
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
BY_PRESET = {"rule", "start"}  # options that a preset gives to all its runs; any other makes a variant


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
    lengths are not compared here, nor are variants with a constant of their own."""
    out: Results = defaultdict(dict)
    compared = [run for run in found if not run.score]
    for run in compared:
        if alike(run) == alike(compared[0]) and is_plain(run):
            out[run.policy, run.keep].setdefault(run.seed, found[run])
    return out


def is_plain(run: Run) -> bool:
    """Whether a run is a method as the preset makes it, with every other constant at its default."""
    return BY_PRESET.issuperset(dict(run.options))


def results_of(name: str, scale: str) -> Results:
    """Records of the figure `name` at preset `scale` by method and rate, as far as there are any."""
    return by_method(recorded(grid(name, scale)))


def over_baseline(results: Results, records: dict[int, Record]) -> list[float]:
    """An epoch's seconds of `records` (by seed) over those of full training in `results` with the same seed on the
    same machine, a value a seed."""
    baseline = results.get(("full", 1.0), {})
    return [epoch_seconds(record) / epoch_seconds(baseline[seed]) for seed, record in records.items()
            if seed in baseline and machine(record) == machine(baseline[seed])]


def row(runs: list[Run], found: dict[Run, Record], results: Results, clock: OneMachine) -> dict:
    """One line of a report for the runs of one method and rate, with fractions as fractions and times in seconds.

    Seconds of all rows of a report are of one machine, `machine`: the one that made most of them. They are means over
    the seeds that were made there or can be converted to it (see OneMachine), and None where no seed can.
    """
    run, records = runs[0], [found[run] for run in runs]
    accuracy = interval([record.accuracy for record in records])
    examples, batch = records[0].info["examples"], run.recipe.batch
    whole = examples // batch * batch * run.epochs  # what full training, which drops a last short batch, trains on
    backprops = float(np.mean([record.total("backprops") for record in records]))
    ratios = [] if run.score else over_baseline(results, {run.seed: found[run] for run in runs})
    ratio = interval(ratios) if ratios else None
    return {
        "data": run.data, "model": run.model, "policy": run.score or run.policy, "keep": run.keep,
        "options": dict(run.options),
        "seeds": [run.seed for run in runs], "accuracies": [record.accuracy for record in records],
        "compared": not run.score,
        "accuracy_mean": accuracy.mean, "accuracy_ci95": finite(accuracy),
        "pruned_nominal": 1 - run.build().kept(), "pruned_realised": 1 - backprops / whole,
        "forwards": float(np.mean([record.total("forwards") for record in records])), "backprops": backprops,
        "seconds": known_mean([clock.seconds(run, found[run], *PHASES) for run in runs]),
        "cpu_seconds": known_mean([clock.seconds(run, found[run], *PHASES, kind="cpu_seconds") for run in runs]),
        "machine": clock.name,
        "steps": float(np.mean([record.total("steps") for record in records])),
        "scoring_seconds": scoring_seconds(run, clock),
        "scoring_cpu_seconds": scoring_seconds(run, clock, kind="cpu_seconds"),
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


def known_mean(values: list[float | None]) -> float | None:
    """The mean of those values that are known; None where none is."""
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def finite(value: Interval) -> list[float] | None:
    """[low, high], or None where one seed gives no interval: JSON has no infinity."""
    return [value.low, value.high] if value.n > 1 else None


def rows(runs: list[Run]) -> list[dict]:
    """A row for each method and rate of `runs` that is on record, in their order."""
    found, groups = recorded(runs), defaultdict(list)
    for run in found:
        groups[alike(run), run.score or run.policy, run.keep, run.options].append(run)
    results = {same: by_method({run: found[run] for run in found if alike(run) == same}) for same, *_ in groups}
    clock = OneMachine(found) if found else None
    return [row(group, found, results[same], clock) for (same, *_), group in groups.items()]


def report(name: str, scale: str) -> list[dict]:
    """The rows of the figure `name` at preset `scale`, from what is on record. For panels c and d there is a row for
    every fraction compared, with the overlap, its interval, chance and the poster's value beside what a row says of the
    runs behind it: the networks that scored (c), or the trainings by SB whose use was counted (d)."""
    out = rows(grid(name, scale))
    if not out:
        raise UserError(f"nothing of {name!r} is on record at preset {scale!r}; make it with: "
                        f"python -m dietsb_core run {name} --preset {scale}")
    if name in ("cost", "cifar10"):
        return [plain(row) for row in judged(out, epochs=preset(scale).recipe.epochs)]
    if name not in ("panel_c", "panel_d"):
        return out
    shared = {fraction: interval(values) for fraction, values in overlaps(name, preset(scale)).items()}
    base = out[0] if name == "panel_c" else out[-1]
    return [base | {"fraction": p, "overlap_mean": shared[p].mean, "overlap_ci95": finite(shared[p]), "chance": p,
                    "poster": poster_overlap(p) if name == "panel_c" else None} for p in FRACTIONS]


def plain(row: dict) -> dict:
    """A row whose intervals are {"mean", "ci95"}, as JSON can hold them; null where there is no value."""
    def one(value: Interval) -> dict | None:
        return {"mean": value.mean, "ci95": finite(value)} if value.n else None

    return {name: one(value) if isinstance(value, Interval) else value for name, value in row.items()}


TELLING = {"model", "options", "epochs"}  # columns of the text that are shown where rows differ in them


def cells(r: dict) -> dict[str, str]:
    """A row's text, a column each; with the fraction and what is in common of rows that compare two rankings."""
    low, high = r["accuracy_ci95"] or (float("nan"),) * 2
    shared = {"fraction": f"{r['fraction']:g}", "in common": f"{r['overlap_mean']:.3f} (chance {r['chance']:.2f})"
              } if "fraction" in r else {}
    return {
        "policy": r["policy"], "model": r["model"], "keep": f"{r['keep']:g}",
        "options": ", ".join(f"{name}={value}" for name, value in r["options"].items()) or "-",
        "epochs": str(r["epochs"]), "seeds": str(len(r["seeds"])),
        "accuracy": f"{r['accuracy_mean']:.3f} [{low:.3f}, {high:.3f}]", "pruned": f"{r['pruned_realised']:.1%}",
        "backprops": f"{r['backprops']:.0f}",
        "seconds": "-" if (took := comparable_seconds(r)[0]) is None else f"{took:.0f}",
        "epoch/baseline": "-" if (ratio := r["epoch_over_baseline"]) is None else f"{ratio:.2f}",
        "floor": f"{r['floor']:.2f}", **shared,
    }


def table(rows: list[dict]) -> str:
    """Rows as text, for a terminal, with every column by which they can be told apart."""
    found = [cells(r) for r in rows]
    shown = [name for name in found[0] if name not in TELLING or len({cell[name] for cell in found}) > 1]
    widths = {name: max(len(name), *(len(cell[name]) for cell in found)) for name in shown}
    lines = [dict(zip(shown, shown, strict=True)), *found]
    return "\n".join("  ".join(line[name].ljust(widths[name]) for name in shown).rstrip() for line in lines)
