"""The box "How this page was produced": what an executed notebook says of itself, folded away, in MyST. All of it is
text, also where it looks like markup: a record may come from anywhere."""

from __future__ import annotations

from nbformat import NotebookNode

from dietsb_book.escape import code, myst


def provenance_box(copy: NotebookNode, title: str) -> str:
    made = copy.metadata["dietsb"]
    parameters = [code(f"{name} = {value!r}") for name, value in made["parameters"].items()]
    rows = {
        "Preset": code(made["preset"]),
        "Parameters": ", ".join(parameters) or "none",
        "Commit": myst(made["commit"]),
        "Executed": myst(f"{made['finished']}, in {_duration(made['seconds'])}"),
        "Device": myst(made["device"]),
        "Versions": myst(", ".join(f"{name} {version}" for name, version in made["versions"].items())),
        "Records": _records(made["records"]),
    }
    lines = [f"* - {name}\n  - {value}" for name, value in rows.items()]
    table = "\n".join(["```{list-table}", ":stub-columns: 1", ":class: provenance", "", *lines, "```"])
    return f"````{{dropdown}} {title}\n:class-container: provenance\n\n{table}\n````"


def _records(runs: list[dict]) -> str:
    """How many runs, their cost, where they were made, which: each may name device, commit and seconds."""
    if not runs:
        return "none"
    parts = [f"{len(runs)} runs"]
    seconds = sum(run["seconds"] for run in runs if isinstance(run.get("seconds"), (int, float)))
    if seconds:
        parts.append(f"{_duration(seconds)} of training")
    for key, words in (("device", "on {}"), ("commit", "at commit {}")):
        found = sorted({myst(run[key]) for run in runs if run.get(key)})
        if found:
            parts.append(words.format(" and ".join(found)))
    return ", ".join(parts) + ": " + ", ".join(code(run["id"]) for run in runs)


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.3g} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
