"""Damaged records and checkpoints: set aside, made again, never deleted and never read as results."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pytest
import torch
from damaging import cut, edit, flip, write
from one_line import refused
from small_runs import RUN, results

from dietsb_core.files import set_aside
from dietsb_core.runs import checkpoint, execute, records
from dietsb_core.runs.run import canonical
from dietsb_core.runs.store import find

# How a record is damaged, and what the line says is wrong with it.
DAMAGE = {
    "record cut short": (lambda folder: cut(folder / "record.json"), ""),
    "record empty": (lambda folder: (folder / "record.json").write_text(""), ""),
    "record not an object": (lambda folder: (folder / "record.json").write_text("[1, 2]"), ""),
    "record not text": (lambda folder: (folder / "record.json").write_bytes(b"\xff\xfe\x00"), ""),
    "record missing": (lambda folder: (folder / "record.json").unlink(), "record.json"),
    "rows missing": (lambda folder: edit(folder, rows=None), "rows"),
    "a number of the record": (lambda folder: edit(folder, signed=False, rows=[{"epoch": 1, "accuracy": 0.6}]),
                               "the record's checksum"),
    "no checksum": (lambda folder: edit(folder, signed=False, sha256=None), "sha256"),
    "an earlier version": (lambda folder: edit(folder, version=0), "version is 0"),
    "a later version": (lambda folder: edit(folder, version=records.VERSION + 1), "version is 3"),
    "the first version, without a checksum": (lambda folder: edit(folder, signed=False, version=1, sha256=None),
                                              "version is 1, which has no checksum"),
    "the first version, signed": (lambda folder: edit(folder, version=1), "version is 1"),
    "no rows at all": (lambda folder: edit(folder, rows=[]), "no rows"),
    "rows that are none": (lambda folder: edit(folder, rows=[1]), "no rows"),
    "rows by name": (lambda folder: edit(folder, rows={"1": {"accuracy": 0.5}}), "no rows"),
    "a run that did not end": (lambda folder: edit(folder, rows=[{"epoch": 1}]), "the accuracy None"),
    "an accuracy of NaN": (lambda folder: edit(folder, rows=[{"epoch": 1, "accuracy": float("nan")}]), "accuracy nan"),
    "an info of text": (lambda folder: edit(folder, info="x"), "info"),
    "nested deeply": (lambda folder: (folder / "record.json").write_text("[" * 100_000 + "]" * 100_000), ""),
    "nested deeply within": (lambda folder: (folder / "record.json").write_text(
        '{"version": 2, "rows": ' + "[" * 100_000 + "]" * 100_000 + "}"), ""),
    "no version": (lambda folder: edit(folder, version=None), "version"),
    "ledger missing": (lambda folder: (folder / "ledger.npz").unlink(), "ledger.npz"),
    "ledger cut short": (lambda folder: cut(folder / "ledger.npz"), "the ledger's checksum"),
    "a bit of the ledger": (lambda folder: flip(folder / "ledger.npz"), "the ledger's checksum"),
    "wrong checksum": (lambda folder: edit(folder, ledger_sha256="0" * 64), "the ledger's checksum"),
    "another run's": (lambda folder: edit(folder, config=canonical(RUN) | {"seed": 7}), "another run's"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_record_is_set_aside(damage, runs_folder, capsys):
    folder, (do, why) = runs_folder / RUN.name, DAMAGE[damage]
    for number in ("", ".1"):  # a second one does not take the first one's place
        write(folder)
        assert find(RUN) is not None
        do(folder)
        before = {path.name: path.read_bytes() for path in folder.iterdir()}
        assert find(RUN) is None and not folder.exists()
        aside = runs_folder / ".set-aside" / (RUN.name + number)
        assert {path.name: path.read_bytes() for path in aside.iterdir()} == before
        message = capsys.readouterr().err
        assert message.count("\n") == 1 and f"set aside in {aside}" in message and why in message.split("set aside")[0]


@pytest.mark.parametrize("part", ["record.json", "ledger.npz"])
@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
def test_a_part_of_a_record_whose_reading_never_ends_is_not_read(part, make, runs_folder, capsys):
    path = write(runs_folder / RUN.name).folder / part
    path.unlink()
    make(path)
    assert find(RUN) is None and os.path.lexists(runs_folder / ".set-aside" / RUN.name / part)
    assert f"{part} is a FIFO or a device and no file" in capsys.readouterr().err


def test_a_signed_record_is_taken(runs_folder):
    """The control of the above: an edit with a checksum that fits is no damage."""
    edit(write(runs_folder / RUN.name).folder, info={"device": "another"})
    assert find(RUN).info == {"device": "another"}


def test_two_that_find_the_same_damage_set_it_aside_once(runs_folder, capsys, monkeypatch):
    """Between what one reads and what it does about it, the other has moved the folder."""
    def overtaken(content, folder):
        set_aside(folder, "found by another")
        raise ValueError("found by this one")

    write(runs_folder / RUN.name)
    monkeypatch.setattr(records, "verify", overtaken)
    assert find(RUN) is None
    assert [path.name for path in (runs_folder / ".set-aside").iterdir()] == [RUN.name]
    message = capsys.readouterr().err
    assert message.count("\n") == 1 and "found by another" in message


@pytest.mark.parametrize("number", [errno.EIO, errno.EACCES, errno.EMFILE])
def test_what_cannot_be_read_now_is_left_where_it_is(number, runs_folder, tmp_path, monkeypatch):
    """A disk that fails, a right that is missing, too many open files: the record may be as good as ever."""
    write(runs_folder / RUN.name)
    checkpoint.save(tmp_path / "x.pt", {"rows": []})

    def failing(*args, **options):
        raise OSError(number, "no luck")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_text", failing)
        patch.setattr(torch, "load", failing)
        refused(lambda: find(RUN), RUN.name, "no luck", "nothing was changed")
        refused(lambda: checkpoint.load(tmp_path / "x.pt"), "x.pt", "no luck")
    assert find(RUN) and checkpoint.load(tmp_path / "x.pt") == {"rows": []}


def test_a_damaged_record_is_made_again(runs_folder, capsys):
    folder = runs_folder / RUN.name
    first = results(execute.execute(RUN, "cpu"))
    flip(folder / "ledger.npz")
    assert results(execute.execute(RUN, "cpu")) == first
    assert (runs_folder / ".set-aside" / RUN.name / "record.json").exists()


def test_a_half_written_record_is_no_record(runs_folder):
    write(runs_folder / RUN.name)
    part = runs_folder / f".{RUN.name}.part-123"
    (runs_folder / RUN.name).rename(part)
    cut(part / "record.json")
    assert find(RUN) is None and part.exists()


def test_a_record_is_written_whole_or_not_at_all(runs_folder, monkeypatch):
    """Whatever ends the writing, and wherever, nothing that looks like a record is left."""
    def interrupted(path, **columns):
        assert not (runs_folder / RUN.name).exists()
        path.write_bytes(b"half of it")
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "savez_compressed", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(runs_folder / RUN.name)
    assert list(runs_folder.iterdir()) == []
