"""Files that are whole or not there: what is left when writing fails, or was killed before."""

from __future__ import annotations

import io
import json
import os

import numpy as np
import pytest
from one_line import refused

from dietsb_core import files
from dietsb_core.runs import checkpoint, export, facts, sealed
from dietsb_core.runs.store import RECORDED, store

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


def edited(data: bytes, **changes: object) -> bytes:
    """The columns of an .npz with `changes`, written by NumPy; one that is changed to None is left out."""
    with np.load(io.BytesIO(data)) as found:
        columns = {name: value for name, value in (dict(found) | changes).items() if value is not None}
    np.savez_compressed(target := io.BytesIO(), **columns)
    return target.getvalue()


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
@pytest.mark.parametrize("read", [facts.read, checkpoint.load])
def test_what_never_ends_is_set_aside_unread(read, make, tmp_path, capsys):
    make(tmp_path / "x")
    assert read(tmp_path / "x") is None and os.path.lexists(tmp_path / ".set-aside" / "x")
    assert "x is a FIFO or a device and no file" in capsys.readouterr().err


DAMAGE = {
    "cut short": (lambda data: data[:-100], "no whole .npz"), "empty": (lambda data: b"", "no whole .npz"),
    "no archive": (lambda data: b"hello", "no whole .npz"),
    "another fingerprint": (lambda data: edited(data, fingerprint="of others"), "its checksum differs"),
    "other labels": (lambda data: edited(data, labels=np.zeros(400, np.int32)), "its checksum differs"),
    "one column less": (lambda data: edited(data, diversity=None), "its checksum differs"),
    "no checksum": (lambda data: edited(data, sha256=None), "no checksum"),
    "pickled names": (lambda data: edited(data, names=np.array([{}], object)), "no whole .npz"),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damaged_facts_are_set_aside_and_taken_again(kind, capsys):
    path, (damage, why) = facts.measure("procedural-small"), DAMAGE[kind]
    path.write_bytes(damage(path.read_bytes()))
    facts._facts.cache_clear()
    assert len(facts.facts("procedural-small").names) == 400 and len(facts.read(path).labels) == 400
    message = capsys.readouterr().err
    assert (store() / ".set-aside" / path.name).exists() and message.count("\n") == 1 and why in message


def test_a_score_file_is_verified_when_it_is_read(tmp_path):
    export.export("el2n", "smoke", None, None, tmp_path / "out.npz", device="cpu")
    assert sealed.read(tmp_path / "out.npz")["scores"].shape == (400,)
    (tmp_path / "out.npz").write_bytes(edited((tmp_path / "out.npz").read_bytes(), scores=np.zeros(400)))
    with pytest.raises(ValueError, match="its checksum differs"):
        sealed.read(tmp_path / "out.npz")


def test_the_facts_that_come_with_the_project_verify():
    for path in RECORDED.glob("facts-*.npz"):
        assert sealed.read(path)["names"].size


def test_what_is_gone_already_need_not_be_set_aside(tmp_path, capsys):
    files.set_aside(tmp_path / "gone", "damaged")
    assert capsys.readouterr().err == "" and list((tmp_path / ".set-aside").iterdir()) == []
