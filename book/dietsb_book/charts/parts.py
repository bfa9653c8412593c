"""What charts are put together from: rows with intervals, points with whiskers, a line at zero."""

from __future__ import annotations

import math
from typing import Any

import altair as alt

from dietsb_book.charts.theme import INK
from dietsb_core.evidence.statistics import Interval

ACCURACY = "test accuracy after the last epoch, %"


def bounded(at: Interval, unit: float = 100) -> dict[str, float]:
    """The columns of an interval; where there is none, both ends are the mean."""
    known = at.n > 1 and math.isfinite(at.low) and math.isfinite(at.high)
    low, high = (at.low, at.high) if known else (at.mean, at.mean)
    return {"mean": unit * at.mean, "low": unit * low, "high": unit * high}


def spoken(at: Interval, unit: float = 100, sign: str = "", of: str = " %") -> str:
    """An interval as a chart says it: `61.6 % (60.9 to 62.3)`."""
    mean, low, high = (format(unit * value, f"{sign}.1f") for value in (at.mean, at.low, at.high))
    known = at.n > 1 and math.isfinite(at.low)
    return f"{mean}{of} ({low} to {high})" if known else f"{mean}{of}" + (", one seed" if at.n == 1 else "")


def whiskers(chart: alt.Chart, x: alt.X, y: alt.Y, colour: Any) -> alt.Chart:
    """The intervals of points at `x`: rules from `low` to `high`."""
    low = alt.Y("low:Q", scale=y["scale"], title=y["title"])
    return chart.mark_rule().encode(x=x, y=low, y2="high:Q", color=colour)


def beside(nth: int, of: int, step: float = 0.6) -> float:
    """How far the `nth` of so many points is moved aside, so that their intervals do not hide one another."""
    return step * (nth - (of - 1) / 2)


def zero_line(upright: bool = True) -> alt.Chart:
    """A line at zero: tuned full training."""
    encoding = {"y": alt.datum(0)} if upright else {"x": alt.datum(0)}
    return alt.Chart(alt.InlineData([{}])).mark_rule(color=INK, strokeWidth=1.2).encode(**encoding)
