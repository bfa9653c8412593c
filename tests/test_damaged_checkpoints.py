"""Damaged checkpoints, and those of something else: set aside, never resumed from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from damaging import EDITED, FOREIGN, cut, edit, flip, write
from small_runs import RUN, results

from dietsb_core import sources
from dietsb_core.runs import checkpoint, execute, records
from dietsb_core.runs.store import find

CHECKPOINT_DAMAGE = {
    "cut short": cut, "a bit": flip, "empty": lambda path: path.write_bytes(b""),
    "no checkpoint at all": lambda path: path.write_text("hello"),
}


@pytest.mark.parametrize("damage", CHECKPOINT_DAMAGE)
def test_a_damaged_checkpoint_is_set_aside(damage, tmp_path, capsys):
    path, state = tmp_path / "x.pt", {"weights": torch.randn(1000), "rows": [{"epoch": 1}]}
    checkpoint.save(path, state)
    assert torch.equal(checkpoint.load(path)["weights"], state["weights"])
    CHECKPOINT_DAMAGE[damage](path)
    before = path.read_bytes()
    assert checkpoint.load(path) is None and not path.exists()
    assert (tmp_path / ".set-aside" / "x.pt").read_bytes() == before
    message = capsys.readouterr().err
    assert message.count("\n") == 1 and "set aside" in message


def test_training_starts_anew_where_the_checkpoint_is_damaged(runs_folder, capsys):
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


@pytest.fixture(scope="module")
def stopped(tmp_path_factory) -> tuple[tuple, dict]:
    """What RUN comes to, and its checkpoint after one epoch."""
    kept = {}

    def keep(run, row):
        path, = folder.rglob("*.pt") if row["epoch"] == 1 else [None]
        kept.update(checkpoint.load(path) if path else {})

    folder = tmp_path_factory.mktemp("stopped")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DIETSB_RUNS", str(folder))
        return results(execute.execute(RUN, "cpu", progress=keep)), kept


@pytest.mark.parametrize("kind", FOREIGN)
def test_training_starts_anew_where_the_checkpoint_is_of_something_else(kind, stopped, runs_folder, capsys):
    """Readable, and not this run's: nothing of it is taken over."""
    whole, state = stopped
    change, why = FOREIGN[kind]
    path = runs_folder / ".unfinished" / f"{RUN.name}.pt"
    checkpoint.save(path, change(state))
    epochs = []
    record = execute.execute(RUN, "cpu", progress=lambda run, row: epochs.append(row["epoch"]))
    assert epochs == [1, 2, 3] and results(record) == whole
    assert (path.parent / ".set-aside" / path.name).exists()
    message = capsys.readouterr().err
    assert message.count("\n") == 1 and why in message.split("set aside")[0]


@pytest.mark.parametrize("kind", EDITED)
def test_an_edited_checkpoint_is_set_aside(kind, stopped, tmp_path, capsys):
    """It was read and written by torch itself, so that its file is sound."""
    path, (change, why) = tmp_path / "x.pt", EDITED[kind]
    checkpoint.save(path, stopped[1])
    torch.save(change(torch.load(path, weights_only=True)), path)
    assert checkpoint.load(path) is None and not path.exists()
    message = capsys.readouterr().err
    assert message.count("\n") == 1 and why in message.split("set aside")[0]


def test_a_checkpoint_that_was_only_copied_by_torch_is_its_own(stopped, tmp_path):
    """The control of the above."""
    checkpoint.save(tmp_path / "x.pt", stopped[1])
    torch.save(torch.load(tmp_path / "x.pt", weights_only=True), tmp_path / "y.pt")
    assert checkpoint.load(tmp_path / "y.pt").keys() == stopped[1].keys()


def test_training_goes_on_where_the_checkpoint_is_its_own(stopped, runs_folder, capsys):
    """The control of the above."""
    checkpoint.save(runs_folder / ".unfinished" / f"{RUN.name}.pt", stopped[1])
    epochs = []
    record = execute.execute(RUN, "cpu", progress=lambda run, row: epochs.append(row["epoch"]))
    assert epochs == [2, 3] and results(record) == stopped[0] and capsys.readouterr().err == ""


def test_data_that_have_changed_since_are_trained_on_from_the_first_epoch(runs_folder, monkeypatch, capsys):
    """As many images of the same size, one of them another."""
    def stop(run, row):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        execute.execute(RUN, "cpu", progress=stop)
    before = sources.load(RUN.data)
    images = before.train.images.copy()
    images[0] ^= 1
    after = replace(before, train=replace(before.train, images=images))
    monkeypatch.setattr(execute, "loaded", lambda name: after)
    record = execute.execute(RUN, "cpu")
    assert [row["epoch"] for row in record.rows] == [1, 2, 3] and record.info["fingerprint"] == after.fingerprint
    wrong = f"with data {before.fingerprint[:12]} and not {after.fingerprint[:12]}"
    assert wrong in capsys.readouterr().err
    assert list((runs_folder / ".unfinished" / ".set-aside").iterdir())


def test_records_hold_no_pickles(runs_folder):
    """A ledger with pickled objects is never loaded, whatever its checksum says."""
    folder = write(runs_folder / RUN.name).folder
    np.savez(folder / "ledger.npz", loss=np.array([{}], dtype=object))
    edit(folder, ledger_sha256=records.sha256(folder / "ledger.npz"))
    with pytest.raises(ValueError, match="pickle"):
        find(RUN).column("loss")
