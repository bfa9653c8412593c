"""Means and intervals over seeds, and what a comparison says of a claim."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, lru_cache

import numpy as np

from dietsb_core.evidence.scale import Publication, Scale

LEAST = 3        # values, such as seeds, that a verdict takes
LEVEL = 0.05     # of tests: a verdict's corrected p, and Bartlett's
MARGIN = 0.01    # of accuracy: a difference that lies within one point of top-1 counts as none
DECIDED = ("confirmed", "refuted", "equal")
STEPS = 200_001  # of a quadrature


@cache  # rows compute their interval at each use
def t_quantile(df: float, confidence: float = 0.95) -> float:
    """Two-sided Student t quantile: P(|T| < t) = `confidence` for `df` degrees of freedom.

    It is computed by quadrature, since the package does without SciPy.
    """
    theta, mass = t_mass(df)
    return float(np.sqrt(df) * np.tan(np.interp(confidence, mass, theta)))


@lru_cache(maxsize=8)  # a page's differences mostly have the degrees of freedom of one pool
def t_mass(df: float) -> tuple[np.ndarray, np.ndarray]:
    """(θ, P(|T| < t)) on a grid, for t = √df·tan θ, where the density is ∝ cos^(df−1) θ."""
    theta = np.linspace(0, np.pi / 2, STEPS)
    return theta, cumulative(np.cos(theta) ** (df - 1))


def t_tail(t: float, df: float) -> float:
    """P(|T| > t), two-sided."""
    return float(1 - np.interp(np.arctan(abs(t) / np.sqrt(df)), *t_mass(df)))


def cumulative(density: np.ndarray) -> np.ndarray:
    """The share of the mass below each point of an even grid, from `density` on it, by the trapezoid rule."""
    mass = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2)])
    return mass / mass[-1]


@dataclass(frozen=True)
class Interval:
    """A mean with its 95 % Student-t interval over seeds; from one value the interval is unknown, and infinite.

    `error` is the standard error of the mean, of `df` degrees of freedom. The ends may lie further out than these two
    say, where something else is allowed for."""

    mean: float
    low: float
    high: float
    n: int
    error: float = 0.0
    df: float = 0.0

    def p(self, threshold: float = 0.0) -> float:
        """Two-sided p of the mean being `threshold`: below .05 where the interval does not hold it. What the ends allow
        for besides the error is allowed for here too."""
        if not 0 < self.error < np.inf:
            return float(self.low <= threshold <= self.high)
        half = t_quantile(self.df) * self.error
        beyond = max(self.low + half - threshold, threshold - self.high + half, 0.0)
        return t_tail(beyond / self.error, self.df)

    def __str__(self) -> str:
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"


def interval(values: list[float] | np.ndarray) -> Interval:
    """Mean and 95 % interval of independent `values` [n]; of none, a mean that is not a number."""
    values = np.asarray(values, dtype=float)
    n = len(values)
    mean = float(values.mean()) if n else float("nan")
    if n < 2:
        return Interval(mean, -np.inf, np.inf, n)
    error = float(values.std(ddof=1) / np.sqrt(n))
    half = t_quantile(n - 1) * error
    return Interval(mean, mean - half, mean + half, n, error, n - 1)


def effective_classes(share: np.ndarray) -> float:
    """exp of the entropy of `share` [C], which need not sum to 1: C when all are alike, 1 when only one is not 0."""
    part = share[share > 0] / share.sum()
    return float(np.exp(-(part * np.log(part)).sum()))


@dataclass(frozen=True)
class Verdict:
    """What the data say of a claim: `value` against `threshold`, which it must exceed for the claim to hold.

    margin: of a difference of accuracies, what counts as none; 0 where that makes no sense. p: of `value` being at the
    threshold, corrected for all verdicts of its page (see verdicts.corrected); None where it stands alone. source: who
    made the claim, None where it is ours. scale: what it was measured on."""

    claim: str
    quantity: str
    value: Interval
    threshold: float
    unit: str = ""
    margin: float = 0.0
    p: float | None = None
    source: Publication | None = None
    scale: Scale | None = None

    def at(self, scale: Scale | None) -> Verdict:
        """The same with the scale that it was measured at, where it does not say so itself."""
        return replace(self, scale=self.scale or scale)

    @property
    def toy(self) -> bool:
        """Whether the source made the claim at a scale far above the one measured."""
        return bool(self.source and self.scale and self.scale.below(self.source))

    @property
    def said(self) -> str:
        """The word; at toy scale, where it points."""
        return f"toy scale, points to: {self.word}" if self.toy and self.word in DECIDED else self.word

    @property
    def word(self) -> str:
        """confirmed or refuted: the whole interval, of three values or more, lies on one side of the threshold, and the
        corrected p is below .05. equal: it lies within the margin about the threshold. Else undecided. (Two values that
        agree by chance would make an interval of no width.)"""
        if self.value.n < LEAST:
            return "undecided"
        below, above = self.value.low - self.threshold, self.value.high - self.threshold
        if (below > 0 or above < 0) and (self.p is None or self.p < LEVEL):
            return "confirmed" if below > 0 else "refuted"
        return "equal" if -self.margin < below and above < self.margin else "undecided"

    @property
    def form(self) -> tuple[int, int]:
        """How `value` and `threshold` are written: what they are multiplied by, and digits after the point."""
        return (100, 1) if self.unit in ("%", "points") else (1, 2)

    def row(self) -> dict[str, str]:
        """The verdict as a line of a table."""
        scale, digits = self.form
        measured = f"{self.quantity} {self._measured(scale, digits)}"
        return {"verdict": self.said, "claim": self.claim, "measured": measured,
                "holds above": f"{scale * self.threshold:+.{digits}f} {self.unit}", "n": str(self.value.n),
                "measured on": str(self.scale or "")}

    def _measured(self, scale: float, digits: int) -> str:
        if not self.value.n:
            return "not on record at this preset"
        mean, low, high = (f"{scale * v:+.{digits}f}" for v in (self.value.mean, self.value.low, self.value.high))
        between = f"[{low}, {high}]" if self.value.n > 1 else "(one seed gives no interval)"
        return f"{mean} {self.unit} {between}"
