"""What reaches an accuracy first, as tables: the cheapest setting of each method, and every setting."""

from __future__ import annotations

import pandas as pd
from pandas.io.formats.style import Styler

from dietsb_book.tables.cells import plain, spread
from dietsb_core.evidence.quickest import Entry, Race
from dietsb_core.evidence.quickest_words import amount
from dietsb_core.evidence.verdicts import label

COST, GAP = spread(".2f"), spread("+.2f")
UNIT = "Cost in epochs of full training."


def named(entry: Entry) -> dict[str, object]:
    """The first cells of a line: a method and rate, how long it trained, and in which batches."""
    run = entry.run
    return {"method": label((run.policy, run.keep)), "epochs": run.epochs, "batch": run.recipe.batch}


def cheapest(groups: list[list[Race]]) -> Styler:
    """A line a target and method that reaches it: the cheapest setting, beside the cheapest full training."""
    return plain(pd.DataFrame([
        {"target": f"{entry.run.data}: {100 * race.target:g} %"} | named(entry) | {
            "cost": cost(entry), "minus full training": minus(race, entry),
            "against full training": None if entry is race.full else race.word(entry),
            "seconds": took(entry), "seeds": len(entry.accuracies), "settings tried": len(race.of(entry.run.policy))}
        for races in groups for race in races for entry in race.best])).set_caption(UNIT)


def every(races: list[Race]) -> Styler:
    """A line a setting that reaches any target of `races`, of one data set, with any seed: its cost and its seconds to
    each target, of the seeds that reach it. Targets ascend, so what reaches any of them reaches the first."""
    settings = zip(*(race.entries for race in races), strict=True)
    reaching = sorted((of for of in settings if of[0].costs), key=lambda of: of[0].cost.mean)
    one = races[0].entries[0].run
    return plain(pd.DataFrame([
        named(of[0]) | {"accuracy, %": of[0].accuracy} | cells(races, of) for of in reaching
    ])).set_caption(f"{one.data}, {one.model}. {UNIT}")


def cells(races: list[Race], entries: tuple[Entry, ...]) -> dict[str, object]:
    """The cost and the seconds of one setting to each target."""
    return {f"{what} to {100 * race.target:g} %": value(entry) for race, entry in zip(races, entries, strict=True)
            for what, value in (("cost", cost), ("seconds", took))}


def cost(entry: Entry) -> str | None:
    """The cost with its interval: at most this, of a record that has the end alone; and how many seeds, if not all."""
    if not entry.costs:
        return None
    some = "" if entry.reached else f"; {len(entry.costs)} of {len(entry.accuracies)} seeds"
    return ("≤ " if entry.at_end else "") + COST(entry.cost).removesuffix(" (one seed)" if some else "") + some


def minus(race: Race, entry: Entry) -> str | None:
    """The cost minus that of the cheapest full training, with the interval of the difference."""
    value = None if entry is race.full else race.minus_full(entry)
    return value and (GAP(value) if race.spread else f"{value.mean:+.2f} (one seed)")


def took(entry: Entry) -> str | None:
    return None if entry.seconds is None else amount(entry.seconds)
