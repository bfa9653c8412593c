"""When leaving examples out pays: in each regime, every method beside tuned full training of the same total cost."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dietsb_core.errors import UserError
from dietsb_core.evidence.equal_cost import Gain, gain
from dietsb_core.evidence.pooled import ABOVE, BELOW, UNDECIDED, Spread, holm, shared, word
from dietsb_core.evidence.settings import Setting, settings
from dietsb_core.evidence.statistics import MARGIN
from dietsb_core.runs.grids import regimes
from dietsb_core.runs.grids.regimes import Regime
from dietsb_core.runs.presets import Preset, preset

NO_CONTROL, TOO_FEW = "no control of this cost", "one seed"
MEASURES = ("fit", "loss_concentration", "effective_share")
ERROR = 0.05  # the chance that one of a report's methods is called above or below where it is neither


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One setting of a regime beside its controls. `gain` is over the best of them, those that weight or balance the
    classes included; `over_full` is over full training alone. None where no control is as cheap or as dear. `p` is
    that of the gain, corrected for all that is asked of methods."""

    regime: Regime
    setting: Setting
    is_control: bool
    gain: Gain | None
    over_full: Gain | None
    p: float | None = None
    p_over_full: float | None = None

    @property
    def verdict(self) -> str:
        """Beside the best control, see `standing`."""
        return standing(self.gain, None if self.is_control else self.p)

    @property
    def verdict_over_full(self) -> str:
        """Beside full training alone."""
        return standing(self.over_full, None if self.is_control else self.p_over_full)


def standing(found: Gain | None, p: float | None) -> str:
    """above or below: the interval says so and, of a method, the corrected `p` too. equal: the whole interval is within
    the margin. Else undecided, or why nothing is said."""
    if found is None:
        return NO_CONTROL
    if found.value.n < 2:
        return TOO_FEW
    said = word(found.value, MARGIN)
    return UNDECIDED if said in (ABOVE, BELOW) and p is not None and p >= ERROR else said


def compare(regime: Regime, p: Preset) -> list[Compared]:
    """Every setting of a regime that is on record, its controls first."""
    at = regimes.scale(p, regime)
    seeded = [(list(regimes.controls(at, regime, seed)), list(regimes.methods(at, regime, seed))) for seed in p.seeds]
    controls, methods = (settings(map(regimes.passed_once, (run for part in seeded for run in part[which])))
                         for which in (0, 1))
    spread = shared(one.accuracies for one in (*controls, *methods))
    full = [one for one in controls if one.run.policy == "full"]
    return [Compared(regime=regime, setting=one, is_control=is_control, gain=tuned_gain(one, controls, spread),
                     over_full=tuned_gain(one, full, spread))
            for is_control, group in ((True, controls), (False, methods)) for one in group if one.total is not None]


def tuned_gain(one: Setting, controls: list[Setting], spread: Spread | None) -> Gain | None:
    """The gain over the repeated controls; where none of them is of that cost, over those of one seed too."""
    return gain(one, most_seeds(controls), spread) or gain(one, controls, spread)


def most_seeds(controls: list[Setting]) -> list[Setting]:
    """The controls with as many seeds as the best-recorded one has: all are tried with the first seed, and the best of
    each length is repeated with the others."""
    most = max((len(one.records) for one in controls), default=0)
    return [one for one in controls if len(one.records) == most]


def corrected(lines: list[Compared]) -> list[Compared]:
    """The lines with their p corrected for all that is asked of methods among them (Holm 1979): where full training is
    the only kind of control, both comparisons are one."""
    asked = [(i, name, found.p) for i, line in enumerate(lines) if not line.is_control
             for name, found in (("p", line.gain), ("p_over_full", line.over_full))
             if found and found.p is not None and (name == "p" or line.regime.aware)]
    out = [{} for _ in lines]
    for (i, name, _), p in zip(asked, holm([p for *_, p in asked]), strict=True):
        out[i][name] = p
    return [replace(line, **{"p_over_full": found.get("p")} | found) for line, found in zip(lines, out, strict=True)]


def compared(scale: str) -> list[Compared]:
    """All regimes at preset `scale`, as far as they are on record."""
    p = preset(scale)
    return corrected([one for regime in regimes.of(p) for one in compare(regime, p)])


def rows_of(regime: Regime, p: Preset) -> list[dict[str, object]]:
    """A row for each setting of one regime, corrected for its own methods alone."""
    return [row(line) for line in corrected(compare(regime, p))]


def row(line: Compared) -> dict[str, object]:
    """One line of `report when`, as JSON can hold it."""
    one, run, found = line.setting, line.setting.run, line.gain
    known = one.accuracy if one.accuracy.n > 1 else None
    return {
        "regime": line.regime.name, "data": run.data, "model": run.model, "epochs": run.epochs,
        "batch": run.recipe.batch, "policy": run.policy, "keep": run.keep, "options": dict(run.options),
        "seeds": list(one.records), "accuracy_mean": one.accuracy.mean,
        "accuracy_ci95": known and [known.low, known.high], "accuracy_rare": one.last("rare_accuracy"),
        "total_cost": one.total, "control": found and named(found.control), "gain": found and found.value.mean,
        "gain_ci95": bounds(found), "gain_over_full": line.over_full and line.over_full.value.mean,
        "gain_over_full_ci95": bounds(line.over_full),
        "redundancy": {name: one.last(name) for name in MEASURES}, "verdict": line.verdict,
        "scale": f"{run.data}, {run.model}, {run.epochs} epochs", "recipe": run.recipe.name,
        "records": [record.folder.name for record in one.records.values()],
    }


def named(control: Setting) -> dict[str, object]:
    return {"policy": control.run.policy, "epochs": control.run.epochs, "batch": control.run.recipe.batch,
            "accuracy": control.accuracy.mean}


def bounds(found: Gain | None) -> list[float] | None:
    """The ends of a gain's interval; None where there is none."""
    return [found.value.low, found.value.high] if found and found.p is not None else None


def report_when(scale: str) -> list[dict[str, object]]:
    """`compared` as JSON can hold it; a UserError where nothing is on record."""
    if not regimes.of(preset(scale)):
        raise UserError(f"preset {scale!r} has no regimes, which are of CIFAR: take cifar-cpu or gpu")
    if not (rows := [row(line) for line in compared(scale)]):
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
