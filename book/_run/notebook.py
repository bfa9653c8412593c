"""A notebook as the book sees it: its code's hash, its parameters, the presets that it is shown at."""

from __future__ import annotations

import ast
import hashlib
import json
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
EXECUTED = ROOT / "_build" / "executed"
RECORDS_MIME = "application/x-dietsb-records+json"  # as in dietsb_book.study, whose import takes seconds


def digest(value: object) -> str:
    """A short hash of anything that JSON can write."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def executed_path(preset: str, name: str) -> Path:
    return EXECUTED / preset / f"{name}.ipynb"


def code_hash(nb: nbformat.NotebookNode) -> str:
    """A hash of the code cells, their ids included: outputs find their cells by them."""
    return digest([[cell.id, cell.source] for cell in nb.cells if cell.cell_type == "code"])


def presets_of(nb: nbformat.NotebookNode, everywhere: list[str]) -> list[str]:
    """The presets that a notebook is shown at: its metadata may name fewer than the book's."""
    own = nb.metadata.get("dietsb_book", {}).get("presets", everywhere)
    return [preset for preset in everywhere if preset in own]


def parameters(nb: nbformat.NotebookNode) -> dict[str, object]:
    """Names and defaults of the cell tagged `parameters`: literals, {} where there is none."""
    found: dict[str, object] = {}
    for cell in nb.cells:
        if cell.cell_type == "code" and "parameters" in cell.metadata.get("tags", []):
            for statement in ast.parse(cell.source).body:
                found.update(_literal_assignment(statement))
    return found


def _literal_assignment(statement: ast.stmt) -> dict[str, object]:
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        target = statement.target
    else:
        return {}
    return {target.id: ast.literal_eval(statement.value)} if isinstance(target, ast.Name) else {}


def records_shown(nb: nbformat.NotebookNode) -> list[dict]:
    """The runs behind an executed notebook: outputs of type `RECORDS_MIME`, lists of objects with an `id`."""
    runs: dict[str, dict] = {}
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            for run in output.get("data", {}).get(RECORDS_MIME, []):
                runs[run["id"]] = dict(run)
    return list(runs.values())
