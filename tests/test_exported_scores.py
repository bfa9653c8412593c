"""Scores and facts on record serve where the images are not there."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pytest
from fake_cifar import TINY, arrays, write_npz
from one_line import refused

from dietsb_core import sources
from dietsb_core.runs import ensure, export, facts, records, sealed
from dietsb_core.runs.grids import members
from dietsb_core.runs.presets import preset
from dietsb_core.runs.run import canonical
from dietsb_core.runs.store import store
from dietsb_core.sources.source import Source, Split

# What is on record serves where the images are not there

@pytest.fixture
def tiny_cifar100(tmp_path, monkeypatch):
    """A CIFAR-100 of 12 training images, its facts on record, and its EL2N at `cifar-cpu`; the folder of its files."""
    def train(*_: object) -> None:
        raise AssertionError("training was begun")

    monkeypatch.setitem(sources.SOURCES, "cifar100", TINY.load)
    monkeypatch.setenv("DIETSB_DATA", str(tmp_path / "data"))
    write_npz(tmp_path / "data")
    facts.measure("cifar100")
    info = {"fingerprint": sources.loaded("cifar100").fingerprint}
    for number, run in enumerate(members(preset("cifar-cpu"), "airbench")):
        score = np.arange(12, dtype=np.float32) + number
        records.write(store() / run.name, canonical(run), [{"epoch": 1, "accuracy": 0.5}], info, {"el2n": score})
    monkeypatch.setattr(ensure, "train_all", lambda runs, *rest: train() if runs else None)
    return tmp_path / "data"


def exported(out) -> dict[str, np.ndarray]:
    export.export("el2n", "cifar-cpu", "cifar100", "airbench", out, device="cpu")
    with np.load(out) as found:
        return {name: found[name] for name in ("names", "labels", "scores", "members")}


def test_scores_on_record_are_exported_without_an_image(tiny_cifar100, tmp_path, monkeypatch):
    """Names and labels are those that the images have."""
    train = sources.loaded("cifar100").train
    monkeypatch.setenv("DIETSB_DATA", "/nowhere")
    found = exported(tmp_path / "out.npz")
    assert found["names"].tolist() == train.names.tolist() and found["labels"].tolist() == train.labels.tolist()
    assert found["scores"].tolist() == [value + 1 for value in range(12)] and found["members"].shape == (3, 12)
    assert found["labels"].dtype == np.int64


def test_a_score_that_was_counted_is_exported_as_numbers_like_any_other(tiny_cifar100, tmp_path):
    """A record holds counts as the smallest integers."""
    run, = members(preset("cifar-cpu"), "airbench", "forgetting")
    info = {"fingerprint": sources.loaded("cifar100").fingerprint}
    records.write(store() / run.name, canonical(run), [{"epoch": 1, "accuracy": 0.5}], info,
                  {"forgetting": np.arange(12, dtype=np.uint8)})
    line = export.export("forgetting", "cifar-cpu", "cifar100", "airbench", tmp_path / "out.npz", device="cpu")
    with np.load(tmp_path / "out.npz") as found:
        assert found["scores"].dtype == found["members"].dtype == np.float32
        assert found["scores"].tolist() == list(range(12))
    assert line.endswith("forgetting of 12 examples, of one network")


def test_facts_of_other_data_than_the_scores_are_not_taken(tiny_cifar100, tmp_path, monkeypatch):
    """The images are then, where they are here and are the scores' own."""
    path = store() / "facts-cifar100.npz"
    columns = sealed.read(path)
    sealed.write(path, columns | {"names": columns["names"][::-1], "fingerprint": "of other images"})
    train = sources.loaded("cifar100").train
    assert exported(tmp_path / "out.npz")["names"].tolist() == train.names.tolist()
    monkeypatch.setenv("DIETSB_DATA", "/nowhere")
    refused(lambda: exported(tmp_path / "out.npz"), "cifar100 not found")


def test_scores_of_a_folder_that_has_changed_are_not_exported(tiny_cifar100, tmp_path, monkeypatch):
    """Facts and scores fit each other, and not the folder as it is now."""
    write_npz(tiny_cifar100, images=arrays("train")["images"] ^ 1)
    monkeypatch.setenv("DIETSB_DATA", str(tiny_cifar100) + "/")  # so that it is read again
    sources._loaded.cache_clear()
    monkeypatch.setattr(export, "PUBLISHED", {})
    refused(lambda: exported(tmp_path / "out.npz"), "the scores on record are of another cifar100")


def test_scores_not_on_record_ask_for_the_images_before_any_training(tiny_cifar100, tmp_path, monkeypatch):
    monkeypatch.setenv("DIETSB_DATA", "/nowhere")
    run = members(preset("cifar-cpu"), "airbench")[1]
    (store() / run.name).rename(tmp_path / "away")
    refused(lambda: exported(tmp_path / "out.npz"), "cifar100 not found", "python -m dietsb_core data cifar100")


def test_images_that_are_not_here_are_none_and_damaged_ones_a_line(tiny_cifar100, monkeypatch):
    rows = np.array([3, 0])
    assert np.array_equal(facts.images_of("cifar100", rows), sources.loaded("cifar100").train.images[rows])
    with monkeypatch.context() as patch:
        patch.setenv("DIETSB_DATA", "/nowhere")
        assert facts.images_of("cifar100", rows) is None
    path = tiny_cifar100 / "cifar100-train.npz"
    path.write_bytes(path.read_bytes()[:-100])
    sources._loaded.cache_clear()
    refused(lambda: facts.images_of("cifar100", rows), path, "truncated")


@pytest.mark.parametrize(("barred", "by"), [("out.npz.lock", "DIETSB_RUNS"), (".out.npz.part-", "--out")])
def test_where_a_score_file_cannot_be_written_the_line_says_what_is_barred(tiny_cifar100, tmp_path, monkeypatch,
                                                                           barred, by):
    def refusing(plain):
        def opened(path, *mode, **options):
            if isinstance(path, Path) and path.name.startswith(barred):
                raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
            return plain(path, *mode, **options)
        return opened

    monkeypatch.setattr(sealed, "open", refusing(open), raising=False)
    monkeypatch.setattr(os, "open", refusing(os.open))  # by which locks are opened
    refused(lambda: exported(tmp_path / "out.npz"), barred, "cannot be written (Read-only file system)", by)


def test_labels_of_more_classes_than_16_bits_count_survive(runs_folder, monkeypatch):
    """An image of each of 33,000 classes; and no class is measured, which takes long."""
    count = 33_000
    names = np.array([f"{row:05d}" for row in range(count)])
    split = Split(np.zeros((count, 1, 1, 3), np.uint8), np.arange(count), names)
    monkeypatch.setattr(facts, "loaded", lambda name: Source("many", tuple(names.tolist()), split, split))
    monkeypatch.setattr(facts, "class_diversity", lambda images, labels, classes: np.zeros(classes))
    found = facts.read(facts.measure("many"))
    assert found.labels.dtype == np.int64 and np.array_equal(found.labels, split.labels)
    assert np.array_equal(found.classes[found.labels], names)
