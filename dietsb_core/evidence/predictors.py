"""Which measure of redundancy predicts what a method gains at equal cost: over regimes, each left out in turn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dietsb_core.evidence.advice import by_regime
from dietsb_core.evidence.verdicts import label
from dietsb_core.evidence.when import MEASURES, Compared

WORDS = {"fit": "share fit", "loss_concentration": "concentration of the loss", "effective_share": "effective share"}
FEWEST = 4  # regimes: a line through fewer predicts nothing of the one that is left out


@dataclass(frozen=True)
class Predictor:
    """How well a line over `measure` predicts the gain of a method in a regime that it was not fitted to.

    `error`: the root of the mean squared error over `n` regimes, each left out in turn, as a fraction of accuracy.
    `without`: the same for the mean of the other regimes, which knows nothing of redundancy.
    """

    measure: str
    points: list[tuple[str, float, float]]  # regime, measure, gain
    error: float
    without: float

    @property
    def n(self) -> int:
        return len(self.points)


def predictors(lines: list[Compared], policy: str, keep: float) -> list[Predictor]:
    """One for each measure, the best first, for a method at its default options; none where too few regimes have it.
    A regime's redundancy is that of its longest full training, with the batch of its recipe."""
    found = []
    for measure in MEASURES:
        points = [(name, x, y) for name, mine in by_regime(lines).items()
                  if (x := redundancy(mine, measure)) is not None and (y := gained(mine, policy, keep)) is not None]
        if len(points) >= FEWEST:
            x, y = np.array([point[1:] for point in points]).T
            found.append(Predictor(measure, points, left_out(x, y), left_out(np.zeros_like(x), y)))
    return sorted(found, key=lambda one: one.error)


def said(found: list[Predictor], policy: str, keep: float) -> str:
    """How well each measure predicts the gain of a method, in a sentence."""
    name = label((policy, keep))
    if not found:
        return f"{name}: too few regimes have both a gain and the measures."
    errors = ", ".join(f"{WORDS[one.measure]} {100 * one.error:.1f}" for one in found)
    best = found[0]
    better = f"{'better' if best.error < best.without else 'no better'} than the mean of the other regimes"
    return (f"{name}, {best.n} regimes: error of the predicted gain, in points: {errors}; "
            f"{WORDS[best.measure]} predicts {better} ({100 * best.without:.1f}).")


def redundancy(lines: list[Compared], measure: str) -> float | None:
    """A measure after the longest full training of a regime; None where no record has it."""
    known = {line.setting.run.epochs: value for line in reversed(lines) if line.setting.run.policy == "full"
             and (value := line.setting.last(measure)) is not None}
    return known[max(known)] if known else None


def gained(lines: list[Compared], policy: str, keep: float) -> float | None:
    """What the method gains in a regime; None where it is not on record, or no control is of its cost."""
    return next((line.gain.value.mean for line in lines if line.gain and not line.is_control
                 and (line.setting.run.policy, line.setting.run.keep) == (policy, keep)
                 and not line.setting.run.options), None)


def left_out(x: np.ndarray, y: np.ndarray) -> float:
    """Root mean squared error of a least-squares line y(x) at each point, fitted to the others. Where their x are all
    the same, the line is their mean."""
    errors = []
    for i in range(len(x)):
        a, b = np.delete(x, i), np.delete(y, i)
        centred = a - a.mean()
        slope = centred @ b / (centred @ centred) if centred.any() else 0.0
        errors.append(y[i] - b.mean() - slope * (x[i] - a.mean()))
    return float(np.sqrt(np.mean(np.square(errors))))
