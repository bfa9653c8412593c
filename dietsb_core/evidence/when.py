"""When leaving examples out pays: in each regime, every method beside tuned full training of the same total cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from dietsb_core.errors import UserError
from dietsb_core.evidence.pooled import Spread, contrast, logit_interval, shared, word
from dietsb_core.evidence.spending import flops, scoring_pass
from dietsb_core.evidence.statistics import MARGIN, Interval
from dietsb_core.evidence.tradeoff import pareto
from dietsb_core.evidence.tradeoff.front import beside as controls_beside
from dietsb_core.runs.grids import regimes
from dietsb_core.runs.grids.regimes import Regime
from dietsb_core.runs.presets import Preset, preset
from dietsb_core.runs.records import Record
from dietsb_core.runs.run import Run
from dietsb_core.runs.store import find

NO_CONTROL, TOO_FEW = "no control of this cost", "one seed"
MEASURES = ("fit", "loss_concentration", "effective_share")


@dataclass(frozen=True)
class Setting:
    """The trainings of one method, rate, length and batch in a regime, a seed each. `total` is the cost in epochs of
    full training, scores included; None where the record of a scoring network is missing."""

    run: Run
    records: dict[int, Record]
    total: float | None

    @property
    def accuracies(self) -> list[float]:
        return [record.accuracy for record in self.records.values()]

    @property
    def accuracy(self) -> Interval:
        return logit_interval(self.accuracies)

    def last(self, name: str) -> float | None:
        """The mean of what the last rows say of `name`; None where a record does not say it."""
        values = [record.rows[-1].get(name) for record in self.records.values()]
        return None if None in values else float(np.mean(values))


def cost(run: Run, records: list[Record]) -> float | None:
    """Training, selection and the scores behind them, in epochs of full training."""
    scorers = [find(scorer) for scorer in run.scored_by]
    if None in scorers:
        return None
    scoring = sum(flops(record) + scoring_pass(record) for record in scorers)
    epoch = 3 * records[0].info["examples"] * records[0].info["forward_flops"]  # forward 1, backward 2
    return (float(np.mean([flops(record) for record in records])) + scoring) / epoch


def settings(runs: Iterable[Run]) -> list[Setting]:
    """What of `runs` is on record, by setting, in their order."""
    found: dict[tuple, dict[int, tuple[Run, Record]]] = defaultdict(dict)
    for run in runs:
        if record := find(run):
            found[run.recipe, run.policy, run.keep, run.options][run.seed] = run, record
    out = []
    for by_seed in found.values():
        run, records = next(iter(by_seed.values()))[0], {seed: record for seed, (_, record) in by_seed.items()}
        out.append(Setting(run, records, cost(run, list(records.values()))))
    return out


def beside(one: Setting, front: list[Setting], spread: Spread | None) -> tuple[Setting, Interval] | None:
    """The control beside a setting, and the setting's accuracy minus the front's. The best control of equal cost counts
    where there is one. Else it is a point on the line between the two neighbours, over the logarithm of the cost, and
    the dearer one is named. None beyond the controls."""
    theirs = controls_beside(one.total, front, lambda control: control.total)
    if not theirs:
        return None
    line = [(-weight, control.accuracies) for weight, control in theirs]
    return theirs[-1][1], contrast([(1.0, one.accuracies), *line], spread)


def rows_of(regime: Regime, p: Preset) -> list[dict[str, object]]:
    """A row for each setting of a regime that is on record, its controls included."""
    at = regimes.scale(p, regime)
    seeded = [(list(regimes.controls(at, regime, seed)), list(regimes.methods(at, regime, seed))) for seed in p.seeds]
    controls, methods = (settings(map(regimes.passed_once, (run for part in seeded for run in part[which])))
                         for which in (0, 1))
    spread = shared(one.accuracies for one in (*controls, *methods))
    front = pareto(controls)  # tuning means that the best control of a cost counts
    return [row(regime, one, front, spread) for one in (*controls, *methods) if one.total is not None]


def row(regime: Regime, one: Setting, front: list[Setting], spread: Spread | None) -> dict[str, object]:
    """One line of `report when`, as JSON can hold it."""
    found, run = beside(one, front, spread), one.run
    control, gain = found or (None, Interval(float("nan"), -np.inf, np.inf, 0))
    known = one.accuracy if one.accuracy.n > 1 else None
    return {
        "regime": regime.name, "data": run.data, "model": run.model, "epochs": run.epochs, "batch": run.recipe.batch,
        "policy": run.policy, "keep": run.keep, "options": dict(run.options), "seeds": list(one.records),
        "accuracy_mean": one.accuracy.mean, "accuracy_ci95": known and [known.low, known.high],
        "accuracy_rare": one.last("rare_accuracy"), "total_cost": one.total,
        "control": control and {"policy": control.run.policy, "epochs": control.run.epochs,
                                "batch": control.run.recipe.batch, "accuracy": control.accuracy.mean},
        "gain": gain.mean if found else None,
        "gain_ci95": [gain.low, gain.high] if found and spread else None,
        "redundancy": {name: one.last(name) for name in MEASURES},
        "verdict": NO_CONTROL if not found else TOO_FEW if gain.n < 2 else word(gain, MARGIN),
        "scale": f"{run.data}, {run.model}, {run.epochs} epochs", "recipe": run.recipe.name,
        "records": [record.folder.name for record in one.records.values()],
    }


def report_when(scale: str) -> list[dict[str, object]]:
    """All regimes at preset `scale`, from what is on record; a UserError where that is nothing."""
    p = preset(scale)
    if p.data != "cifar100":
        raise UserError(f"preset {scale!r} has no regimes, which are of CIFAR: take cifar-cpu or gpu")
    rows = [one for regime in regimes.REGIMES for one in rows_of(regime, p)]
    if not rows:
        raise UserError(f"nothing of 'when' is on record at preset {scale!r}; make it with: "
                        f"python -m dietsb_core run when --preset {scale}")
    return rows


def table(rows: list[dict[str, object]]) -> str:
    """The rows as text, for a terminal."""
    line = "{:20} {:24} {:>5} {:>5}  {:36} {:>6} {:>7} {:>7}  {}"
    out = [line.format("regime", "policy", "keep", "batch", "options", "cost", "acc, %", "gain", "verdict")]
    for one in rows:
        gain = "-" if one["gain"] is None else f"{100 * one['gain']:+.1f}"
        options = ", ".join(f"{name}={value}" for name, value in one["options"].items()) or "-"
        out.append(line.format(one["regime"], one["policy"], f"{one['keep']:g}", one["batch"], options,
                               f"{one['total_cost']:.1f}", f"{100 * one['accuracy_mean']:.1f}", gain, one["verdict"]))
    return "\n".join(map(str.rstrip, out))
