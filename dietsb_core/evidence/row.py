"""One line of a report: what was trained, how well, and what it cost."""

from __future__ import annotations

import numpy as np

from dietsb_core.evidence.spending import PHASES, OneMachine, epoch_seconds, flops, machine, scoring
from dietsb_core.evidence.statistics import Interval, interval
from dietsb_core.policy import G
from dietsb_core.runs.records import Record
from dietsb_core.runs.run import Run

Results = dict[tuple[str, float], dict[int, Record]]  # (policy, keep) -> seed -> record


def over_baseline(results: Results, records: dict[int, Record]) -> list[float]:
    """An epoch's seconds of `records` (by seed) over those of full training in `results` with the same seed on the
    same machine, a value a seed."""
    baseline = results.get(("full", 1.0), {})
    return [epoch_seconds(record) / epoch_seconds(baseline[seed]) for seed, record in records.items()
            if seed in baseline and machine(record) == machine(baseline[seed])]


def settled(record: Record) -> list[bool]:
    """Of each epoch, whether the method went by its rule: a running loss chooses by who was never seen first."""
    return [row.get("settled", True) for row in record.rows]


def row(runs: list[Run], found: dict[Run, Record], results: Results, clock: OneMachine) -> dict:
    """One line of a report for the runs of one method and rate, with fractions as fractions and times in seconds."""
    run, records = runs[0], [found[run] for run in runs]
    return accuracies(runs, records) | counts(run, records) | spent(runs, records, clock) | over(runs, records, results)


def accuracies(runs: list[Run], records: list[Record]) -> dict:
    """What was trained, each seed's accuracy with their mean and interval, and where it all comes from."""
    run, accuracy, made = runs[0], interval([record.accuracy for record in records]), records[0].info["environment"]
    return {
        "data": run.data, "model": run.model, "policy": run.score or run.policy, "keep": run.keep,
        "options": dict(run.options), "recipe": run.recipe.name, "epochs": run.epochs,
        "compared": not run.score,
        "seeds": [run.seed for run in runs], "accuracies": [record.accuracy for record in records],
        "accuracy_mean": accuracy.mean, "accuracy_ci95": finite(accuracy),
        "device": made["device"], "precision": made["precision"], "records": [record.folder.name for record in records],
    }


def counts(run: Run, records: list[Record]) -> dict:
    """What was asked for and what was done, in examples and steps: means over seeds. `settled` epochs went by the
    method's rule, of the seed where they are fewest."""
    batch = run.recipe.batch
    whole = records[0].info["examples"] // batch * batch * run.epochs  # full training drops a last short batch
    forwards, backprops, steps = (float(np.mean([record.total(name) for record in records]))
                                  for name in ("forwards", "backprops", "steps"))
    return {"pruned_nominal": 1 - run.build().kept(), "pruned_realised": 1 - backprops / whole,
            "forwards": forwards, "backprops": backprops, "steps": steps,
            "settled": min(sum(settled(record)) for record in records)}


def spent(runs: list[Run], records: list[Record], clock: OneMachine) -> dict:
    """What training and selection cost, and apart from it the scores, which all seeds share.

    Seconds of all rows of a report are of one machine, `machine`: the one that made most of them. They are means over
    the seeds that were made there or can be converted to it (see OneMachine); joules are means over those that its kind
    of device made. None where there is none.
    """
    made = list(zip(runs, records, strict=True))
    return {
        "machine": clock.name,
        "flops": float(np.mean([flops(record) for record in records])),
        "seconds": known_mean([clock.seconds(*one, *PHASES) for one in made]),
        "cpu_seconds": known_mean([clock.seconds(*one, *PHASES, kind="cpu_seconds") for one in made]),
        "joules": known_mean([clock.joules(record) for record in records]),
    } | scoring(runs[0], clock)


def over(runs: list[Run], records: list[Record], results: Results) -> dict:
    """An epoch over full training's, with its interval, beside the least that it can be."""
    made = {run.seed: record for run, record in zip(runs, records, strict=True)}
    ratios = [] if runs[0].score else over_baseline(results, made)
    ratio = interval(ratios) if ratios else None
    return {"epoch_over_baseline": ratio.mean if ratio else None,
            "epoch_over_baseline_ci95": finite(ratio) if ratio else None, "floor": runs[0].build().floor(G)}


def known_mean(values: list[float | None]) -> float | None:
    """The mean of those values that are known; None where none is."""
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def finite(value: Interval) -> list[float] | None:
    """[low, high], or None where one seed gives no interval: JSON has no infinity."""
    return [value.low, value.high] if value.n > 1 else None
