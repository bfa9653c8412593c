"""Runs that are killed, interrupted or without room: resumed, and never half written."""

from __future__ import annotations

import errno
import os
import platform
import signal
import subprocess
import sys
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path

import pytest
from one_line import refused
from small_runs import (
    RUN,
    results,
    trained,  # noqa: F401
    uninterrupted,  # noqa: F401
)
from waiting import HANG, wait_until

from dietsb_core import locks, sources
from dietsb_core.errors import UserError
from dietsb_core.runs import checkpoint, execute, grids, presets, records
from dietsb_core.runs.ensure import ensure
from dietsb_core.runs.run import canonical
from dietsb_core.runs.store import find, room


def python(function: str, store: Path) -> subprocess.Popen:
    """Another process that calls a function of dying_runs."""
    path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    return subprocess.Popen([sys.executable, "-c", f"import dying_runs; dying_runs.{function}()"],
                            env=os.environ | {"PYTHONPATH": path, "DIETSB_RUNS": str(store)})


def test_two_processes_train_a_run_once(trained, runs_folder, uninterrupted, monkeypatch, capsys):
    """The one that waits says for which run, and who trains it."""
    monkeypatch.setattr(locks, "PATIENCE", 0)
    other = python("linger", runs_folder)
    wait_until(lambda: list(runs_folder.rglob("*.pt")), other)  # it is at work, holding the lock
    record, = ensure([RUN], device="cpu")
    assert other.wait(HANG) == 0 and trained == [] and results(record) == uninterrupted
    said = capsys.readouterr().err.splitlines()[0]
    assert said == (f"{RUN.title}: another process trains {RUN.name}; waiting for it (process {other.pid} on "
                    f"{platform.node()})")


@pytest.mark.parametrize("call", [lambda: ensure([RUN], device="cpu"), lambda: execute.execute(RUN, "cpu")])
def test_a_checkpoint_whose_record_exists_is_removed(call, runs_folder):
    """A kill between the two left it, or a part of it; those of other runs stay."""
    folder = runs_folder / ".unfinished"
    folder.mkdir(parents=True)
    names = [f"{RUN.name}.pt", f".{RUN.name}.pt.part-12345678", f"{RUN.name}2.pt", f".{RUN.name}2.pt.part-12345678"]
    records.write(runs_folder / RUN.name, canonical(RUN), [{"epoch": 1, "accuracy": 0.5}], {}, {})
    for name in names:
        (folder / name).write_text("x")
    call()
    assert {path.name for path in folder.iterdir()} - {f"{RUN.name}.lock"} == set(names[2:])


def test_a_worker_that_is_killed_is_one_line(monkeypatch):
    """As by the system when memory runs out."""
    def submit(*_: object) -> Future:
        future = Future()
        future.set_exception(BrokenProcessPool("terminated abruptly"))
        return future

    monkeypatch.setattr(ProcessPoolExecutor, "submit", submit)
    refused(lambda: ensure([RUN, replace(RUN, seed=1)], jobs=2, device="cpu"), "killed", "fewer jobs than 2")


@pytest.mark.parametrize(("die", "left"), [("die_in_the_second_checkpoint", [2, 3]), ("die_in_the_record", [3])])
def test_a_killed_run_resumes_and_ends_as_if_nothing_had_happened(die, left, runs_folder, uninterrupted):
    assert python(die, runs_folder).wait(HANG) == -signal.SIGKILL
    assert find(RUN) is None and len(list(runs_folder.rglob("*.pt"))) == len(list(runs_folder.rglob("*.part-*"))) == 1
    rows = []
    record = execute.execute(RUN, "cpu", progress=lambda run, row: rows.append(row["epoch"]))
    assert rows == left and results(record) == uninterrupted
    files = [path.relative_to(runs_folder) for path in runs_folder.rglob("*") if path.is_file()]
    assert {str(file) for file in files} == {f".unfinished/{RUN.name}.lock", f"{RUN.name}/record.json",
                                             f"{RUN.name}/ledger.npz"}  # checkpoint and parts have served


def test_ctrl_c_leaves_a_valid_checkpoint(runs_folder, uninterrupted):
    def interrupt(run, row):
        raise KeyboardInterrupt

    for done in (1, 2):
        with pytest.raises(KeyboardInterrupt):
            execute.execute(RUN, "cpu", progress=interrupt)
        path, = runs_folder.rglob("*.pt")
        assert len(checkpoint.load(path)["rows"]) == done
    assert results(execute.execute(RUN, "cpu")) == uninterrupted

FULL = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full, which is always full")


@FULL
@pytest.mark.parametrize("part", [".unfinished/.{}.pt.part-{}", ".{}.part-{}/ledger.npz",
                                  ".{}.part-{}/record.json"])
def test_a_full_disk_is_one_line_and_leaves_no_part(part, runs_folder, uninterrupted):
    """The file that is to be written is a device that is always full."""
    part = part.format(RUN.name, os.getpid())
    (runs_folder / part).parent.mkdir(parents=True)
    (runs_folder / part).symlink_to("/dev/full")
    refused(lambda: execute.execute(RUN, "cpu"), f"disk of {runs_folder} is full", "free some space", "DIETSB_RUNS")
    assert not list(runs_folder.rglob("*part*")) and find(RUN) is None
    assert results(execute.execute(RUN, "cpu")) == uninterrupted


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_no_room_even_for_the_lock(monkeypatch, number):
    def no_room(*args, **kwargs):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "mkdir", no_room)
    refused(lambda: execute.execute(RUN, "cpu"), "is full", os.strerror(number), "DIETSB_RUNS")


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS])
@pytest.mark.parametrize("what", [".", "..", ".unfinished/x.pt"])  # the folder, what it would be in, a file in it
def test_records_that_cannot_be_written_are_one_line(runs_folder, number, what):
    def barred():
        with room():
            raise OSError(number, os.strerror(number), os.path.normpath(runs_folder / what))

    refused(barred, os.path.normpath(runs_folder / what), f"cannot be written ({os.strerror(number)})", "DIETSB_RUNS")


def test_a_file_in_the_place_of_the_folder_of_records(runs_folder):
    runs_folder.write_text("not a folder")
    refused(lambda: ensure([RUN], device="cpu"), runs_folder, "cannot be written (Not a directory)", "DIETSB_RUNS")


@pytest.mark.parametrize("error", [OSError(errno.EIO, "failing", "runs"), OSError(errno.EACCES, "barred"),
                                   OSError(errno.EACCES, "barred", "/elsewhere/data.npz")])
def test_what_is_not_of_records_or_room_is_said_as_it_is(error):
    with pytest.raises(OSError) as caught, room():
        raise error
    assert caught.value is error


def test_scores_of_other_data_are_refused(monkeypatch) -> None:
    run = next(run for run in grids.compare(presets.preset("smoke"), (("el2n", 0.75),)) if run.seed == 0)
    for member in run.scored_by:
        execute.execute(member)
    other = replace(sources.loaded(run.data))
    other.__dict__["fingerprint"] = "of other images"  # fills the cached property
    monkeypatch.setattr(execute, "loaded", lambda name: other)
    with pytest.raises(UserError, match="the scores on record are of another procedural-small"):
        execute.execute(run)
