"""Damage at random, by hypothesis: what is read is what was written, or it is set aside; there is nothing between."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from damaging import write
from hypothesis import HealthCheck, given, settings, strategies
from small_runs import RUN

from dietsb_core.runs import checkpoint, records, sealed
from dietsb_core.runs.run import canonical

TRIES = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@strategies.composite
def damage(draw, content: bytes) -> bytes:
    """`content` with bytes changed, taken out, doubled or put in, or cut short; it may come out as it was."""
    start = draw(strategies.integers(0, len(content)))
    end = min(len(content), start + draw(strategies.integers(0, 12)))
    put = draw(strategies.binary(max_size=12) | strategies.sampled_from([content[start:end] * 2, b"", b'"', b"9"]))
    rest = draw(strategies.sampled_from([content[end:], content[end:], b""]))
    return content[:start] + put + rest


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> tuple[Path, records.Record, dict[str, bytes]]:
    """A record's folder, the record, and the bytes of its files."""
    folder = tmp_path_factory.mktemp("random") / RUN.name
    record = write(folder)
    return folder, record, {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("name", ["record.json", "ledger.npz"])
@given(data=strategies.data())
@TRIES
def test_a_record_reads_as_it_was_written_or_is_set_aside(whole, name, data):
    folder, record, files = whole
    changed = data.draw(damage(files[name]))
    folder.mkdir(exist_ok=True)
    for file, content in (files | {name: changed}).items():
        (folder / file).write_bytes(content)
    found = records.read(folder, canonical(RUN))
    if found is None:
        assert not folder.exists() and changed != files[name]
    else:
        assert (found.config, found.rows, found.info) == (record.config, record.rows, record.info)
        assert (found.column("loss") == record.column("loss")).all()
    if changed == files[name]:
        assert found


@given(data=strategies.data())
@settings(TRIES, max_examples=60)
def test_a_checkpoint_loads_as_it_was_saved_or_is_set_aside(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("checkpoint") / "x.pt"
    state = {"weights": torch.arange(40.0), "rows": [{"epoch": 1, "train_loss": 0.5}]}
    checkpoint.save(path, state)
    whole = path.read_bytes()
    path.write_bytes(changed := data.draw(damage(whole)))
    found = checkpoint.load(path)
    if found is None:
        assert not path.exists() and changed != whole
    else:
        assert torch.equal(found["weights"], state["weights"]) and found["rows"] == state["rows"]


@given(data=strategies.data())
@TRIES
def test_sealed_arrays_read_as_they_were_written_or_not_at_all(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "sealed.npz"
    columns = {"names": np.array(["a", "bc"] * 20), "labels": np.arange(40), "fingerprint": np.array("0123")}
    sealed.write(path, columns)
    whole = path.read_bytes()
    path.write_bytes(changed := data.draw(damage(whole)))
    try:
        found = sealed.read(path)
    except ValueError:
        assert changed != whole
    else:
        assert found.keys() == columns.keys()
        assert all(np.array_equal(found[name], columns[name]) for name in columns)
