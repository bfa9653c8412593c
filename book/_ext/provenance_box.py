"""The box "How this page was produced": what an executed notebook says of itself, folded away, in MyST."""

from __future__ import annotations

from nbformat import NotebookNode


def provenance_box(copy: NotebookNode, title: str) -> str:
    made = copy.metadata["dietsb"]
    parameters = [f"`{name} = {value!r}`" for name, value in made["parameters"].items()]
    rows = {
        "Preset": f"`{made['preset']}`",
        "Parameters": ", ".join(parameters) or "none",
        "Commit": made["commit"],
        "Executed": f"{made['finished']}, in {_duration(made['seconds'])}",
        "Device": made["device"],
        "Versions": ", ".join(f"{name} {version}" for name, version in made["versions"].items()),
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
    seconds = sum(run.get("seconds", 0) for run in runs)
    if seconds:
        parts.append(f"{_duration(seconds)} of training")
    for key, words in (("device", "on {}"), ("commit", "at commit {}")):
        found = sorted({run[key] for run in runs if run.get(key)})
        if found:
            parts.append(words.format(" and ".join(found)))
    return ", ".join(parts) + ": " + ", ".join(f"`{run['id']}`" for run in runs)


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.3g} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
