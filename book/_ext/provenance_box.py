"""The box "How this page was produced": what an executed notebook says of itself, folded away, in MyST. All of it is
text, also where it looks like markup: a record may come from anywhere."""

from __future__ import annotations

import json
from pathlib import Path

from nbformat import NotebookNode

from _ext.arranged import fold
from dietsb_book.escape import code, html, myst


def provenance_box(copy: NotebookNode, title: str, download: str = "") -> str:
    """The box in MyST. `download`: the path of the file that lists the records."""
    made = copy.metadata["dietsb"]
    parameters = [code(f"{name} = {value!r}") for name, value in made["parameters"].items()]
    rows = {
        "Preset": code(made["preset"]),
        "Parameters": ", ".join(parameters) or "none",
        "Commit": myst(made["commit"]),
        "Executed": myst(f"{made['finished']}, in {_duration(made['seconds'])}"),
        "Device": myst(made["device"]),
        "Versions": myst(", ".join(f"{name} {version}" for name, version in made["versions"].items())),
        "Records": _records(made["records"]) + (f". {{download}}`Download their list <{download}>`" * bool(download)),
    }
    lines = [f"* - {name}\n  - {value}" for name, value in rows.items()]
    table = "\n".join(["```{list-table}", ":stub-columns: 1", ":class: provenance", "", *lines, "```"])
    return fold(title, f"{table}\n\n{_listed(made['records'])}".rstrip())


def write_records(copy: NotebookNode, path: Path) -> Path | None:
    """Write the records behind the copy at `path` beside it, as JSON; None where there are none."""
    runs = copy.metadata["dietsb"]["records"]
    if not runs:
        return None
    file, text = path.with_name(f"{path.stem}-records.json"), json.dumps(runs, indent=1) + "\n"
    if not (file.is_file() and file.read_text("utf-8") == text):  # a file that is as it was makes no page anew
        file.write_text(text, "utf-8")
    return file


def _records(runs: list[dict]) -> str:
    """How many runs, their cost and where they were made: each may name device, commit and seconds."""
    if not runs:
        return "none"
    parts = [f"{len(runs)} runs" if len(runs) > 1 else "1 run"]
    seconds = sum(run["seconds"] for run in runs if isinstance(run.get("seconds"), (int, float)))
    if seconds:
        parts.append(f"{_duration(seconds)} of training")
    for key, words in (("device", "on {}"), ("commit", "at commit {}")):
        found = sorted({myst(run[key]) for run in runs if run.get(key)})
        if found:
            parts.append(words.format(" and ".join(found)))
    return ", ".join(parts)


def _listed(runs: list[dict]) -> str:
    """The names of the runs' records, in a list that scrolls; by keyboard too, since it can have the focus."""
    items = "".join(f"<li>{html(run['id'])}</li>" for run in runs)
    frame = '<div class="records" tabindex="0" role="group" aria-label="Names of the records">'
    return items and f"{frame}<ol>{items}</ol></div>"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.3g} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
