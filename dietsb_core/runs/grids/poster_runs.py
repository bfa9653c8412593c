"""The runs behind the poster's panels and its table."""

from __future__ import annotations

from dietsb_core.runs.grids.build import PANEL_A, PANEL_B, compare, members
from dietsb_core.runs.presets import Preset
from dietsb_core.runs.run import Run

TABLE1 = (("full", 1.0), ("selective_backprop", 0.5), ("random_backprop", 0.5), ("random_backprop", 0.25),
          ("el2n", 0.75), ("diet_sb", 0.5), ("diet_sb", 0.375))

FOR_GOOD = (("dynamic_random", 0.5), ("random_prune", 0.5))  # a fresh half each epoch, and one for good


def scores(p: Preset) -> list[Run]:
    """The scoring runs of both networks."""
    return [*members(p), *members(p, p.other)]


def used_by_sb(p: Preset) -> list[Run]:
    """What the comparison of SB's use with EL2N needs."""
    return [*members(p), *compare(p, (("selective_backprop", 0.5),))]


def all_panels(p: Preset) -> list[Run]:
    """Everything of the poster, the most telling first: the scores of both networks, then the comparison a seed at a
    time."""
    methods = tuple(dict.fromkeys((*TABLE1, *PANEL_A, *PANEL_B, *FOR_GOOD)))
    return [*scores(p), *compare(p, methods)]
