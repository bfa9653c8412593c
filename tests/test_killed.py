"""A small grid that is killed at any moment goes on from there, and its records are those of an undisturbed one to the
last bit."""

from __future__ import annotations

import fcntl
import os
import signal
import sys
from pathlib import Path

import pytest
from conftest import tiny_net
from killing import GRID, MAKER, bits, by_call, by_file, by_size, child, no_locks, small

from dietsb_core.runs import execute
from dietsb_core.runs.ensure import ensure
from dietsb_core.runs.run import expand
from dietsb_core.runs.store import find

CALLS, FILES, SIZES = 24, 16, (1000, 2000, 3100, 20000)  # kills; the last: bytes of a file that is being written
WITHOUT = 6                                             # kills of each kind where the file system has no locks


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("undisturbed")


@pytest.fixture(scope="module")
def undisturbed(folder) -> list[tuple]:
    """The records of the grid, trained on a network that takes a millisecond a step."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(execute.models, "build", small)
        patch.setenv("DIETSB_RUNS", str(folder / "runs"))
        return [bits(record) for record in ensure(expand(GRID), device="cpu")]


@pytest.fixture(scope="module")
def events(undisturbed, folder) -> dict:
    """How many events of each kind a grid has, with locks and without."""
    counts = {}
    for count in (by_call, by_file):
        for locks in (True, False):
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))  # for the first child, which starts their server
                assert child(count, 0, folder / "told", folder / f"{count.__name__}-{locks}", locks) == 0
            counts[count, locks] = int((folder / "told").read_text())
    return counts


def prepare(patch: pytest.MonkeyPatch, runs: Path, locks: bool = True) -> None:
    patch.setattr(execute.models, "build", small)
    patch.setenv("DIETSB_RUNS", str(runs))
    if not locks:
        patch.setattr(fcntl, "flock", no_locks)


def check_resumed(undisturbed: list[tuple], runs: Path, patch: pytest.MonkeyPatch, locks: bool) -> None:
    """The grid goes on: what is on record is not trained again, all is as if nothing had happened, nothing is left."""
    done, seen, again = [run for run in expand(GRID) if find(run)], [], execute._train
    patch.setattr(execute, "_train", lambda run, *rest: seen.append(run) or again(run, *rest))
    assert [bits(record) for record in ensure(expand(GRID), device="cpu")] == undisturbed
    assert seen == [run for run in expand(GRID) if run not in done]
    names, unfinished = {run.name for run in expand(GRID)}, {path.name for path in (runs / ".unfinished").iterdir()}
    assert {path.name for path in runs.iterdir()} == {*names, ".unfinished"}
    assert {name for name in unfinished if ".lock.free-" not in name or locks} <= {f"{name}.lock" for name in names}


@pytest.mark.parametrize(("count", "part", "locks"), [
    *((by_call, (i + 0.5) / CALLS, True) for i in range(CALLS)), *((by_file, i / FILES, True) for i in range(FILES)),
    *((by_call, (i + 0.2) / WITHOUT, False) for i in range(WITHOUT)),
    *((by_file, (i + 0.5) / WITHOUT, False) for i in range(WITHOUT)),
], ids=lambda value: getattr(value, "__name__", str(value)[:5]))
def test_killed_at_a_call_or_at_a_file_operation(count, part, locks, undisturbed, events, runs_folder, tmp_path,
                                                 monkeypatch):
    prepare(monkeypatch, runs_folder, locks)
    last = 1 + int(part * events[count, locks])
    assert child(count, last, tmp_path / "told", runs_folder, locks) == -signal.SIGKILL
    check_resumed(undisturbed, runs_folder, monkeypatch, locks)


@pytest.mark.parametrize("size", SIZES)
def test_killed_in_the_middle_of_a_write(size, undisturbed, runs_folder, tmp_path, monkeypatch):
    prepare(monkeypatch, runs_folder)
    assert child(by_size, size, tmp_path / "told", runs_folder, True) == -signal.SIGXFSZ
    half = [path for path in runs_folder.rglob("*") if path.is_file() and path.stat().st_size == size]
    assert len(half) == 1 and ".part-" in str(half[0])
    check_resumed(undisturbed, runs_folder, monkeypatch, True)


def test_the_comparison_sees_a_bit(undisturbed, runs_folder, monkeypatch):
    prepare(monkeypatch, runs_folder)
    assert bits(ensure([MAKER], device="cpu")[0]) == undisturbed[0]
    monkeypatch.setattr(execute.models, "build", lambda *_: tiny_net(1).float())
    monkeypatch.setenv("DIETSB_RUNS", str(runs_folder / "other"))
    assert bits(ensure([MAKER], device="cpu")[0]) != undisturbed[0]
