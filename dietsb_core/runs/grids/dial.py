"""The dials: drawn shapes at every position, with what is compared there at equal total cost.

No static score is among the methods: the networks that make it cost more than the five epochs that it would shorten.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from dietsb_core.runs.grids.regimes import HARDER, Regime, Setting, controls, methods, passed_once, scale
from dietsb_core.runs.presets import PRESETS, Preset
from dietsb_core.runs.run import Run

EPOCHS = 5
QUICK = PRESETS["quick"]
# `quick` at four times the learning rate. On 2,000 images there are few steps, and at its own rate a method gained from
# smaller batches alone (LOG.md).
SCALE = replace(QUICK, recipe=replace(QUICK.recipe, name="dial", epochs=EPOCHS, lr=1.0))

HALF: tuple[Setting, ...] = tuple((policy, 0.5, {}) for policy in (
    "random_backprop", "selective_backprop", "stale_selective_backprop", "infobatch", "dynamic_random"))
CAPPED: tuple[Setting, ...] = tuple(("dynamic_balanced", keep, {}) for keep in (0.5, 0.25))


@dataclass(frozen=True)
class Dial:
    """What is turned. `data` is the name of a set at a position, less the position. `axis` says in words and unit what
    a position is, and `short` is one position in words. `shares` are the lengths of the controls, as fractions of
    EPOCHS: those between which the methods cost."""

    name: str
    data: str
    axis: str
    short: str
    positions: tuple[int, ...]
    methods: tuple[Setting, ...]
    shares: tuple[float, ...]
    weighted: bool = False

    def at(self, position: int) -> str:
        """A position in words."""
        return self.short.format(position)

    def regime(self, position: int) -> Regime:
        """What is compared at a position. Of classes in balance the weights are all 1, so nothing is weighted there."""
        return Regime(f"{self.data}-{position}", EPOCHS, self.methods, controls=self.shares, parts=(2,), scaled=False,
                      weighted=self.weighted and position > 1)


REDUNDANCY = Dial("redundancy", "procedural-easy", "easy examples, % of the training set", "{} % easy",
                  (0, 30, 60, 90), HALF + HARDER, (0.4, 0.6, 0.8))
IMBALANCE = Dial("imbalance", "procedural-lt", "imbalance: images of the largest class over those of the smallest",
                 "imbalance {}", (1, 10, 100, 300), HALF + CAPPED, (0.2, 0.4, 0.6, 0.8), weighted=True)
DIALS = (REDUNDANCY, IMBALANCE)


def runs(p: Preset) -> list[Run]:
    """Both dials, one seed after another. They are of drawn shapes and of SCALE, whatever the preset."""
    regimes = [one.regime(position) for one in DIALS for position in one.positions]
    return [passed_once(run) for seed in SCALE.seeds for regime in regimes for make in (controls, methods)
            for run in make(scale(SCALE, regime), regime, seed)]
