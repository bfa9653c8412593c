"""What reaches an accuracy first, as tables: the cheapest setting of each method, and every setting."""

from __future__ import annotations

import pandas as pd

from dietsb_book.tables.cells import Cell, Spread
from dietsb_book.tables.shown import Table, plain
from dietsb_core.evidence.quickest import Entry, Race
from dietsb_core.evidence.quickest_words import amount
from dietsb_core.evidence.verdicts import label

COST, GAP = Spread(".2f"), Spread("+.2f")
FIRST = ("target", "method", "cost", "minus full training", "against full training", "seconds")
UNIT = "Cost in epochs of full training."


def named(entry: Entry) -> dict[str, object]:
    """The first cells of a line: a method and rate, how long it trained, and in which batches."""
    run = entry.run
    return {"method": label((run.policy, run.keep)), "epochs": run.epochs, "batch": run.recipe.batch}


def cheapest(groups: list[list[Race]]) -> Table:
    """A line a target and method that reaches it: the cheapest setting, beside the cheapest full training."""
    return plain(pd.DataFrame([
        {"target": f"{entry.run.data}: {100 * race.target:g} %"} | named(entry) | {
            "cost": cost(entry), "minus full training": minus(race, entry),
            "against full training": None if entry is race.full else race.word(entry),
            "seconds": took(entry), "seeds": len(entry.accuracies), "settings tried": len(race.of(entry.run.policy))}
        for races in groups for race in races for entry in race.best]), main=FIRST).captioned(UNIT)


def every(races: list[Race]) -> Table:
    """A line a setting that reaches any target of `races`, of one data set, with any seed: its cost and its seconds to
    each target, of the seeds that reach it. Targets ascend, so what reaches any of them reaches the first."""
    settings = zip(*(race.entries for race in races), strict=True)
    reaching = sorted((of for of in settings if of[0].costs), key=lambda of: of[0].cost.mean)
    one = races[0].entries[0].run
    frame = pd.DataFrame([named(of[0]) | {"accuracy, %": of[0].accuracy} | cells(races, of) for of in reaching])
    costs = [name for name in frame if name.startswith("cost to")]
    return plain(frame, main=["method", "epochs", *costs, "accuracy, %"]).captioned(f"{one.data}, {one.model}. {UNIT}")


def cells(races: list[Race], entries: tuple[Entry, ...]) -> dict[str, object]:
    """The cost and the seconds of one setting to each target."""
    return {f"{what} to {100 * race.target:g} %": value(entry) for race, entry in zip(races, entries, strict=True)
            for what, value in (("cost", cost), ("seconds", took))}


def cost(entry: Entry) -> Cell | None:
    """The cost with its interval: at most this, of a record that has the end alone; and how many seeds, if not all."""
    if not entry.costs:
        return None
    some = "" if entry.reached else f"; {len(entry.costs)} of {len(entry.accuracies)} seeds"
    shown = ("≤ " if entry.at_end else "") + COST(entry.cost).removesuffix(" (one seed)" if some else "") + some
    return Cell(shown, entry.cost.mean)


def minus(race: Race, entry: Entry) -> Cell | None:
    """The cost minus that of the cheapest full training, with the interval of the difference."""
    value = None if entry is race.full else race.minus_full(entry)
    return value and Cell(GAP(value) if race.spread else f"{value.mean:+.2f} (one seed)", value.mean)


def took(entry: Entry) -> Cell | None:
    return None if entry.seconds is None else Cell(amount(entry.seconds), entry.seconds)
