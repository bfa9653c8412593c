"""Notebooks of a test's own, and where their executed copies go."""

from __future__ import annotations

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
