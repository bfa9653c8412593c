"""What figures ask for at a preset and what is not on record, with its cost and the command that makes it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from dietsb_core.evidence.report import names, recorded
from dietsb_core.policy import G
from dietsb_core.runs.grids import GRIDS, grid
from dietsb_core.runs.run import Run, expand

# Grids of what other grids have, and the dials, which are the same drawn shapes at every preset.
LEFT_OUT = {"poster", "explore", "all", "quickest", "dial"}


@dataclass(frozen=True)
class Unmeasured:
    """The `runs` of the grid `figure` on one data set that are not on record; `of`: how many it has there in all."""

    figure: str
    scale: str
    data: str
    runs: tuple[Run, ...]
    of: int

    @property
    def epochs(self) -> float:
        """Their cost in epochs of full training on this data set. An epoch of a method counts by its floor."""
        return sum(run.epochs * run.build().floor(G) for run in self.runs)

    @property
    def what(self) -> str:
        """Their methods, rates and lengths, in words."""
        pruned = ", ".join(f"{100 * (1 - keep):.3g}" for keep in sorted({run.keep for run in self.runs}, reverse=True))
        lengths = ", ".join(map(str, sorted({run.epochs for run in self.runs})))
        return f"{names(list(self.runs))}: {pruned} % pruned, {lengths} epochs"

    @property
    def command(self) -> str:
        return f"python -m dietsb_core run {self.figure} --preset {self.scale}"


def unmeasured(scale: str) -> list[Unmeasured]:
    """What is missing at preset `scale`, a line for each grid and data set, in the order of the grids. A run that
    several of them need, or that another run needs for its score, counts in the first of them."""
    out, seen = [], set()
    for figure in (name for name in GRIDS if name not in LEFT_OUT):
        groups: dict[str, list[Run]] = defaultdict(list)
        for run in expand(grid(figure, scale)):
            groups[run.data].append(run)
        for data, asked in groups.items():
            found = recorded(asked)
            missing = tuple(run for run in asked if run not in found and run not in seen)
            seen |= set(missing)
            if missing:
                out.append(Unmeasured(figure, scale, data, missing, len(asked)))
    return out
