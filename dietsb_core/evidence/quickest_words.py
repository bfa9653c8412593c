"""What is said of races to a test accuracy: an answer a target, and the rows of `report quickest`."""

from __future__ import annotations

from dietsb_core.errors import UserError
from dietsb_core.evidence.listing import ends
from dietsb_core.evidence.pooled import ABOVE, BELOW, EQUAL, UNDECIDED
from dietsb_core.evidence.quickest import Entry, Race, races
from dietsb_core.evidence.statistics import Interval
from dietsb_core.evidence.verdicts import label
from dietsb_core.runs.grids import grid

# What is said of the methods that compare with full training in one way, and of none.
SAID = {BELOW: "Below it", EQUAL: "Equal to it (within half an epoch)", UNDECIDED: "Undecided", ABOVE: "Above it"}


def setting(entry: Entry) -> str:
    """A setting in words: `Diet-SB, 50 % pruned, 10 epochs at batch 256`."""
    run = entry.run
    many = "epoch" if run.epochs == 1 else "epochs"
    return f"{label((run.policy, run.keep))}, {run.epochs} {many} at batch {run.recipe.batch}"


def price(entry: Entry) -> str:
    """The cost and the seconds of what reaches a target."""
    took = "" if entry.seconds is None else f" ({amount(entry.seconds)} s)"
    return f"{entry.cost.mean:.2f} epochs of full training{took}"


def amount(value: float) -> str:
    """Seconds: whole ones, and of few a tenth."""
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"


def gap(value: Interval, known: bool) -> str:
    """A difference of costs with its interval, where that is `known`."""
    return f"{value.mean:+.2f}" + (f" ({value.low:+.2f} to {value.high:+.2f})" if known else " (no interval)")


def beside(race: Race, entry: Entry) -> str:
    """A method beside the cheapest full training. At most: it may have reached the target before its end."""
    most = "at most " if entry.at_end else ""
    return f"{setting(entry)}: {most}{gap(race.minus_full(entry), race.spread is not None)}"


def answer(race: Race) -> list[str]:
    """What reaches a target at the least cost: lines for a reader."""
    return [of_full(race), *(of_methods(race) if race.full else without_full(race)), *of_others(race)]


def of_full(race: Race) -> str:
    """What full training needs for a target."""
    one, tried = race.entries[0].run, len(race.of("full"))
    head = f"{one.data}, {one.model}, {100 * race.target:g} %: "
    if race.full:
        return f"{head}{setting(race.full)}, reaches it at a cost of {price(race.full)}, the cheapest of {tried} tried."
    top = max(race.of("full"), key=lambda entry: entry.accuracy.mean, default=None)
    ends_at = f"; the most accurate, {setting(top)}, ends at {100 * top.accuracy.mean:.1f} %" if top else ""
    return f"{head}full training does not reach it with all seeds in any of {tried} settings tried{ends_at}."


def of_methods(race: Race) -> list[str]:
    """How the cheapest setting of each method compares with full training, the words one after another."""
    words = {word: [entry for entry in race.best if entry is not race.full and race.word(entry) == word]
             for word in SAID}
    none = [] if words[BELOW] else ["No method is shown to reach it for less."]
    return none + [f"{SAID[word]}: {'; '.join(beside(race, entry) for entry in found)}."
                   for word, found in words.items() if found]


def without_full(race: Race) -> list[str]:
    """What reaches a target that full training does not reach."""
    if not race.best:
        return ["No method reaches it with all seeds either."]
    return [f"{setting(entry)}, reaches it at a cost of {price(entry)}." for entry in race.best]


def of_others(race: Race) -> list[str]:
    """Settings that reach a target with some of their seeds."""
    some = [f"{setting(entry)}, with {len(entry.costs)} of {len(entry.accuracies)}" for entry in race.entries
            if entry.costs and not entry.reached]
    return [f"Reached by some seeds alone: {'; '.join(some)}."] if some else []


def row(race: Race, entry: Entry) -> dict[str, object]:
    """One line of `report quickest`, as JSON can hold it."""
    run, best = entry.run, entry in race.best
    compared = best and entry is not race.full
    less = race.minus_full(entry) if compared else None
    return {
        "data": run.data, "model": run.model, "target": race.target, "policy": run.policy, "keep": run.keep,
        "options": dict(run.options), "epochs": run.epochs, "batch": run.recipe.batch,
        "evaluated": "at its end" if entry.at_end else "every epoch", "seeds": len(entry.accuracies),
        "seeds_reaching": len(entry.costs), "cost": entry.cost.mean if entry.costs else None,
        "cost_ci95": ends(entry.cost), "seconds": entry.seconds, "settings_tried": len(race.of(run.policy)),
        "cheapest": best, "minus_full": less and less.mean, "minus_full_ci95": less and race.spread and ends(less),
        "verdict": race.word(entry) if compared else None, "recipe": run.recipe.name, "records": entry.records,
    }


def report_quickest(scale: str) -> list[dict[str, object]]:
    """Every setting beside every target at preset `scale`, from records; a UserError where there are none."""
    rows = [row(race, entry) for group in races(grid("quickest", scale)) for race in group for entry in race.entries]
    if not rows:
        raise UserError(f"nothing of 'quickest' is on record at preset {scale!r}; make it with: "
                        f"python -m dietsb_core run quickest --preset {scale}")
    return rows


def table(rows: list[dict[str, object]]) -> str:
    """The rows that reach their target with any seed, as text for a terminal: * marks a method's cheapest setting."""
    line = "{:16} {:>6} {:1} {:20} {:>5} {:>6} {:>5} {:11} {:>5} {:>6} {:>7} {:>6}  {}"
    out = [line.format("data", "target", "", "policy", "keep", "epochs", "batch", "evaluated", "seeds", "cost",
                       "seconds", "- full", "verdict")]
    for one in (one for one in rows if one["seeds_reaching"]):
        least = "-" if one["minus_full"] is None else f"{one['minus_full']:+.2f}"
        took = "-" if one["seconds"] is None else amount(one["seconds"])
        out.append(line.format(one["data"], f"{one['target']:.2f}", "*" * one["cheapest"], one["policy"],
                               f"{one['keep']:g}", one["epochs"], one["batch"], one["evaluated"],
                               f"{one['seeds_reaching']}/{one['seeds']}", f"{one['cost']:.2f}", took, least,
                               one["verdict"] or "-"))
    return "\n".join(map(str.rstrip, out))
