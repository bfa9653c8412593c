"""Runs and their records: named for good, trained once, resumed whatever ended them."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from one_line import refused

from dietsb_core import sources
from dietsb_core.errors import UserError
from dietsb_core.recipe import Recipe
from dietsb_core.runs import checkpoint, execute, grids, presets, records
from dietsb_core.runs.ensure import ensure
from dietsb_core.runs.run import Run, canonical, expand
from dietsb_core.runs.store import find, room

RECIPE = Recipe("tiny-run", epochs=3, batch=64, lr=0.05, crop=1, flip=True, precision="float32")
RUN = Run("procedural-small", "airbench_small", RECIPE, 0, "selective_backprop", 0.5)
MEMBER = Run("procedural-small", "airbench_small", RECIPE, 1000, stop=1, score="el2n")
PRUNED = Run("procedural-small", "airbench_small", RECIPE, 0, "el2n", 0.5, scored_by=(MEMBER,))
CPU10 = Recipe("airbench-cpu-10", epochs=10, batch=256, lr=0.46, label_smoothing=0.1, crop=3, flip=True)


def results(record: records.Record) -> tuple[list[dict], dict[str, list]]:
    """All of a record that does not depend on how fast or how warm the machine was."""
    timed = ("seconds", "cpu_seconds", "epoch_seconds", "joules")
    rows = [{name: value for name, value in row.items() if name not in timed} for row in record.rows]
    return rows, {name: record.column(name).tolist() for name in ("loss", "selected", "seen")}


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory) -> tuple[list[dict], dict[str, list]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DIETSB_RUNS", str(tmp_path_factory.mktemp("uninterrupted")))
        return results(execute.execute(RUN, "cpu"))


@pytest.fixture
def trained(monkeypatch) -> list[Run]:
    """The runs that are really trained from here on."""
    seen, train = [], execute._train
    monkeypatch.setattr(execute, "_train", lambda run, *rest: seen.append(run) or train(run, *rest))
    return seen


def python(function: str, store: Path) -> subprocess.Popen:
    """Another process that calls one of this module's functions."""
    path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    return subprocess.Popen([sys.executable, "-c", f"import test_runs; test_runs.{function}()"],
                            env=os.environ | {"PYTHONPATH": path, "DIETSB_RUNS": str(store)})


# What is kept of the epochs

def test_a_run_without_a_curve_ends_where_the_one_with_it_does(uninterrupted, tmp_path, monkeypatch):
    monkeypatch.setenv("DIETSB_RUNS", str(tmp_path))
    bare = replace(RUN, curve=False)
    rows, columns = results(execute.execute(bare, "cpu"))
    assert ["accuracy" in row for row in rows] == [False, False, True]
    assert rows[-1] == uninterrupted[0][-1] and columns == uninterrupted[1]
    assert all(row.items() <= whole.items() for row, whole in zip(rows, uninterrupted[0], strict=True))
    assert bare.name != RUN.name and find(RUN) is None  # which would have no curve


# Names

def test_names_are_the_ones_that_records_have():
    """A change of a name orphans every record: these are on record, or would be found by nobody."""
    members = tuple(Run("cifar100", "airbench", CPU10, 1000 + i, stop=2, score="el2n") for i in range(3))
    assert members[0].name == "cifar100-airbench-el2n-1-s1000-cc7debab1d22"
    names = {("full", 1.0): "cifar100-airbench-full-1-s0-96975581593a",
             ("selective_backprop", 0.5): "cifar100-airbench-selective_backprop-0.5-s0-65f75a92a450",
             ("diet_sb", 0.375): "cifar100-airbench-diet_sb-0.375-s0-2cec531d60cd",
             ("el2n", 0.75): "cifar100-airbench-el2n-0.75-s0-6ddb51eae8aa"}
    for (policy, keep), name in names.items():
        scored_by = members if policy in ("diet_sb", "el2n") else ()
        assert Run("cifar100", "airbench", CPU10, 0, policy, keep, scored_by=scored_by).name == name


def test_a_field_added_with_a_default_renames_nothing():
    @dataclass(frozen=True)
    class Later(Recipe):
        added: float = 1.5

    later = Later("tiny-run", epochs=3, batch=64, lr=0.05, crop=1, flip=True, precision="float32")
    assert canonical(later) == canonical(RECIPE) and replace(RUN, recipe=later).name == RUN.name
    assert replace(RUN, recipe=replace(later, added=2.0)).name != RUN.name


