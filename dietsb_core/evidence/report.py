"""Tidy rows from records: one for each method and rate, with mean and interval over seeds, and the cost."""

from __future__ import annotations

from collections import defaultdict

from dietsb_core.errors import UserError
from dietsb_core.evidence.overlap import FRACTIONS, overlaps, poster_overlap
from dietsb_core.evidence.row import Overlap, Results, Row, row
from dietsb_core.evidence.spending import OneMachine, alike
from dietsb_core.evidence.statistics import interval
from dietsb_core.evidence.tradeoff import judged
from dietsb_core.runs.grids import grid
from dietsb_core.runs.presets import preset
from dietsb_core.runs.records import Record
from dietsb_core.runs.run import Run
from dietsb_core.runs.store import find

FEW = 4  # methods that are named; of more only the number is reported
BY_PRESET = {"rule", "start"}  # options that a preset gives to all its runs; any other makes a variant


def recorded(runs: list[Run]) -> dict[Run, Record]:
    """Those of `runs` that are on record; a UserError where they were not all made from the same data."""
    found = {run: record for run in runs if (record := find(run))}
    for data in {run.data for run in found}:
        if len({record.info["fingerprint"] for run, record in found.items() if run.data == data}) > 1:
            raise UserError(f"the runs on record are of different data sets, all named {data!r} (their fingerprints "
                            "differ): set DIETSB_RUNS to a new folder, and make them there again from the data meant")
    return found


def missing(runs: list[Run], found: dict[Run, Record]) -> list[str]:
    """The runs that are not on record, in words: one line for each network, rate and length, with the methods (or
    their number) and the number of runs."""
    groups: dict[tuple[str, str, float, int], list[Run]] = defaultdict(list)
    for run in (run for run in runs if run not in found):
        groups[run.data, run.model, run.keep, run.epochs].append(run)
    return [f"{data} {model}, {100 * (1 - keep):g} % pruned, epochs {epochs}: {names(group)} ({len(group)} runs)"
            for (data, model, keep, epochs), group in groups.items()]


def names(runs: list[Run]) -> str:
    """The methods of `runs`, or how many they are."""
    found = list(dict.fromkeys(run.score or run.policy for run in runs))
    return ", ".join(found) if len(found) <= FEW else f"{len(found)} methods"


def by_method(found: dict[Run, Record], **variant: float | str) -> Results:
    """Records by method and rate, then seed, for the data, network and recipe that come first; trainings of other
    lengths are left out. Methods have the constants of the preset, or those of a `variant`."""
    out: Results = defaultdict(dict)
    compared = [run for run in found if not run.score]
    for run in compared:
        if alike(run) == alike(compared[0]) and constants(run) == variant:
            out[run.policy, run.keep].setdefault(run.seed, found[run])
    return out


def constants(run: Run) -> dict[str, float | str]:
    """The constants of a run's method that differ from their defaults, except those that the preset gives to all
    runs."""
    return {name: value for name, value in run.options if name not in BY_PRESET}


def results_of(name: str, scale: str) -> Results:
    """Records of the figure `name` at preset `scale` by method and rate, as far as there are any."""
    return by_method(recorded(grid(name, scale)))


def absent(name: str, scale: str) -> list[str]:
    """What of the figure `name` at preset `scale` is not on record, in words; see `missing`."""
    runs = grid(name, scale)
    return missing(runs, recorded(runs))


def rows(runs: list[Run]) -> list[Row]:
    """A row for each method and rate of `runs` that is on record, in their order."""
    found, groups = recorded(runs), defaultdict(list)
    for run in found:
        groups[alike(run), run.score or run.policy, run.keep, run.options].append(run)
    results = {same: by_method({run: found[run] for run in found if alike(run) == same}) for same, *_ in groups}
    clock = OneMachine(found) if found else None
    return [row(group, found, results[same], clock) for (same, *_), group in groups.items()]


def report(name: str, scale: str) -> list[Row]:
    """The rows of the figure `name` at preset `scale`, from the records that exist. Panels c and d have one row for
    each fraction, with the overlap, its interval, chance and the poster's value. Such a row also describes the runs
    behind it: the networks that scored (c), or the trainings by SB whose use was counted (d)."""
    out = rows(grid(name, scale))
    if not out:
        raise UserError(f"nothing of {name!r} is on record at preset {scale!r}; make it with: "
                        f"python -m dietsb_core run {name} --preset {scale}")
    if name in ("cost", "cifar10"):
        return by_cost(out, name, scale)
    if name not in ("panel_c", "panel_d"):
        return out
    shared = {fraction: interval(values) for fraction, values in overlaps(name, preset(scale)).items()}
    base = vars(out[0] if name == "panel_c" else out[-1])
    return [Overlap(**base, fraction=p, overlap=shared[p], chance=p,
                    poster=poster_overlap(p) if name == "panel_c" else None) for p in FRACTIONS]


def by_cost(found: list[Row], name: str, scale: str) -> list[Row]:
    """Rows of a figure about cost, each in units of full training; a UserError with the command that makes that."""
    try:
        return judged(found, epochs=preset(scale).recipe.epochs)
    except UserError as error:
        raise UserError(f"{error}, with: python -m dietsb_core run {name} --preset {scale}") from None
