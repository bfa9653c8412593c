"""What is said of races to a test accuracy: an answer to each target, and the rows of `report quickest`."""

from __future__ import annotations

from collections import Counter

from dietsb_core.errors import UserError
from dietsb_core.evidence.listing import ends
from dietsb_core.evidence.pooled import ABOVE, BELOW, EQUAL, UNDECIDED
from dietsb_core.evidence.quickest import Entry, Race, races
from dietsb_core.evidence.verdicts import label
from dietsb_core.runs.grids import grid


def setting(entry: Entry) -> str:
    """A setting in words: `Diet-SB, 50 % pruned, 10 epochs at batch 256`."""
    run = entry.run
    many = "epoch" if run.epochs == 1 else "epochs"
    return f"{label((run.policy, run.keep))}, {run.epochs} {many} at batch {run.recipe.batch}"


def amount(value: float) -> str:
    """Seconds: whole ones, and of few a tenth."""
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"


def price(entry: Entry) -> str:
    """The cost and the seconds of what reaches a target: at most these, where it was evaluated at its end alone."""
    took = "" if entry.seconds is None else f" ({amount(entry.seconds)} s)"
    return ("at most " if entry.at_end else "") + f"{entry.cost.mean:.2f} epochs of full training{took}"


def gap(race: Race, entry: Entry) -> str:
    """The cost of a method minus that of the cheapest full training, with its interval, and the word for it."""
    value = race.minus_full(entry)
    between = f"{value.low:+.2f} to {value.high:+.2f}" if race.spread else "no interval"
    return f"a difference of {value.mean:+.2f} ({between}), {race.word(entry)}"


def answer(race: Race) -> str:
    """What reaches a target at the least cost, in words."""
    one = race.entries[0].run
    rest = [of_methods(race), tally(race)] if race.full else [without_full(race)]
    return " ".join([f"{one.data}, {one.model}, {100 * race.target:g} %: {of_full(race)}", *filter(None, rest)])


def of_full(race: Race) -> str:
    """What full training needs for a target."""
    found = race.of("full")
    if race.full:
        return f"{setting(race.full)}, costs {price(race.full)}, the least of {len(found)} settings tried."
    top = max(found, key=lambda entry: entry.accuracy.mean, default=None)
    ended = f": the most accurate, {setting(top)}, ends at {100 * top.accuracy.mean:.1f} %" if top else ""
    return f"none of {len(found)} settings of full training reaches it with all seeds{ended}."


def of_methods(race: Race) -> str:
    """The methods that reach a target for less than full training, or else the cheapest one."""
    below = [entry for entry in race.rivals if race.word(entry) == BELOW]
    found = below or race.rivals[:1]
    if not found:
        return "No method reaches it with all seeds."
    words = [f"{setting(entry)}, costs {price(entry)}: {gap(race, entry)}" for entry in found]
    start = "For less: " if below else "No method is shown to reach it for less. The cheapest, "
    return start + "; ".join(words) + "."


def tally(race: Race) -> str:
    """How many methods compare in which way; nothing where none reaches the target."""
    methods = {entry.run.policy for entry in race.entries} - {"full"}
    counts = Counter(race.word(entry) for entry in race.rivals)
    words = [f"{word} {counts[word]}" for word in (BELOW, EQUAL, UNDECIDED, ABOVE) if counts[word]]
    late = [f"not reached with all seeds {left}"] if (left := len(methods) - len(race.rivals)) else []
    return f"Methods by their cheapest setting: {', '.join(words + late)}." if words else ""


def without_full(race: Race) -> str:
    """The methods that reach a target which full training does not reach."""
    found = "; ".join(f"{setting(entry)}, which costs {price(entry)}" for entry in race.rivals)
    return f"With all seeds it is reached by: {found}." if found else "No method reaches it with all seeds either."


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
