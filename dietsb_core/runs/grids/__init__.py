"""What each figure needs, by name: `grid("panel_a", "quick")` is a list of runs."""

from __future__ import annotations

from collections.abc import Callable

from dietsb_core.errors import NothingRecorded, UserError
from dietsb_core.runs.grids import dial, poster_runs, raju_runs, regimes
from dietsb_core.runs.grids.build import PANEL_A, PANEL_B, RATES, compare, members, run
from dietsb_core.runs.presets import PRESETS, Preset, preset
from dietsb_core.runs.run import Run

__all__ = ["GRIDS", "PANEL_A", "PANEL_B", "RATES", "compare", "everything", "grid", "members", "run", "some"]

GRIDS: dict[str, Callable[[Preset], list[Run]]] = {
    "panel_a": lambda p: compare(p, PANEL_A),
    "panel_b": lambda p: compare(p, (*PANEL_B, *poster_runs.FOR_GOOD)),
    "panel_c": poster_runs.scores,
    "panel_d": poster_runs.used_by_sb,
    "panel_e": lambda p: list(members(p)),
    "panel_f": poster_runs.used_by_sb,
    "images": lambda p: [*members(p), *compare(p, raju_runs.methods(p, (0.5,)))],
    "composition": poster_runs.used_by_sb,
    "table1": lambda p: compare(p, poster_runs.TABLE1),
    "poster": poster_runs.all_panels,
    "explore": lambda p: [*poster_runs.all_panels(p), *raju_runs.cost(p)],
    "cost": raju_runs.cost,
    "batches": raju_runs.batches,
    "rates": raju_runs.rates,
    "passes": raju_runs.passes,
    "sometimes": lambda p: compare(p, raju_runs.methods(p, raju_runs.TELLING)),
    "lengths": raju_runs.lengths,
    "sensitivity": raju_runs.sensitivity,
    "gradients": raju_runs.gradients,
    "cifar10": lambda p: raju_runs.cost(raju_runs.second(p)),
    "claim7": raju_runs.claim7,
    "when": regimes.when,
    "calculator": lambda p: [*raju_runs.cost(p), *regimes.when(p)],
    "dial": dial.runs,
}


def everything(p: Preset) -> list[Run]:
    """All grids, the most telling first. The second data set is compared in full where it is a set of photographs, and
    the dials are turned where the first is drawn as they are."""
    order = ["poster", "cost", "passes", "rates", "cifar10", "claim7", "batches", "gradients", "lengths", "sensitivity"]
    if p.second != "cifar10":
        order.remove("cifar10")
    if p.data == "procedural":
        order.append("dial")
    return list(dict.fromkeys(run for name in order for run in GRIDS[name](p)))


GRIDS["all"] = everything


def quickest(p: Preset) -> list[Run]:
    """Whatever may reach an accuracy first: the poster's methods, and every grid with full training of other lengths or
    batches. The second data set is raced where it is CIFAR-10, see `everything`."""
    names = ["panel_a", "panel_b", "table1", "cost", "batches", "lengths", *["cifar10"] * (p.second == "cifar10")]
    return [run for name in names for run in GRIDS[name](p)]


GRIDS["quickest"] = quickest


def grid(name: str, scale: str) -> list[Run]:
    """The runs that the figure `name` compares at preset `scale`, each once."""
    if name not in GRIDS:
        raise UserError(f"no grid {name!r}; there are: {', '.join(GRIDS)}")
    return list(dict.fromkeys(GRIDS[name](preset(scale))))


def some(name: str, scale: str) -> list[Run]:
    """The same; NothingRecorded, with the presets that have some, where there are none."""
    if runs := grid(name, scale):
        return runs
    able = ", ".join(p.name for p in PRESETS.values() if GRIDS[name](p))
    raise NothingRecorded(f"preset {scale!r} has no runs of {name!r}; these presets have: {able}")
