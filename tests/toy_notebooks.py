"""Notebooks of a test's own, and where their executed copies go."""

from __future__ import annotations

import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from _run import notebook

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """Notebooks and executed copies of the test's own."""
    monkeypatch.setattr(notebook, "NOTEBOOKS", tmp_path / "notebooks")
    monkeypatch.setattr(notebook, "EXECUTED", tmp_path / "executed")
    (tmp_path / "notebooks").mkdir()
    return tmp_path


def write(folder, name: str, *sources: str, **metadata: object) -> None:
    parameters = new_code_cell('preset: str = "smoke"  # scale\nkeep: float = 0.5', id="parameters")
    parameters.metadata["tags"] = ["parameters"]
    cells = [parameters] + [new_code_cell(source, id=f"cell-{i}") for i, source in enumerate(sources)]
    nb = new_notebook(cells=cells, metadata=KERNEL | metadata)
    nbformat.write(nb, folder / "notebooks" / f"{name}.ipynb")


def copies(folder) -> list[str]:
    root = folder / "executed"
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file() and path.suffix != ".lock")


def started(folder) -> subprocess.Popen:
    """The runner in a process of its own, on this test's notebooks."""
    script = (
        "import sys, signal; sys.path.insert(0, 'book');"
        "signal.signal(signal.SIGINT, signal.default_int_handler);"
        "from pathlib import Path; from _run import notebook; import execute;"
        f"folder = Path({str(folder)!r});"
        "notebook.NOTEBOOKS, notebook.EXECUTED = folder / 'notebooks', folder / 'executed';"
        "sys.exit(execute.main(['--preset', 'smoke']))"
    )
    return subprocess.Popen([sys.executable, "-c", script], cwd=notebook.ROOT, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
