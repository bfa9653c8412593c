"""The reference notebooks under nbval: they run, print the same lines everywhere, and a changed number is seen."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dietsb_core.__main__ import main
from dietsb_core.runs.grids import grid
from dietsb_core.runs.store import find

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "tests" / "reference"
MORE = {"introduction"}  # references that call more verdicts than their notebook does
IGNORED = "nbval-ignore-output"  # the tag of cells that are run and not compared: progress, and what is of the clock


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reference records")


def nbval(records: Path, *paths: Path) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "pytest", "-q", "--nbval", "-p", "no:cacheprovider", *map(str, paths)]
    packages = os.pathsep.join(map(str, (ROOT, ROOT / "book")))
    env = os.environ | {"DIETSB_RUNS": str(records), "PYTHONPATH": packages, "OMP_NUM_THREADS": "1",
                        "CUDA_VISIBLE_DEVICES": ""}  # a GPU draws other random numbers
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=1200)


def cells(path: Path) -> list[dict]:
    return [cell for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"]


def compared(path: Path) -> list[str]:
    """What each cell that nbval compares has printed."""
    return ["".join(line for output in cell["outputs"] for line in output.get("text", ()))
            for cell in cells(path) if IGNORED not in cell["metadata"].get("tags", ())]


def test_reference_notebooks_print_the_same_lines(records: Path) -> None:
    notebooks = sorted(REFERENCE.glob("*.ipynb"))
    done = nbval(records, *notebooks)
    assert done.returncode == 0, done.stdout[-3000:]
    # Of cells without an execution count nbval checks nothing, so count what it checked.
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) == sum(len(cells(path)) for path in notebooks) > 0


@pytest.mark.parametrize("path", sorted(REFERENCE.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_reference_holds_numbers_to_compare(path: Path) -> None:
    assert (ROOT / "notebooks" / path.name).exists()
    assert all(cell["execution_count"] for cell in cells(path))
    printed = compared(path)
    assert len(printed) >= 2 and all(re.search(r"\d", text) for text in printed)


def asked(path: Path) -> tuple[set[str], set[str]]:
    """The grids that a notebook studies, and the functions of `verdicts` that it calls."""
    tree = ast.parse("\n".join("".join(cell["source"]) for cell in cells(path)))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    grids = {ast.unparse(call.args[0]) for call in calls if ast.unparse(call.func) == "Study"}
    names = {ast.unparse(call.func) for call in calls}
    return grids, {name for name in names if re.fullmatch(r"verdicts\.\w+", name)}


@pytest.mark.parametrize("path", sorted(REFERENCE.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_reference_asks_what_its_notebook_asks(path: Path) -> None:
    """The same grid, and every verdict of the notebook; a reference may ask for more, to tell what is of the clock."""
    (grids, verdicts), (own_grids, own) = (asked(found) for found in (path, ROOT / "notebooks" / path.name))
    assert grids and grids == own_grids
    assert own <= verdicts, f"the notebook calls {sorted(own - verdicts)} too"
    assert path.stem in MORE or own == verdicts, f"the notebook does not call {sorted(verdicts - own)}"


KEYS = {"rates": {"policy", "keep", "options", "accuracy_mean", "pruned_realised"},
        "cost": {"training", "scoring", "total", "front", "interpolation_error", "against_front", "less_equal_epochs",
                 "less_equal_steps", "gain_at_equal_cost", "reuses_to_pay", "pareto"}}


@pytest.mark.parametrize("name", ["cost", "rates"])
def test_the_rows_at_the_command_line(records: Path, name: str, monkeypatch, capsys) -> None:
    """A row for each method and rate of the grid, as JSON proper; the same numbers as from Python."""
    monkeypatch.setenv("DIETSB_RUNS", str(records))
    assert main(["run", name, "--preset", "smoke"]) == 0
    capsys.readouterr()
    assert main(["report", name, "--preset", "smoke", "--json"]) == 0
    told = capsys.readouterr()
    found, runs = json.loads(told.out, parse_constant=pytest.fail), grid(name, "smoke")  # no NaN, no Infinity
    assert not told.err and all(KEYS[name] <= set(row) for row in found)
    compared = [(row["policy"], row["keep"], row["recipe"], row["options"]) for row in found if row["compared"]]
    assert sorted(map(str, compared)) == sorted({str((r.policy, r.keep, r.recipe.name, dict(r.options))) for r in runs})
    full = next(row for row in found if row["policy"] == "full" and row["epochs"] == 2)
    assert full["accuracies"] == [find(run).accuracy for run in runs if run.policy == "full" and run.epochs == 2]
    assert name == "rates" or (full["training"], full["scoring"], full["gain_at_equal_cost"]["mean"]) == (1.0, 0.0, 0.0)


def test_what_is_not_on_record_is_named_with_its_command(monkeypatch, tmp_path: Path, capsys) -> None:
    monkeypatch.setenv("DIETSB_RUNS", str(tmp_path))
    assert main(["run", "batches", "--preset", "smoke"]) == 0  # full training of two epochs is not in it
    capsys.readouterr()
    assert main(["report", "panel_a", "--preset", "smoke", "--json"]) == 0
    told = capsys.readouterr()
    assert [row["policy"] for row in json.loads(told.out)] == ["random_backprop"]
    first, *lines = told.err.splitlines()
    assert first.endswith("make it with: python -m dietsb_core run panel_a --preset smoke")
    assert lines == [f"  procedural-small airbench_small, {line}" for line in (
        "0 % pruned, epochs 2: full (2 runs)",
        "75 % pruned, epochs 2: random_backprop, selective_backprop (4 runs)",
        "90 % pruned, epochs 2: random_backprop, selective_backprop (4 runs)",
        "50 % pruned, epochs 2: selective_backprop (2 runs)")]


def test_a_changed_number_is_seen(records: Path, tmp_path: Path) -> None:
    text = (REFERENCE / "composition.ipynb").read_text()
    number = re.search(r"'(0\.0\d{4})'", text)[1]
    changed = tmp_path / "changed.ipynb"
    changed.write_text(text.replace(number, number[:-1] + str((int(number[-1]) + 1) % 10)))
    done = nbval(records, changed)
    assert done.returncode == 1 and "mismatch" in done.stdout, done.stdout[-2000:]
