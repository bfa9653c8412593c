"""Means and intervals over seeds, and what a comparison says of a claim."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

LEAST = 3        # values, such as seeds, that a verdict takes
STEPS = 200_001  # of a quadrature


@cache  # rows compute their interval at each use
def t_quantile(df: int, confidence: float = 0.95) -> float:
    """Two-sided Student t quantile: P(|T| < t) = `confidence` for `df` degrees of freedom.

    It is computed by quadrature, since the package does without SciPy.
    """
    theta, mass = t_mass(df)
    return float(np.sqrt(df) * np.tan(np.interp(confidence, mass, theta)))


def t_mass(df: int) -> tuple[np.ndarray, np.ndarray]:
    """(θ, P(|T| < t)) on a grid, for t = √df·tan θ, where the density is ∝ cos^(df−1) θ."""
    theta = np.linspace(0, np.pi / 2, STEPS)
    return theta, cumulative(np.cos(theta) ** (df - 1))


def cumulative(density: np.ndarray) -> np.ndarray:
    """The share of the mass below each point of an even grid, from `density` on it, by the trapezoid rule."""
    mass = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2)])
    return mass / mass[-1]


@dataclass(frozen=True)
class Interval:
    """A mean with its 95 % Student-t interval over seeds; from one value the interval is unknown, and infinite."""

    mean: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"


def interval(values: list[float] | np.ndarray) -> Interval:
    """Mean and 95 % interval of independent `values` [n]; of none, a mean that is not a number."""
    values = np.asarray(values, dtype=float)
    n = len(values)
    mean = float(values.mean()) if n else float("nan")
    if n < 2:
        return Interval(mean, -np.inf, np.inf, n)
    half = t_quantile(n - 1) * float(values.std(ddof=1)) / np.sqrt(n)
    return Interval(mean, mean - half, mean + half, n)


def effective_classes(share: np.ndarray) -> float:
    """exp of the entropy of `share` [C], which need not sum to 1: C when all are alike, 1 when only one is not 0."""
    part = share[share > 0] / share.sum()
    return float(np.exp(-(part * np.log(part)).sum()))


@dataclass(frozen=True)
class Verdict:
    """What the data say of a claim: `value` against `threshold`, which it must exceed for the claim to hold."""

    claim: str
    quantity: str
    value: Interval
    threshold: float
    unit: str = ""

    @property
    def word(self) -> str:
        """confirmed, refuted or undecided: the whole interval, of three values or more, must lie on one side of the
        threshold. (Two that agree by chance would make an interval of no width.)"""
        if self.value.n < LEAST:
            return "undecided"
        if self.value.low > self.threshold:
            return "confirmed"
        return "refuted" if self.value.high < self.threshold else "undecided"

    def row(self) -> dict[str, str]:
        """The verdict as a line of a table."""
        scale, digits = (100, 1) if self.unit in ("%", "points") else (1, 2)
        measured = f"{self.quantity} {self._measured(scale, digits)}"
        return {"verdict": self.word, "claim": self.claim, "measured": measured,
                "holds above": f"{scale * self.threshold:+.{digits}f} {self.unit}", "n": str(self.value.n)}

    def _measured(self, scale: float, digits: int) -> str:
        if not self.value.n:
            return "not on record at this preset"
        mean, low, high = (f"{scale * v:+.{digits}f}" for v in (self.value.mean, self.value.low, self.value.high))
        between = f"[{low}, {high}]" if self.value.n > 1 else "(one seed gives no interval)"
        return f"{mean} {self.unit} {between}"
