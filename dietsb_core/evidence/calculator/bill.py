"""The bill of one training: what training, selection and scoring cost, in epochs of full training."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dietsb_core.errors import UserError
from dietsb_core.evidence.calculator.rules import Line, Rule
from dietsb_core.evidence.tradeoff.judge import paid_back
from dietsb_core.policy import G
from dietsb_core.runs.presets import PRESETS

SOURCE = PRESETS["poster"]  # whose length and scoring networks are the defaults


@dataclass(frozen=True)
class Field:
    """What a setting may be: from `least` to `most`, and `whole` where it is a number of things. `words` say it."""

    least: float
    most: float
    whole: bool
    words: str

    def holds(self, value: float) -> bool:
        return self.least <= value <= self.most and (not self.whole or value == int(value))


FIELDS: dict[str, Field] = {
    "hours": Field(1e-6, 1e9, False, "hours above 0, such as 12 or 0.5"),
    "price": Field(0, 1e9, False, "a price of 0 or more, or nothing"),
    "epochs": Field(1, 100_000, True, "a whole number from 1 to 100,000"),
    "runs": Field(1, 1_000_000, True, "a whole number from 1 to 1,000,000"),
    "g": Field(0.001, 0.999, False, "a share above 0 and below 1, such as 0.333"),
    "networks": Field(1, 1_000, True, "a whole number from 1 to 1,000"),
    "score_epochs": Field(1, 100_000, True, "a whole number from 1 to 100,000"),
}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the bill is of. `epochs`: of full training, and of the method's. `runs`: trainings that share a score.
    `g`: a forward pass as a share of a training step. A score comes from `networks` trained for `score_epochs` each."""

    keep: float = 1.0
    epochs: int = SOURCE.recipe.epochs
    runs: int = 1
    g: float = G
    networks: int = SOURCE.members
    score_epochs: int = SOURCE.score_epoch

    def __post_init__(self) -> None:
        for name in FIELDS.keys() & vars(self).keys():
            if not FIELDS[name].holds(value := getattr(self, name)):
                raise UserError(f"{name}={value!r}: it must be {FIELDS[name].words}")


@dataclass(frozen=True)
class Bill:
    """All costs are in epochs of full training: `training`, `selection`, and `scoring`, which is paid once. `total` has
    the share of `scoring` that falls to one run; it is also the length of full training that costs the same.

    floor: what training and selection cost at least, however well they are made. break_even: how many runs must share
    the score before a run costs no more than full training; None where it always costs more.
    """

    training: float
    selection: float
    scoring: float
    total: float
    floor: float
    break_even: int | None


def bill(rule: Rule, of: Settings) -> Bill:
    """What `of` costs by `rule`; a UserError where its kept fraction is not one that the rule takes."""
    check_keep(rule, of.keep)
    training, passes = spent(rule, of.keep, of.epochs)
    scoring, selection = scored(rule, of), of.g * passes
    alone = training + selection
    floor = of.epochs * (line(rule.floor, of.keep) + of.g * line(rule.floor_passed, of.keep))
    saving = round(of.epochs - alone, 9)  # else a rounding error would be a saving
    reuses = paid_back(scoring, saving)
    floor = min(floor, alone)  # where the losses decide, a method may leave out more than its floor counts
    return Bill(training, selection, scoring, alone + scoring / of.runs, floor, None if reuses is None else int(reuses))


def check_keep(rule: Rule, keep: float) -> None:
    """Refuse a kept fraction that the rule does not take, or of which it has no measurement beside it."""
    low, high = allowed(rule)
    if not (low <= keep <= high if rule.points or not rule.rated else low < keep < high):
        raise UserError(f"keep={keep!r}: {kept_words(rule)}")


def allowed(rule: Rule) -> tuple[float, float]:
    """The least and the greatest kept fraction. Both are excluded where the rule is not measured."""
    if rule.points:
        return rule.points[0][0], rule.points[-1][0]
    return (0.0, rule.below) if rule.rated else (1.0, 1.0)


def kept_words(rule: Rule) -> str:
    """What fraction the rule takes, in percent and in words."""
    low, high = (f"{100 * value:g}" for value in allowed(rule))
    if not rule.rated:
        return f"{rule.label} takes no rate: enter 100"
    if not rule.points:
        return f"{rule.label} takes a percentage above 0 and below {high}"
    between = low if low == high else f"from {low} to {high}"
    return f"what {rule.label} leaves out depends on the losses, and is on record for this kept percentage: {between}"


def line(of: Line, keep: float) -> float:
    """a + b·keep."""
    return of[0] + of[1] * keep


def spent(rule: Rule, keep: float, epochs: int) -> tuple[float, float]:
    """(training, selection's forward passes), both in passes over all examples. Between two measured rates both lie on
    a straight line."""
    if rule.points:
        keeps, trained, passed = zip(*rule.points, strict=True)
        return epochs * float(np.interp(keep, keeps, trained)), epochs * float(np.interp(keep, keeps, passed))
    selecting = max(0, math.ceil(rule.end * epochs) - max(math.ceil(rule.start * epochs), rule.whole))
    trained = epochs - selecting + selecting * line(rule.trained, keep)
    return trained, math.ceil(selecting / rule.every) * line(rule.passed, keep)


def scored(rule: Rule, of: Settings) -> float:
    """What the networks behind a score cost, with their passes over all examples, once."""
    if rule.scoring is None:
        return 0.0
    networks, epochs = (1, of.epochs) if rule.scoring.whole else (of.networks, of.score_epochs)
    return networks * (epochs + rule.scoring.passes * of.g)
