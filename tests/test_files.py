"""Files that are whole or not there: what is left when writing fails, or was killed before."""

from __future__ import annotations

import errno
import json
import os

import numpy as np
import pytest
from fake_cifar import TINY, arrays, write_npz
from one_line import refused

from dietsb_core import files, sources
from dietsb_core.runs import ensure, export, facts, records
from dietsb_core.runs.grids import members
from dietsb_core.runs.presets import preset
from dietsb_core.runs.run import canonical
from dietsb_core.runs.store import store

GONE = "12345678"  # above the largest process number that Linux gives


@pytest.fixture
def leftovers(tmp_path):
    """`leftovers(path)`: a part of `path`, as a file and as a folder, that killed processes left."""
    def make(path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parent / f".{path.name}.part-{GONE}").write_text("half")
        folder = path.parent / f".{path.name}.part-{GONE}1"
        folder.mkdir()
        (folder / "ledger.npz").write_text("half")

    return make


@pytest.mark.parametrize("name", ["x.pt", "a-run-0.5-s0-abc", "with [brackets]*.npz"])
def test_what_killed_writers_left_is_removed(tmp_path, leftovers, name):
    path, other = tmp_path / name, tmp_path / f".{name}.2.part-{GONE}"
    leftovers(path)
    other.write_text("of another file")
    with files.whole(path) as part:
        assert not path.exists() and sorted(tmp_path.iterdir()) == [other]
        part.write_text("all of it")
    assert path.read_text() == "all of it" and sorted(tmp_path.iterdir()) == sorted([path, other])


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_writer_that_fails_leaves_the_old_and_nothing_else(tmp_path, kind):
    path = tmp_path / "x"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt), files.whole(path) as part:
        if kind == "folder":
            part.mkdir()
            part = part / "inside"
        part.write_text("half")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == [path] and path.read_text() == "old"


def test_a_part_of_one_s_own_number_is_written_over(tmp_path):
    """In a container every process may have the same number."""
    (tmp_path / f".x.part-{os.getpid()}").write_text("half, and longer")
    with files.whole(tmp_path / "x") as part:
        part.write_text("whole")
    assert (tmp_path / "x").read_text() == "whole" and len(list(tmp_path.iterdir())) == 1


def test_facts_and_scores_leave_no_parts(tmp_path, leftovers):
    leftovers(store() / "facts-procedural-small.npz")
    leftovers(tmp_path / "out.npz")
    assert facts.measure("procedural-small") == store() / "facts-procedural-small.npz"
    export.export("el2n", "smoke", None, None, tmp_path / "out.npz", device="cpu")
    assert not list(tmp_path.rglob("*.part-*"))
    with np.load(tmp_path / "out.npz") as scores, np.load(store() / "facts-procedural-small.npz") as found:
        assert scores["scores"].shape == found["names"].shape == (400,)
        assert [run["seed"] for run in json.loads(str(scores["provenance"]))] == [1000, 1001]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full, which is always full")
def test_scores_on_a_full_disk_are_one_line_and_the_old_file_stays(tmp_path):
    out = tmp_path / "out.npz"
    out.write_text("the old one")
    (tmp_path / f".out.npz.part-{os.getpid()}").symlink_to("/dev/full")
    refused(lambda: export.export("el2n", "smoke", None, None, out, device="cpu"), str(tmp_path), "is full", "--out")
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".npz"] == ["out.npz"]
    assert out.read_text() == "the old one"


@pytest.mark.parametrize("damage", [lambda data: data[:-100], lambda data: b"", lambda data: b"hello"])
def test_damaged_facts_are_set_aside_and_taken_again(damage, capsys):
    path = facts.measure("procedural-small")
    path.write_bytes(damage(path.read_bytes()))
    assert len(facts.facts("procedural-small").names) == 400 and len(facts.read(path).labels) == 400
    assert (store() / ".set-aside" / path.name).exists() and capsys.readouterr().err.count("\n") == 1


def test_what_is_gone_already_need_not_be_set_aside(tmp_path, capsys):
    files.set_aside(tmp_path / "gone", "damaged")
    assert capsys.readouterr().err == "" and list((tmp_path / ".set-aside").iterdir()) == []


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


def test_facts_of_other_data_than_the_scores_are_not_taken(tiny_cifar100, tmp_path, monkeypatch):
    """The images are then, where they are here and are the scores' own."""
    path = store() / "facts-cifar100.npz"
    with np.load(path) as found:
        columns = dict(found)
    np.savez(path, **columns | {"names": columns["names"][::-1], "fingerprint": "of other images"})
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
    def refusing(path, *mode):
        if path.name.startswith(barred):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
        return open(path, *mode)

    for module in (files, export):
        monkeypatch.setattr(module, "open", refusing, raising=False)
    refused(lambda: exported(tmp_path / "out.npz"), barred, "cannot be written (Read-only file system)", by)
