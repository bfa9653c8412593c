"""What each figure needs, by name: `grid("panel_a", "quick")` is a list of runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from dietsb_core.errors import UserError
from dietsb_core.presets import Preset, preset
from dietsb_core.runs import Run

BACKPROP = ("random_backprop", "selective_backprop", "stale_selective_backprop")
DIET = ("diet_sb", "diet_random")
SCORED = ("el2n", "el2n_balanced", *DIET)
RATES = (0.5, 0.25, 0.1)  # kept; 50, 75 and 90 % pruned
TABLE1 = (("full", 1.0), ("selective_backprop", 0.5), ("random_backprop", 0.5), ("random_backprop", 0.25),
          ("el2n", 0.75), ("diet_sb", 0.5), ("diet_sb", 0.375))
PANEL_A = (("full", 1.0), *(("random_backprop", keep) for keep in RATES),
           *(("selective_backprop", keep) for keep in RATES))
PANEL_B = (("full", 1.0), ("el2n", 0.75), ("random_prune", 0.75), ("selective_backprop", 0.5),
           ("diet_sb", 0.5), ("diet_sb", 0.375), ("diet_random", 0.5), ("diet_random", 0.375))


def members(p: Preset, model: str = "") -> tuple[Run, ...]:
    """The runs that score for `p`: short trainings of `model`, from seeds that no compared run has."""
    model = model or p.model
    first = Run(p.data, model, p.recipe_of(model), seed=1000, stop=p.score_epoch, score=p.score)
    return tuple(replace(first, seed=1000 + i) for i in range(p.members))


def run(p: Preset, policy: str, keep: float, seed: int) -> Run:
    """One compared run of a preset."""
    options: dict[str, float | str] = {}
    if policy in BACKPROP + DIET:
        options = {name: value for name, value, default in
                   (("rule", p.rule, "shrink"), ("start", p.start, 0.0)) if value != default}
    scored_by = members(p) if policy in SCORED else ()
    return Run(p.data, p.model, p.recipe, seed, policy, keep, tuple(sorted(options.items())), scored_by=scored_by)


def compare(p: Preset, methods: tuple[tuple[str, float], ...]) -> list[Run]:
    """Every method with every seed; one seed of all of them first, so that a comparison stands early."""
    return [run(p, policy, keep, seed) for seed in p.seeds for policy, keep in methods]


def scores(p: Preset) -> list[Run]:
    """The scoring runs of both networks."""
    return [*members(p), *members(p, p.other)]


def used_by_sb(p: Preset) -> list[Run]:
    """What the comparison of SB's use with EL2N needs."""
    return [*members(p), *compare(p, (("selective_backprop", 0.5),))]


def everything(p: Preset) -> list[Run]:
    """All grids, the most telling first: the scores of both networks, then the comparison a seed at a time."""
    methods = tuple(dict.fromkeys((*TABLE1, *PANEL_A, *PANEL_B)))
    return [*scores(p), *compare(p, methods)]


GRIDS: dict[str, Callable[[Preset], list[Run]]] = {
    "panel_a": lambda p: compare(p, PANEL_A),
    "panel_b": lambda p: compare(p, PANEL_B),
    "panel_c": scores,
    "panel_d": used_by_sb,
    "panel_e": lambda p: list(members(p)),
    "panel_f": used_by_sb,
    "composition": lambda p: list(members(p)),
    "table1": lambda p: compare(p, TABLE1),
    "all": everything,
}


def grid(name: str, scale: str) -> list[Run]:
    """The runs that the figure `name` compares at preset `scale`."""
    if name not in GRIDS:
        raise UserError(f"no grid {name!r}; there are: {', '.join(GRIDS)}")
    return GRIDS[name](preset(scale))
