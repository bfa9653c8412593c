"""Damaged records and checkpoints: set aside, made again, never deleted and never read as results."""

from __future__ import annotations

import errno
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from one_line import refused
from test_runs import RUN, results

from dietsb_core import sources
from dietsb_core.files import set_aside
from dietsb_core.runs import checkpoint, execute, records
from dietsb_core.runs.run import canonical
from dietsb_core.runs.store import find


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


def edit(folder, *, signed=True, **changes) -> None:
    """Change entries of a record, or take out those that are changed to None; `signed`: with a checksum that fits."""
    path = folder / "record.json"
    content = {name: value for name, value in (json.loads(path.read_text()) | changes).items() if value is not None}
    path.write_text(json.dumps(content | ({"sha256": records.checksum(content)} if signed else {})))


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


def test_a_signed_record_is_taken(runs_folder):
    """The control of the above: an edit with a checksum that fits is no damage."""
    edit(write(runs_folder / RUN.name).folder, info={"device": "another"})
    assert find(RUN).info == {"device": "another"}


def test_a_record_of_the_first_version_is_taken_without_a_checksum(runs_folder):
    """It had none; its ledger is verified all the same."""
    folder = write(runs_folder / RUN.name).folder
    edit(folder, signed=False, version=1, sha256=None)
    assert find(RUN) is not None
    flip(folder / "ledger.npz")
    assert find(RUN) is None


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


def shorter(state: dict) -> dict:
    columns = {name: column[:-1] for name, column in state["ledger"]["columns"].items()}
    return state | {"ledger": state["ledger"] | {"columns": columns}}


def wider(state: dict) -> dict:
    """The first of the network's tensors, loaded before one that does not fit, is another; the last is wider."""
    first, *_, last = state["model"]
    model = state["model"] | {first: state["model"][first] + 1, last: torch.zeros(7, 7, 7)}
    return state | {"model": model}


def made(state: dict, **changes: str) -> dict:
    return state | {"made": state["made"] | changes}


FOREIGN = {
    "other data": (lambda state: made(state, data="0123456789abcdef"), "with data 0123456789ab and not "),
    "another precision": (lambda state: made(state, precision="bfloat16"), "with precision bfloat16 and not float32"),
    "another device": (lambda state: made(state, device="cuda"), "with device cuda and not cpu"),
    "an earlier version's": (lambda state: {name: value for name, value in state.items() if name != "made"},
                             "does not say with which data"),
    "a wider network": (wider, "another network"),
    "a network with a layer less": (lambda state: state | {"model": dict(list(state["model"].items())[:-1])},
                                    "another network"),
    "an optimiser of fewer tensors": (lambda state: state | {"optimiser": {"state": {}, "param_groups": [
        {"params": [0]}]}}, "another network"),
    "fewer examples": (shorter, "other examples"),
    "no ledger": (lambda state: {name: value for name, value in state.items() if name != "ledger"}, "ledger"),
    "no columns": (lambda state: state | {"ledger": {"columns": {}, "memory": {}}}, "other examples"),
    "no rows": (lambda state: state | {"rows": [1]}, "no rows"),
    "a list": (lambda state: [1, 2], "a list"),
    "a tensor": (lambda state: torch.zeros(3), "a Tensor"),
}


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
