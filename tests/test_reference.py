"""The reference notebooks under nbval: they run, print the same lines everywhere, and a changed number is seen."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "tests" / "reference"
COMPARED = 3  # code cells with an execution count in each: nbval compares no others


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reference records")


def nbval(records: Path, *paths: Path) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "pytest", "-q", "--nbval", "-p", "no:cacheprovider", *map(str, paths)]
    env = os.environ | {"DIETSB_RUNS": str(records), "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=600)


def test_reference_notebooks_print_the_same_lines(records: Path) -> None:
    notebooks = sorted(REFERENCE.glob("*.ipynb"))
    done = nbval(records, *notebooks)
    assert done.returncode == 0, done.stdout[-3000:]
    # On notebooks without execution counts nbval passes and checks nothing, so count what it checked.
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) == COMPARED * len(notebooks) > 0
    for path in notebooks:
        cells = [cell for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"]
        assert all(cell["execution_count"] for cell in cells)


def test_a_changed_number_is_seen(records: Path, tmp_path: Path) -> None:
    text = (REFERENCE / "composition.ipynb").read_text()
    number = re.search(r"'(0\.0\d{4})'", text)[1]
    changed = tmp_path / "changed.ipynb"
    changed.write_text(text.replace(number, number[:-1] + str((int(number[-1]) + 1) % 10)))
    done = nbval(records, changed)
    assert done.returncode == 1 and "mismatch" in done.stdout, done.stdout[-2000:]
