"""The beginning and end of every notebook: checked parameters, the runs it needs, and the records it was made from."""

from __future__ import annotations

import ast
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from dietsb_core.errors import DataMissing, NothingRecorded, UserError
from dietsb_core.evidence.report import Results, by_method, missing, recorded
from dietsb_core.evidence.scale import Scale, measured
from dietsb_core.policies import POLICIES
from dietsb_core.runs.ensure import ensure
from dietsb_core.runs.grids import grid
from dietsb_core.runs.presets import PRESETS, known, preset
from dietsb_core.runs.records import Record
from dietsb_core.runs.run import Run, expand
from dietsb_core.runs.store import find

RECORDS_MIME = "application/x-dietsb-records+json"
INJECTED = "# Parameters"  # how the cell begins that papermill puts behind a notebook's own parameters

# What each parameter of a notebook may be: (its type, a test, in words).
ALLOWED: dict[str, tuple[type, Callable[[Any], bool], str]] = {
    "preset": (str, known, f"one of {', '.join(PRESETS)}, or one on another data set: quick@digits"),
    "jobs": (int, lambda v: v >= 1, "a whole number from 1"),
    "train": (bool, lambda v: True, "True or False"),
    "pruned": (float, lambda v: 0 < v < 1, "a fraction above 0 and below 1"),
    "shown": (int, lambda v: 1 <= v <= 100, "a whole number from 1 to 100"),
    "margin": (float, lambda v: 0 <= v < 1, "a fraction from 0, below 1"),
    "method": (str, lambda v: v in POLICIES, f"one of {', '.join(POLICIES)}"),
    "keep": (float, lambda v: 0 < v <= 1, "a fraction above 0, at most 1"),
    "epochs": (int, lambda v: v >= 1, "a whole number from 1"),
    "seeds": (int, lambda v: v >= 1, "a whole number from 1"),
}


def check(namespace: dict[str, Any], parameters: dict[str, Any]) -> None:
    """Refuse a value out of range, and a name that papermill was given and that is no parameter. Otherwise papermill
    would put a misspelt name into `namespace`, the notebook's globals, and go on with the default."""
    for name, value in parameters.items():
        kind, good, words = ALLOWED[name]
        if type(value) is not kind or not good(value):
            raise UserError(f"{name}={value!r}: it must be {words}")
    for name in injected(namespace.get("In", [])):
        if name not in parameters:
            raise UserError(f"unknown parameter {name!r}; this notebook has: {', '.join(parameters)}")


def injected(cells: list[str]) -> list[str]:
    """The names that papermill's cell assigns, of the `cells` that this kernel has run; the last such cell, where a
    reader has changed it. Other names in a notebook's globals come from its own cells."""
    cell = next((cell for cell in reversed(cells) if cell.lstrip().startswith(INJECTED)), "")
    with suppress(SyntaxError):  # a cell that did not run has assigned nothing
        names = [node for node in ast.walk(ast.parse(cell)) if isinstance(node, ast.Name)]
        return [node.id for node in names if isinstance(node.ctx, ast.Store)]
    return []


class Study:
    """The runs behind one figure. `results[policy, keep][seed]` are their records.

    With `train`, missing runs are trained first, `jobs` at a time. Without `train`, or without the data, the figure
    shows the records that exist, and says what is missing and how to make it.
    """

    def __init__(self, figure: str, namespace: dict[str, Any], *, jobs: int = 1, train: bool = True, **parameters: Any):
        check(namespace, {"jobs": jobs, "train": train, **parameters})
        self.figure, self.preset = figure, preset(parameters["preset"])
        self.runs = grid(figure, self.preset.name)
        if not self.runs:
            others = ", ".join(name for name in PRESETS if grid(figure, name))
            raise NothingRecorded(f"{figure!r} compares nothing at preset {self.preset.name!r}: take {others}")
        self.found: dict[Run, Record] = recorded(self.runs)
        if train and any(find(run) is None for run in expand(self.runs)):
            self._train(jobs)
        self.results: Results = by_method(self.found)
        self._say_missing()

    def _train(self, jobs: int) -> None:
        try:
            ensure(self.runs, jobs)
        except DataMissing as error:
            if not self.found:
                raise NothingRecorded(f"{self._nothing()}, and {error}") from None
            print(error)
        self.found = recorded(self.runs)

    def _nothing(self) -> str:
        return f"nothing of {self.figure!r} is on record at preset {self.preset.name!r}"

    def _say_missing(self) -> None:
        lines = missing(self.runs, self.found)
        command = f"python -m dietsb_core run {self.figure} --preset {self.preset.name}"
        if not self.found:
            raise NothingRecorded(f"{self._nothing()}; make it with: {command}")
        if lines:
            print(f"{len(self.runs) - len(self.found)} of {len(self.runs)} runs are not on record; make them with: "
                  f"{command}", *lines, sep="\n  ")
        if len(ways := {(made["device_type"], made["precision"]) for record in self.found.values()
                        if (made := record.info["environment"])}) > 1:
            print(f"These records were made in different ways ({', '.join(sorted(map(' '.join, ways)))}): a difference "
                  "between two of them is not of methods alone.")

    @property
    def scale(self) -> Scale | None:
        """What the figure's runs were measured on."""
        return measured(self.found)

    def cite(self) -> None:
        """Say, for the page's box, which records this was made from."""
        from IPython.display import display

        records = [record for run in expand(list(self.found)) if (record := recorded([run]).get(run))]
        display({RECORDS_MIME: [self._line(record) for record in records]}, raw=True)

    @staticmethod
    def _line(record: Record) -> dict[str, Any]:
        made = record.info["environment"]
        return {"id": record.folder.name, "device": made["device"], "commit": made["commit"],
                "seconds": sum(row["epoch_seconds"] for row in record.rows)}
