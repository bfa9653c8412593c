"""The beginning and end of every notebook: checked parameters, the runs it needs, and the records it was made from."""

from __future__ import annotations

from typing import Any

from dietsb_book.parameters import check
from dietsb_book.prose import show
from dietsb_core.errors import DataMissing, NothingRecorded, one_line
from dietsb_core.evidence.report import Results, by_method, recorded
from dietsb_core.evidence.scale import Scale, measured
from dietsb_core.runs.ensure import ensure
from dietsb_core.runs.grids import some
from dietsb_core.runs.presets import preset
from dietsb_core.runs.records import Record
from dietsb_core.runs.run import Run, expand
from dietsb_core.runs.store import find

RECORDS_MIME = "application/x-dietsb-records+json"
LIST = ": [what is not measured yet](../book/missing.html)."


class Study:
    """The runs behind one figure. `results[policy, keep][seed]` are their records.

    With `train`, missing runs are trained first, `jobs` at a time. Without `train`, or without the data, the figure
    shows the records that exist, and says what is missing and how to make it.
    """

    def __init__(self, figure: str, namespace: dict[str, Any], *, jobs: int = 1, train: bool = True, **parameters: Any):
        check(namespace, {"jobs": jobs, "train": train, **parameters})
        self.figure, self.preset = figure, preset(parameters["preset"])
        self.runs = some(figure, self.preset.name)
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
            show([str(error)])
        self.found = recorded(self.runs)

    def _nothing(self) -> str:
        return f"nothing of {self.figure!r} is on record at preset {self.preset.name!r}"

    def _say_missing(self) -> None:
        command = f"python -m dietsb_core run {self.figure} --preset {self.preset.name}"
        if not self.found:
            raise NothingRecorded(f"{self._nothing()}; make it with: {command}")
        if lacking := len(self.runs) - len(self.found):
            show([f"{lacking} of {len(self.runs)} runs are not on record"], LIST, f"; make them with: {command}")
        if len(ways := {one_line(f"{made['device_type']} {made['precision']}") for record in self.found.values()
                        if (made := record.info["environment"])}) > 1:
            show([f"These records were made in different ways ({', '.join(sorted(ways))}): a difference "
                  "between two of them is not of methods alone."])

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
