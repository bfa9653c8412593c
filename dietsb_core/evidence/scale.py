"""At what scale the sources made their claims, and at what scale a page tests them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dietsb_core.runs.records import Record
    from dietsb_core.runs.run import Run

FAR = 10  # a training of fewer than a tenth of the epochs is another thing


@dataclass(frozen=True)
class Publication:
    """Who made a claim, with which networks, in how many epochs."""

    name: str
    models: tuple[str, ...]
    epochs: int

    def __str__(self) -> str:
        return f"{self.name}: {', '.join(self.models)}, {self.epochs} epochs"


POSTER = Publication("the poster", ("resnet18", "googlenet", "resnet20"), 200)
RAJU = Publication("Raju et al.", ("resnet18",), 200)


@dataclass(frozen=True)
class Scale:
    """What a verdict was measured on. fit: the share of the training examples that full training has fitted at its end
    (dietsb_core.redundancy), None where the record does not say it."""

    data: str
    model: str
    epochs: int
    fit: float | None = None

    def __str__(self) -> str:
        known = "" if self.fit is None else f", {100 * self.fit:.0f} % fit"
        return f"{self.data}, {self.model}, {self.epochs} epochs{known}"

    def below(self, source: Publication) -> bool:
        """Whether it is far below that of `source`: another network, or fewer than a tenth of the epochs."""
        return self.model not in source.models or FAR * self.epochs < source.epochs


def measured(found: dict[Run, Record]) -> Scale | None:
    """The scale of a page's runs: that of full training where it is on record, else of the first; None of none."""
    run = next((run for run in found if run.policy == "full" and not run.score), next(iter(found), None))
    if run is None:
        return None
    return Scale(run.data, run.model, run.recipe.epochs, found[run].rows[-1].get("fit"))
