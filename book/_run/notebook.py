"""A notebook as the book sees it: its code's hash, its parameters, the presets that it is shown at."""

from __future__ import annotations

import ast
import hashlib
import json
from pathlib import Path

import nbformat

from dietsb_core.errors import UserError
from dietsb_core.files import as_file, set_aside

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
EXECUTED = ROOT / "_build" / "executed"
RECORDS_MIME = "application/x-dietsb-records+json"  # as in dietsb_book.study, whose import takes seconds
# What reading a file as a notebook may raise where it is none.
NO_NOTEBOOK = (ValueError, KeyError, TypeError, AttributeError, RecursionError, nbformat.ValidationError)


def digest(value: object) -> str:
    """A short hash of anything that JSON can write."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def read(path: Path) -> nbformat.NotebookNode:
    """The notebook at `path`; a UserError where that is none, or one whose cells have no ids."""
    try:
        text = as_file(path).read_text("utf-8")
        if not all("id" in cell for cell in json.loads(text)["cells"]):
            raise ValueError("a cell has no id")  # nbformat would draw one, another each time
        return nbformat.reads(text, as_version=4)
    except (OSError, *NO_NOTEBOOK) as error:
        why = (str(error) or type(error).__name__).splitlines()[0][:200]
        raise UserError(f"{path} cannot be read as a notebook ({why}): restore it, for example by git checkout, or "
                        "save it anew in JupyterLab") from None


def executed_path(preset: str, name: str) -> Path:
    return EXECUTED / preset / f"{name}.ipynb"


def write_executed(nb: nbformat.NotebookNode, path: Path) -> None:
    """Write an executed copy, whose metadata have `dietsb`, with a checksum of all of it."""
    nb.metadata["dietsb"]["sha256"] = checksum(json.loads(nbformat.writes(nb)))
    nbformat.write(nb, path)


def executed(path: Path) -> nbformat.NotebookNode | None:
    """The executed copy at `path`, verified; None where there is none, or where it does not verify (then set aside)."""
    if not path.exists():
        return None
    try:
        text = as_file(path).read_text("utf-8")
        content = json.loads(text)
        if "sha256" not in content["metadata"]["dietsb"]:
            raise ValueError("it has no checksum")
        if content["metadata"]["dietsb"]["sha256"] != checksum(content):
            raise ValueError("its checksum differs")
        return nbformat.reads(text, as_version=4)
    except (OSError, *NO_NOTEBOOK) as error:
        set_aside(path, error)
        return None


def checksum(content: dict) -> str:
    """SHA-256 (hex) of all of an executed copy but its own entry, whatever the order of keys and the white space."""
    made = {name: value for name, value in content["metadata"]["dietsb"].items() if name != "sha256"}
    rest = content | {"metadata": content["metadata"] | {"dietsb": made}}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def code_hash(nb: nbformat.NotebookNode) -> str:
    """A hash of the code cells, their ids included: outputs find their cells by them."""
    return digest([[cell.id, cell.source] for cell in nb.cells if cell.cell_type == "code"])


def presets_of(nb: nbformat.NotebookNode, everywhere: list[str]) -> list[str]:
    """The presets that a notebook is shown at: its metadata may name fewer than the book's."""
    own = nb.metadata.get("dietsb_book", {}).get("presets", everywhere)
    return [preset for preset in everywhere if preset in own]


def parameters(nb: nbformat.NotebookNode) -> dict[str, object]:
    """Names and defaults of the cell tagged `parameters`: literals, {} where there is none. A UserError where they are
    something else."""
    found: dict[str, object] = {}
    for cell in nb.cells:
        if cell.cell_type == "code" and "parameters" in cell.metadata.get("tags", []):
            try:
                for statement in ast.parse(cell.source).body:
                    found.update(_literal_assignment(statement))
            except (SyntaxError, ValueError, TypeError):
                raise UserError("its cell of parameters must assign plain values, such as jobs = 1, and nothing that "
                                "is computed: change that cell") from None
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
