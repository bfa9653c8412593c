"""Damaged records and checkpoints: set aside, made again, never deleted and never read as results."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
import torch
from test_runs import RUN, results

from dietsb_core import checkpoint, execute, records
from dietsb_core.runs import canonical, find


def write(folder) -> records.Record:
    """A small whole record of RUN."""
    rows = [{"epoch": 1, "accuracy": 0.5}]
    return records.write(folder, canonical(RUN), rows, {}, {"loss": np.arange(400.0)})


def cut(path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def flip(path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def edit(folder, **changes) -> None:
    path = folder / "record.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


DAMAGE = {
    "record cut short": lambda folder: cut(folder / "record.json"),
    "record empty": lambda folder: (folder / "record.json").write_text(""),
    "record not an object": lambda folder: (folder / "record.json").write_text("[1, 2]"),
    "record not text": lambda folder: (folder / "record.json").write_bytes(b"\xff\xfe\x00"),
    "record missing": lambda folder: (folder / "record.json").unlink(),
    "rows missing": lambda folder: (folder / "record.json").write_text(json.dumps(
        {"config": canonical(RUN), "ledger_sha256": records.sha256(folder / "ledger.npz")})),
    "ledger missing": lambda folder: (folder / "ledger.npz").unlink(),
    "ledger cut short": lambda folder: cut(folder / "ledger.npz"),
    "a bit of the ledger": lambda folder: flip(folder / "ledger.npz"),
    "wrong checksum": lambda folder: edit(folder, ledger_sha256="0" * 64),
    "another run's": lambda folder: edit(folder, config=canonical(RUN) | {"seed": 7}),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_record_is_set_aside(damage, runs_folder, capsys):
    folder = runs_folder / RUN.name
    for number in ("", ".1"):  # a second one does not take the first one's place
        write(folder)
        assert find(RUN) is not None
        DAMAGE[damage](folder)
        before = {path.name: path.read_bytes() for path in folder.iterdir()}
        assert find(RUN) is None and not folder.exists()
        aside = runs_folder / ".set-aside" / (RUN.name + number)
        assert {path.name: path.read_bytes() for path in aside.iterdir()} == before
        message = capsys.readouterr().err
        assert message.count("\n") == 1 and "set aside" in message and str(aside) in message


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


CHECKPOINT_DAMAGE = {
    "cut short": cut, "a bit": flip, "empty": lambda path: path.write_bytes(b""),
    "no checkpoint at all": lambda path: path.write_text("hello"),
}


@pytest.mark.parametrize("damage", CHECKPOINT_DAMAGE)
def test_a_damaged_checkpoint_is_set_aside(damage, tmp_path, capsys):
    path, state = tmp_path / "x.pt", {"weights": torch.randn(1000), "rows": [{"epoch": 1}]}
    checkpoint.save(path, state)
    assert torch.equal(checkpoint.load(path, torch.device("cpu"))["weights"], state["weights"])
    CHECKPOINT_DAMAGE[damage](path)
    before = path.read_bytes()
    assert checkpoint.load(path, torch.device("cpu")) is None and not path.exists()
    assert (tmp_path / ".set-aside" / "x.pt").read_bytes() == before
    message = capsys.readouterr().err
    assert message.count("\n") == 1 and "set aside" in message


def test_training_starts_anew_where_the_checkpoint_is_damaged(runs_folder, tmp_path, capsys):
    def stop(run, row):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        execute.execute(RUN, "cpu", progress=stop)
    path, = runs_folder.rglob("*.pt")
    cut(path)
    epochs = []
    record = execute.execute(RUN, "cpu", progress=lambda run, row: epochs.append(row["epoch"]))
    assert epochs == [1, 2, 3] and len(record.rows) == 3
    assert list((runs_folder / ".unfinished" / ".set-aside").iterdir())


def test_records_hold_no_pickles(runs_folder):
    """A ledger with pickled objects is never loaded, whatever its checksum says."""
    folder = write(runs_folder / RUN.name).folder
    np.savez(folder / "ledger.npz", loss=np.array([{}], dtype=object))
    edit(folder, ledger_sha256=records.sha256(folder / "ledger.npz"))
    with pytest.raises(ValueError, match="pickle"):
        find(RUN).column("loss")
    shutil.rmtree(folder)
