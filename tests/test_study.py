"""What a notebook begins with: parameters that are checked before any training, and the command line's answers."""

from __future__ import annotations

import ast
import json
from contextlib import nullcontext
from dataclasses import replace
from functools import partial

import nbformat
import numpy as np
import papermill
import pytest
from built import ROOT
from one_line import refused

from dietsb_book import study
from dietsb_book.study import Study
from dietsb_core.__main__ import main
from dietsb_core.errors import UserError
from dietsb_core.runs import ensure
from dietsb_core.runs.grids import grid, members
from dietsb_core.runs.presets import preset
from dietsb_core.runs.store import find

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
KEYS = {"data", "model", "policy", "keep", "seeds", "accuracy_mean", "accuracy_ci95", "pruned_nominal",
        "pruned_realised", "forwards", "backprops", "seconds", "epoch_over_baseline", "floor"}


@pytest.fixture
def no_training(monkeypatch: pytest.MonkeyPatch) -> None:
    def train(*_: object) -> None:
        raise AssertionError("training was begun")

    monkeypatch.setattr(study, "ensure", train)
    monkeypatch.setattr(ensure, "train_all", train)


@pytest.mark.parametrize(("parameters", "namespace", "line"), [
    ({"preset": "fast"}, {}, "preset='fast': it must be one of smoke, quick"),
    ({"preset": "smoke", "pruned": 1.5}, {}, "pruned=1.5: it must be a fraction above 0 and below 1"),
    ({"preset": "smoke", "pruned": "half"}, {}, "pruned='half': it must be a fraction"),
    ({"preset": "smoke", "jobs": 0}, {}, "jobs=0: it must be a whole number from 1"),
    ({"preset": "smoke", "shown": 101}, {}, "shown=101: it must be a whole number from 1 to 100"),
    ({"preset": "smoke", "margin": 1}, {}, "margin=1: it must be a fraction from 0, below 1"),
    ({"preset": "smoke", "margin": False}, {}, "margin=False: it must be a fraction from 0, below 1"),
    ({"preset": "smoke", "margin": float("nan")}, {}, "margin=nan: it must be a fraction from 0, below 1"),
    ({"preset": "smoke", "jobs": 2.0}, {}, "jobs=2.0: it must be a whole number from 1"),
    ({"preset": "smoke", "train": 0}, {}, "train=0: it must be True or False"),
    ({"preset": "smoke", "rate": 1}, {}, "no rule for the parameter 'rate': add one to ALLOWED"),
    ({"preset": "smoke"}, {"In": 1}, "unknown parameter 'In'; this notebook has: jobs, train, preset"),
    ({"preset": "smoke@svnh"}, {}, "preset='smoke@svnh': it must be one of smoke, quick"),
    ({"preset": "smoke"}, {"In": ["", "preset = 'quick'", "# Parameters\npreset = 'smoke'\npreste: str = 'gpu'\n"]},
     "unknown parameter 'preste'; this notebook has: jobs, train, preset"),
])
def test_bad_parameters_stop_before_any_training(no_training, parameters, namespace, line) -> None:
    assert refused(lambda: Study("panel_a", namespace, **parameters)).startswith(line)


class Checked(Exception):
    """The names in a notebook's globals have been passed: no more of its study is needed here."""


