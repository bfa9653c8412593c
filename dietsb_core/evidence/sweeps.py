"""Accuracy over the values of one constant at a time, and how far apart they lie."""

from __future__ import annotations

from dietsb_core.evidence.row import Row
from dietsb_core.evidence.statistics import Interval, interval
from dietsb_core.runs.grids.build import setting
from dietsb_core.runs.grids.raju_runs import SWEEPS

Values = dict[str, dict[int, float]]  # {value of a constant, or method: {seed: accuracy}}
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


def groups(rows: list[Row]) -> dict[tuple[str, str], Values]:
    """{(policy, constant): {value: {seed: accuracy}}} of `settings`."""
    return {key: {value: row.by_seed for value, row in values.items()} for key, values in settings(rows).items()}


def of(rows: list[Row], policy: str, options: dict) -> Row | None:
    """The row of the one setting; None where it is not on record."""
    return next((row for row in rows if row.policy == policy and row.options == options), None)


def methods(rows: list[Row], compared: list[Row]) -> Values:
    """{policy: {seed: accuracy}} of the methods with their defaults, at the rate and length of the sweeps: the plain
    ones of `rows`, which are of the sweeps, and those of `compared` that have that length and really leave out as
    much. (InfoBatch skips far less than its nominal rate, and would make the comparison too easy.)"""
    lengths = {row.epochs for row in rows}
    plain = [row for row in rows if not row.options]
    plain += [row for row in compared if row.compared and row.keep == KEPT and row.epochs in lengths
              and abs(row.pruned_realised - (1 - KEPT)) < NEAR]
    return {row.policy: row.by_seed for row in plain}


def beside(rows: list[Row], compared: list[Row]) -> dict[str, Values]:
    """What the constants are compared with, in words: all methods on record at their rate and length, and the swept
    methods alone, whose order a constant could change."""
    every, swept = methods(rows, compared), methods(rows, [])
    return {"all methods": every, "the methods swept": swept} if every.keys() != swept.keys() else {
        "the methods swept": swept}


def apart(values: Values) -> dict[int, float]:
    """{seed: accuracy of the value with the best mean minus that of the value with the worst}, for the seeds that
    both have."""
    if not values:
        return {}
    means = {name: sum(found.values()) / len(found) for name, found in values.items()}
    best, worst = values[max(means, key=means.get)], values[min(means, key=means.get)]
    return {seed: best[seed] - worst[seed] for seed in sorted(best.keys() & worst.keys())}


def spread(rows: list[Row]) -> dict[tuple[str, str], Interval]:
    """{(policy, constant): the difference between its best and its worst value, with its interval}, the widest
    first; for constants with two values or more on record."""
    found = {key: interval(list(apart(values).values())) for key, values in groups(rows).items() if len(values) > 1}
    return dict(sorted(found.items(), key=lambda item: -item[1].mean))
