"""Accuracy over the values of one constant at a time, and how far apart they lie."""

from __future__ import annotations

from dietsb_core.evidence.row import Row
from dietsb_core.evidence.statistics import Interval
from dietsb_core.evidence.tradeoff.front import compared as contrast
from dietsb_core.evidence.tradeoff.front import pool
from dietsb_core.runs.grids.build import setting
from dietsb_core.runs.grids.raju_runs import SWEEPS

Values = dict[str, Row]  # {value of a constant, or method: its row}
Parts = list[tuple[float, Row]]
KEPT = 0.5  # the rate at which constants are swept
NEAR = 0.05  # methods whose realised rates differ by less are compared


def settings(rows: list[Row]) -> dict[tuple[str, str], dict[str, Row]]:
    """{(policy, constant): {value: row}} of the rows that are on record; the plain run stands at the default."""
    asked = {(policy, name): {f"{value:g}": setting(policy, name, value) for value in values}
             for policy, name, values in SWEEPS}
    asked |= {(policy, "source of the score"): {"training": {}, "pass": {"source": "pass"}}
              for policy, _, _ in SWEEPS if policy != "dynamic_random"}
    found = {key: {value: row for value, options in values.items() if (row := of(rows, key[0], options))}
             for key, values in asked.items()}
    return {key: values for key, values in found.items() if values}


def of(rows: list[Row], policy: str, options: dict) -> Row | None:
    """The row of the one setting; None where it is not on record."""
    return next((row for row in rows if row.policy == policy and row.options == options), None)


def methods(rows: list[Row], compared: list[Row]) -> Values:
    """{policy: row} of the methods with their defaults, at the rate and length of the sweeps: the plain
    ones of `rows`, which are of the sweeps, and those of `compared` that have that length and really leave out as
    much. (InfoBatch skips far less than its nominal rate, and would make the comparison too easy.)"""
    lengths = {row.epochs for row in rows}
    plain = [row for row in rows if not row.options]
    plain += [row for row in compared if row.compared and row.keep == KEPT and row.epochs in lengths
              and abs(row.pruned_realised - (1 - KEPT)) < NEAR]
    return {row.policy: row for row in plain}


def beside(rows: list[Row], compared: list[Row]) -> dict[str, Values]:
    """What the constants are compared with, in words: all methods on record at their rate and length, and the swept
    methods alone, whose order a constant could change."""
    every, swept = methods(rows, compared), methods(rows, [])
    return {"all methods": every, "the methods swept": swept} if every.keys() != swept.keys() else {
        "the methods swept": swept}


def apart(values: Values) -> Parts:
    """The row with the best mean minus that with the worst, as the parts of a contrast; none of no values."""
    found = sorted(values.values(), key=lambda row: row.accuracy.mean)
    return [(1.0, found[-1]), (-1.0, found[0])] if found else []


def spread(rows: list[Row], compared: list[Row]) -> dict[tuple[str, str], Interval]:
    """{(policy, constant): the difference between its best and its worst value, with its interval}, the widest
    first; for constants with two values or more on record. All rows of the page share a deviation over seeds."""
    known = pool([*rows, *compared])
    found = {key: contrast(apart(values), known) for key, values in settings(rows).items() if len(values) > 1}
    return dict(sorted(found.items(), key=lambda item: -item[1].mean))
