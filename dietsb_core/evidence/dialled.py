"""From which position of a dial on a method pays: its gain over tuned full training of the same total cost, there."""

from __future__ import annotations

import math

from dietsb_core.evidence.pooled import ABOVE
from dietsb_core.evidence.statistics import Interval, Verdict
from dietsb_core.evidence.verdicts.common import label
from dietsb_core.evidence.when import Compared, compare, rows_of
from dietsb_core.runs.grids.build import Method
from dietsb_core.runs.grids.dial import DIALS, SCALE, Dial

NOWHERE = "pays at no position"
CONTROLS = ("full", "class_weights")
UNKNOWN = Interval(math.nan, -math.inf, math.inf, 0)
Gains = dict[Method, dict[int, dict[str, object]]]  # method -> position -> its row there, as of `report when`


def gains(dial: Dial) -> Gains:
    """The row of each method at each position that is on record. The controls are in the rows, as what is beside."""
    found: Gains = {}
    for position in dial.positions:
        for row in rows_of(dial.regime(position), SCALE):
            if row["policy"] not in CONTROLS:
                found.setdefault((row["policy"], row["keep"]), {})[position] = row
    return found


def lines() -> list[Compared]:
    """Everything at every position of both dials."""
    return [one for dial in DIALS for position in dial.positions for one in compare(dial.regime(position), SCALE)]


def gain(row: dict[str, object]) -> Interval:
    """The gain of a row with its pooled interval; infinite ends from one seed, n = 0 where no control costs as much."""
    if row["gain"] is None:
        return UNKNOWN
    low, high = row["gain_ci95"] or (-math.inf, math.inf)
    return Interval(row["gain"], low, high, len(row["seeds"]))


def pays(dial: Dial, found: Gains) -> dict[str, str]:
    """{method: from which position on it pays, in words}: there and at every higher position on record its whole
    interval lies above zero."""
    return {label(method): _from(dial, {n: row["verdict"] == ABOVE for n, row in at.items()})
            for method, at in found.items()}


def _from(dial: Dial, above: dict[int, bool]) -> str:
    """The same of {position: whether it pays}, ascending."""
    tried, where = list(above), [dial.at(n) for n, pays in above.items() if pays]
    first = next((n for n in tried if all(above[m] for m in tried if m >= n)), None)
    if first is not None:
        return "pays at every position" if first == tried[0] else f"pays from {dial.at(first)} on"
    return f"pays at {', '.join(where)}, and not from there on" if where else NOWHERE


def answer(dial: Dial, found: Gains) -> str:
    """The dial in one sentence: which methods pay at some position, and from which one on."""
    said = pays(dial, found)
    paying = [f"{method}, {words}" for method, words in said.items() if words != NOWHERE]
    asked = ", ".join(map(dial.at, dial.positions))
    if not paying:
        return f"None of {len(said)} methods pays at any position ({asked})."
    rest = "; no other does" if len(paying) < len(said) else ""
    return f"Of {len(said)} methods, {'; '.join(paying)}{rest} ({asked})."


def turned(dial: Dial, found: Gains) -> str:
    """Which methods gain more at the highest position of the dial than at the lowest, and which less."""
    ends = dial.positions[0], dial.positions[-1]
    moved = {label(method): _less(gain(at[ends[1]]), gain(at[ends[0]])) for method, at in found.items()
             if all(n in at and at[n]["gain"] is not None for n in ends)}
    more, less = ([method for method, one in moved.items() if sign * one.mean > one.high - one.mean]
                  for sign in (1, -1))
    lowest, highest = map(dial.at, ends)
    return (f"More is gained at {highest} than at {lowest} by: {'; '.join(more) or 'no method'}. Less is gained by: "
            f"{'; '.join(less) or 'no method'}.")


def by_chance(*dials: Gains) -> str:
    """How many intervals would lie above zero if no method differed from its control anywhere."""
    intervals = [gain(row) for found in dials for at in found.values() for row in at.values()]
    known = [one for one in intervals if one.n > 1]
    above, below = sum(one.low > 0 for one in known), sum(one.high < 0 for one in known)
    return (f"Of {len(known)} intervals, {above} lie above zero and {below} below. If nothing differed anywhere, about "
            f"{0.025 * len(known):.1f} would lie on either side by chance.")


def claims(dial: Dial, found: Gains) -> list[Verdict]:
    """Two claims on each method: it pays at the highest position, and it gains more there than at the lowest. The
    two positions share no run, so the half-widths of their intervals add as squares."""
    ends = dial.positions[0], dial.positions[-1]
    lowest, highest = map(dial.at, ends)
    out = []
    for method, at in found.items():
        low, high = (gain(at[n]) if n in at else UNKNOWN for n in ends)
        out += [Verdict(f"{label(method)}: it pays at {highest}", "gain:", high, 0.0, "points"),
                Verdict(f"{label(method)}: it gains more at {highest} than at {lowest}", "difference of gains:",
                        _less(high, low), 0.0, "points")]
    return out


def _less(a: Interval, b: Interval) -> Interval:
    """a − b of two independent values."""
    half, mean = math.hypot(a.high - a.mean, b.high - b.mean), a.mean - b.mean
    return Interval(mean, mean - half, mean + half, min(a.n, b.n))
