"""What each figure needs, by name: `grid("panel_a", "quick")` is a list of runs."""

from __future__ import annotations

from collections.abc import Callable

from dietsb_core.errors import UserError
from dietsb_core.grids import dynamic, poster, regimes
from dietsb_core.grids.build import PANEL_A, PANEL_B, RATES, compare, members, run
from dietsb_core.presets import Preset, preset
from dietsb_core.runs import Run

__all__ = ["GRIDS", "PANEL_A", "PANEL_B", "RATES", "compare", "everything", "grid", "members", "run"]

GRIDS: dict[str, Callable[[Preset], list[Run]]] = {
    "panel_a": lambda p: compare(p, PANEL_A),
    "panel_b": lambda p: compare(p, PANEL_B),
    "panel_c": poster.scores,
    "panel_d": poster.used_by_sb,
    "panel_e": lambda p: list(members(p)),
    "panel_f": poster.used_by_sb,
    "composition": lambda p: list(members(p)),
    "table1": lambda p: compare(p, poster.TABLE1),
    "poster": poster.all_panels,
    "cost": dynamic.cost,
    "batches": dynamic.batches,
    "rates": dynamic.rates,
    "passes": dynamic.passes,
    "sometimes": lambda p: compare(p, dynamic.methods(p, dynamic.TELLING)),
    "lengths": dynamic.lengths,
    "sensitivity": dynamic.sensitivity,
    "gradients": dynamic.gradients,
    "cifar10": lambda p: dynamic.cost(dynamic.second(p)),
    "claim7": dynamic.claim7,
    "when": regimes.when,
}


def everything(p: Preset) -> list[Run]:
    """All grids, the most telling first. The second data set is compared in full where it is a set of photographs."""
    order = ["poster", "cost", "passes", "rates", "cifar10", "claim7", "batches", "gradients", "lengths", "sensitivity"]
    if p.second != "cifar10":
        order.remove("cifar10")
    return list(dict.fromkeys(run for name in order for run in GRIDS[name](p)))


GRIDS["all"] = everything


def grid(name: str, scale: str) -> list[Run]:
    """The runs that the figure `name` compares at preset `scale`, each once."""
    if name not in GRIDS:
        raise UserError(f"no grid {name!r}; there are: {', '.join(GRIDS)}")
    return list(dict.fromkeys(GRIDS[name](preset(scale))))
