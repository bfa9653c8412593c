"""Files of a data set that are not there are DataMissing, in whatever form; what is damaged is not. A page with records
goes on without its data."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import fake_cifar
import numpy as np
import pytest
from fake_cifar import TINY
from one_line import refused

from dietsb_book.study import Study
from dietsb_core.errors import DataMissing, NothingRecorded, UserError
from dietsb_core.runs import ensure, records
from dietsb_core.runs.grids import grid
from dietsb_core.runs.run import Run, canonical
from dietsb_core.runs.store import store
from dietsb_core.sources import folder

Patch = pytest.MonkeyPatch


def npz(root: Path, patch: Patch, below: str, gone: str) -> None:
    fake_cifar.write_npz(root / below)
    (root / below / f"cifar100-{gone}.npz").unlink()


def original(root: Path, patch: Patch, gone: str) -> None:
    (fake_cifar.write_original(root, patch) / gone).unlink()


def tree(root: Path, patch: Patch) -> None:
    fake_cifar.write_tree(root / "cifar100", test="elsewhere")


def dangling(root: Path, patch: Patch) -> None:
    """Links to a disk that is not mounted."""
    for part in ("train", "test"):
        (root / f"cifar100-{part}.npz").symlink_to("/nowhere/x.npz")


MISSING: dict[str, Callable[[Path, Patch], object]] = {
    "everything": lambda root, patch: None,
    "the folder": lambda root, patch: root.rmdir(),
    "what links lead to": dangling,
    **{f"{part} of the pair {below}": partial(npz, below=below, gone=part)
       for part in ("train", "test") for below in ("", "cifar100")},
    **{f"{file} of the original": partial(original, gone=file) for file in ("train0", "test0", "meta")},
    "the test part of the tree": tree,
    "torchvision, and no pair": lambda root, patch: patch.setitem(sys.modules, "torchvision.datasets", None),
}


@pytest.fixture
def root(tmp_path, monkeypatch) -> Path:
    """The data folder of this test, empty."""
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("DIETSB_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.mark.parametrize("gone", MISSING)
def test_what_is_not_there_is_data_missing(root, monkeypatch, gone):
    MISSING[gone](root, monkeypatch)
    with pytest.raises(DataMissing):
        TINY.load(root)


@pytest.mark.parametrize("gone", ["train", "test"])
def test_a_folder_of_images_without_a_part_is_data_missing(root, gone):
    fake_cifar.write_tree(root)
    (root / gone).rename(root / "elsewhere")
    with pytest.raises(DataMissing):
        folder.load(root)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


DAMAGE: dict[str, Callable[[Path, Patch], object]] = {
    "a file of the pair cut short": lambda root, patch: cut(fake_cifar.write_npz(root)),
    "a file of the original cut short": lambda root, patch: cut(fake_cifar.write_original(root, patch) / "train0"),
    "an image of the tree": lambda root, patch: next(
        (fake_cifar.write_tree(root / "cifar100") / "train" / "cup").iterdir()).write_bytes(b"half"),
    "a pair that is not the whole set": lambda root, patch: fake_cifar.write_npz(
        root, **{name: array[:9] for name, array in fake_cifar.arrays("train").items() if name != "classes"}),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_is_damaged_is_not_data_missing(root, monkeypatch, damage):
    """A page would go on from its records and nobody would look at the file."""
    DAMAGE[damage](root, monkeypatch)
    with pytest.raises(UserError) as caught:
        TINY.load(root)
    assert type(caught.value) is UserError


# A page

@pytest.fixture
def no_training(monkeypatch) -> None:
    def train(*_: object) -> None:
        raise AssertionError("training was begun")

    monkeypatch.setattr(ensure, "train_all", train)


def record(run: Run) -> None:
    info = {"fingerprint": "same", "environment": {}}
    records.write(store() / run.name, canonical(run), [{"epoch": 1, "accuracy": 0.5}], info, {"el2n": np.arange(12.0)})


RUNS = grid("panel_e", "smoke@cifar100")


@pytest.mark.parametrize("gone", MISSING)
def test_a_page_with_records_and_without_data_goes_on_from_its_records(root, no_training, monkeypatch, capsys, gone):
    """It says what is missing of both, the data and the runs."""
    MISSING[gone](root, monkeypatch)
    record(RUNS[0])
    study = Study("panel_e", {}, preset="smoke@cifar100")
    assert list(study.found) == RUNS[:1] and len(RUNS) == 2
    said = capsys.readouterr().out
    assert "cifar100" in said.splitlines()[0] and "1 of 2 runs" in said


def test_a_page_with_all_its_records_asks_for_no_data(root, no_training, capsys):
    for run in RUNS:
        record(run)
    assert list(Study("panel_e", {}, preset="smoke@cifar100").found) == RUNS and capsys.readouterr().out == ""


def test_a_page_without_records_and_data_says_how_to_get_the_data(root, no_training):
    """As a page of which nothing is on record: it is run, and says so, and is no failure."""
    page = partial(Study, "panel_e", {}, preset="smoke@cifar100")
    refused(page, "'panel_e'", "'smoke@cifar100'", str(root), "python -m dietsb_core data cifar100")
    with pytest.raises(NothingRecorded):
        page()


def test_a_page_whose_data_are_damaged_does_not_go_on(root, no_training, monkeypatch):
    record(RUNS[0])
    cut(fake_cifar.write_npz(root))
    refused(partial(Study, "panel_e", {}, preset="smoke@cifar100"), str(root / "cifar100-train.npz"), "truncated")