def names_left_by(cells: list[str]) -> set[str]:
    nodes = (node for cell in cells for node in ast.walk(ast.parse(cell)))
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_notebook_can_be_run_twice_in_one_kernel(path, monkeypatch) -> None:
    """After the first time there are plain values under all names that its cells assign."""
    def checked(name: str) -> None:
        raise Checked

    monkeypatch.setattr(study, "preset", checked)  # what a Study asks for next
    parameters, first, *others = [cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
    kernel: dict[str, object] = {"In": ["", parameters, first]}
    for left in ([], names_left_by([first, *others])):
        kernel |= dict.fromkeys(left, "a plain value")
        exec(parameters, kernel)
        with nullcontext() if path.stem == "own_loop" else pytest.raises(Checked):
            exec(first, kernel)
    kernel["In"] += ["# Parameters\nmaring = 0.5\n"]
    refused(lambda: exec(first, kernel), "unknown parameter 'maring'")


def test_in_a_kernel_a_second_run_is_taken_and_a_misspelt_parameter_refused(tmp_path) -> None:
    """With the papermill that is installed: its cell may look otherwise one day. The study leaves `scores` behind."""
    assert main(["run", "gradients", "--preset", "smoke"]) == 0
    nb = nbformat.read(ROOT / "notebooks" / "gradients.ipynb", 4)
    own, first = [cell for cell in nb.cells if cell.cell_type == "code"][:2]
    nb.cells = [own, first, nbformat.v4.new_code_cell("preset, train = 'smoke', False"),
                nbformat.v4.new_code_cell(first.source)]
    nbformat.write(nb, tmp_path / "twice.ipynb")
    run = partial(papermill.execute_notebook, tmp_path / "twice.ipynb", tmp_path / "out.ipynb", progress_bar=False)
    run({"preset": "smoke", "train": False})
    with pytest.raises(papermill.PapermillExecutionError, match="unknown parameter 'trian'; this notebook has: jobs"):
        run({"preset": "smoke", "trian": False})


def test_a_notebook_takes_a_preset_on_another_data_set(no_training) -> None:
    with pytest.raises(UserError, match="make it with: python -m dietsb_core run panel_e --preset smoke@digits"):
        Study("panel_e", {}, preset="smoke@digits", train=False)
    nameless = partial(Study, "panel_e", {}, preset="smoke@", train=False)
    refused(nameless, "preset='smoke@'", "smoke, quick", "quick@digits")


def test_without_training_a_figure_with_no_record_says_how_to_make_it(no_training) -> None:
    with pytest.raises(UserError, match="make it with: python -m dietsb_core run panel_e --preset smoke"):
        Study("panel_e", {}, preset="smoke", train=False)


def test_a_preset_at_which_a_figure_compares_nothing_is_told_apart(no_training) -> None:
    refused(lambda: Study("when", {}, preset="quick"), "preset 'quick' has no runs of 'when'", "cifar-cpu")


def test_run_report_and_score_at_the_command_line(capsys: pytest.CaptureFixture, tmp_path) -> None:
    assert main(["report", "panel_c", "--preset", "smoke", "--json"]) == 2
    assert capsys.readouterr().err.startswith("dietsb: nothing of 'panel_c' is on record")
    assert main(["run", "panel_c", "--preset", "smoke"]) == 0
    capsys.readouterr()
    assert main(["report", "panel_c", "--preset", "smoke", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == 11 and all(set(row) >= KEYS | {"overlap_mean", "chance"} for row in rows)
    out = tmp_path / "scores.npz"
    assert main(["score", "el2n", "--preset", "smoke", "--out", str(out)]) == 0
    with np.load(out, allow_pickle=False) as found:
        assert found["scores"].shape == found["names"].shape == found["labels"].shape == (400,)
        np.testing.assert_allclose(found["scores"], found["members"].mean(0), rtol=1e-6)


@pytest.mark.parametrize("name", ["el2n", "grand", "grand_last", "forgetting"])
def test_a_score_file_holds_the_score_that_was_asked_for(tmp_path, name) -> None:
    assert main(["score", name, "--preset", "smoke", "--model", "resnet8", "--out", str(tmp_path / "x.npz")]) == 0
    made = [find(run) for run in members(preset("smoke"), "resnet8", name)]
    assert len(made) == (1 if name == "forgetting" else 2)
    columns = np.stack([record.column(name) for record in made]).astype(np.float32)
    with np.load(tmp_path / "x.npz", allow_pickle=False) as found:
        assert np.array_equal(found["members"], columns) and found["members"].dtype == np.float32
        np.testing.assert_allclose(found["scores"], columns.mean(0), rtol=1e-6)
        assert found["scores"].dtype == np.float32 and len(np.unique(found["scores"])) > 1
        assert [run["score"] for run in json.loads(str(found["provenance"]))] == [name] * len(made)


def test_a_preset_takes_another_data_set(capsys: pytest.CaptureFixture) -> None:
    """All else stays: the same networks, methods and seeds."""
    there = {replace(run, data="procedural-small") for run in grid("panel_c", "smoke@digits")}
    assert there == set(grid("panel_c", "smoke"))
    assert main(["run", "panel_c", "--preset", "smoke@digits"]) == 0
    capsys.readouterr()
    assert main(["report", "panel_c", "--preset", "smoke@digits", "--json"]) == 0
    assert {row["data"] for row in json.loads(capsys.readouterr().out)} == {"digits"}
    assert main(["report", "panel_c", "--preset", "smoke"]) == 2  # of which nothing was trained
    assert "make it with: python -m dietsb_core run panel_c --preset smoke\n" in capsys.readouterr().err


@pytest.mark.parametrize(("words", "line"), [
    (["run", "panel_z"], "dietsb: no grid 'panel_z'; there are: panel_a"),
    (["run", "panel_a", "--preset", "huge"], "dietsb: no preset 'huge'; there are: smoke"),
    (["run", "panel_a", "--preset", "huge@digits"], "dietsb: no preset 'huge'; there are: smoke"),
    (["run", "panel_a", "--preset", "smoke@"], "dietsb: preset 'smoke@' names no data set behind its @"),
    (["run", "panel_a", "--preset", "smoke@svnh"], "dietsb: unknown source 'svnh' in preset 'smoke@svnh'; allowed"),
    (["report", "panel_a", "--preset", "smoke@svnh"], "dietsb: unknown source 'svnh' in preset 'smoke@svnh'; allowed"),
    (["run", "panel_a", "--preset", "smoke", "--jobs", "0"], "dietsb: jobs=0: take 1 process or more"),
    (["score", "el2n", "--preset", "smoke", "--out", "scores.txt"], "dietsb: --out scores.txt: name an .npz"),
    (["score", "el2n", "--preset", "smoke", "--model", "vgg", "--out", "x.npz"], "dietsb: preset 'smoke' has no model"),
    (["score", "gradn", "--preset", "smoke", "--out", "x.npz"], "dietsb: no score 'gradn'; there are: el2n, "),
    (["data", "mnist"], "dietsb: nothing to prepare for 'mnist'"),
])
def test_bad_input_at_the_command_line_is_one_line(capsys: pytest.CaptureFixture, words, line) -> None:
    assert main(words) == 2
    error = capsys.readouterr().err
    assert error.startswith(line) and error.count("\n") == 1


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_short_stripped_and_hold_no_functions(path) -> None:
    cells = [cell for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
    lines = [line for cell in cells for line in cell.source.splitlines() if line.strip()]
    assert len(lines) <= 40 and not any(line.lstrip().startswith(("def ", "class ")) for line in lines)
    assert not any(cell.outputs or cell.execution_count for cell in cells)