def test_whatever_changes_a_run_changes_its_name():
    changes = ({"seed": 1}, {"keep": 0.25}, {"policy": "random_backprop"}, {"data": "procedural"},
               {"model": "resnet8"}, {"stop": 2}, {"score": "el2n"}, {"options": (("start", 0.5),)},
               {"options": (("start", 0.25),)}, {"scored_by": (MEMBER,)}, {"scored_by": (PRUNED,)},
               {"recipe": replace(RECIPE, lr=0.06)}, {"recipe": replace(RECIPE, shuffle=False)})
    runs = [RUN, *(replace(RUN, **change) for change in changes)]
    assert len({run.name for run in runs}) == len(runs)


# Once

def test_a_run_is_trained_once_and_loaded_after(trained, capsys):
    first = ensure([RUN, RUN], device="cpu")
    assert trained == [RUN] and first[0].config == canonical(RUN)
    assert capsys.readouterr().err.count("\n") == 1  # a line of progress a run
    again = ensure([RUN], device="cpu")
    assert capsys.readouterr().err == ""
    assert trained == [RUN] and results(again[0]) == results(first[0]) == results(first[1])


def test_scores_are_computed_once_and_before_what_needs_them(trained):
    other = replace(PRUNED, keep=0.25)
    assert expand([PRUNED, other]) == [MEMBER, PRUNED, other]
    pruned, _ = ensure([PRUNED, other], device="cpu")
    assert trained == [MEMBER, PRUNED, other]
    score = find(MEMBER).column("el2n")
    assert score.dtype == np.float32 and score.shape == (400,) and len(find(MEMBER).rows) == 1
    hardest = np.argsort(-score, kind="stable")[:200]
    assert set(np.flatnonzero(pruned.column("selected"))) <= set(hardest)


def test_init_and_training_leave_the_global_state_alone(trained, uninterrupted):
    torch.manual_seed(5)
    before = torch.get_rng_state()
    assert results(execute.execute(RUN, "cpu")) == uninterrupted
    assert torch.equal(before, torch.get_rng_state())


def linger() -> None:
    execute.execute(RUN, "cpu", progress=lambda run, row: time.sleep(0.7 if row["epoch"] == 1 else 0))


def wait_for(pattern: str, place: Path, process: subprocess.Popen) -> None:
    while not list(place.rglob(pattern)):
        assert process.poll() is None
        time.sleep(0.02)


def test_two_processes_train_a_run_once(trained, runs_folder, uninterrupted):
    other = python("linger", runs_folder)
    wait_for("*.pt", runs_folder, other)  # it is at work, holding the lock
    record, = ensure([RUN], device="cpu")
    assert other.wait(20) == 0 and trained == [] and results(record) == uninterrupted


def test_a_worker_that_is_killed_is_one_line(monkeypatch):
    """As by the system when memory runs out."""
    def submit(*_: object) -> Future:
        future = Future()
        future.set_exception(BrokenProcessPool("terminated abruptly"))
        return future

    monkeypatch.setattr(ProcessPoolExecutor, "submit", submit)
    refused(lambda: ensure([RUN, replace(RUN, seed=1)], jobs=2, device="cpu"), "killed", "fewer jobs than 2")


# Killed, interrupted, no room

def die_at(number: int) -> None:
    """SIGKILL when the `number`th part is written but not in its place: checkpoint, checkpoint, record."""
    replace_file, calls = os.replace, []

    def replace_or_die(source, target):
        calls.append(target)
        if len(calls) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        replace_file(source, target)

    os.replace = replace_or_die
    execute.execute(RUN, "cpu")


def die_in_the_second_checkpoint() -> None:
    die_at(2)


def die_in_the_record() -> None:
    die_at(3)


@pytest.mark.parametrize(("die", "left"), [("die_in_the_second_checkpoint", [2, 3]), ("die_in_the_record", [3])])
def test_a_killed_run_resumes_and_ends_as_if_nothing_had_happened(die, left, runs_folder, uninterrupted):
    assert python(die, runs_folder).wait(60) == -signal.SIGKILL
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
