"""Training side by side: what it says meanwhile, what ends it, and what it asks for before it begins."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from one_line import refused
from test_runs import RECIPE, RUN

from dietsb_core import __main__, progress
from dietsb_core.errors import DataMissing
from dietsb_core.runs import checkpoint, ensure, execute, grids, records
from dietsb_core.runs.run import canonical, expand
from dietsb_core.runs.store import find

QUICK = replace(RUN, seed=1, stop=1)
LONG = [replace(RUN, seed=seed, recipe=replace(RECIPE, name="long", epochs=1000)) for seed in (0, 2, 3)]
CPU = torch.device("cpu")


# What ends it

def command() -> None:
    """The headless door with a grid of runs that outlast any test, all but one. It hears Ctrl-C though whoever began
    the tests may not, as a shell's background job."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    grids.GRIDS["panel_a"] = lambda p: [LONG[0], QUICK, *LONG[1:]]
    sys.exit(__main__.main(["run", "panel_a", "--preset", "smoke", "--jobs", "2", "--device", "cpu"]))


@contextmanager
def started(store: Path) -> Iterator[subprocess.Popen]:
    """`command` in a process group of its own, as a terminal has it."""
    path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    words = [sys.executable, "-c", "import test_ensure; test_ensure.command()"]
    with subprocess.Popen(words, env=os.environ | {"PYTHONPATH": path, "DIETSB_RUNS": str(store)}, text=True,
                          stderr=subprocess.PIPE, start_new_session=True) as process:
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):  # all have ended, as they should
                os.killpg(process.pid, signal.SIGKILL)


def wait_until(true: Callable[[], bool], process: subprocess.Popen, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert process.poll() is None and time.monotonic() < end
        time.sleep(0.02)


def test_ctrl_c_ends_it_in_seconds_and_the_same_command_goes_on(runs_folder):
    """Two runs are at work and one waits. What workers would say is heard too, and that they are gone: standard error
    ends when the last process that holds it has ended."""
    at_work, kept = [runs_folder / ".unfinished" / f"{run.name}.pt" for run in LONG[:2]], {}
    with started(runs_folder) as process:
        wait_until(lambda: find(QUICK) and all(path.exists() for path in at_work), process)
        os.killpg(process.pid, signal.SIGINT)
        said = process.communicate(timeout=60)[1].splitlines()
    assert process.returncode == 130 and len(said) == 2, said
    assert said[0].startswith("[1/4] procedural-small") and "seed 1:" in said[0]  # finished first, of those begun later
    assert said[1].startswith("dietsb: stopped; finished runs are kept")
    assert find(QUICK) and not any(map(find, LONG))
    assert not (runs_folder / ".unfinished" / f"{LONG[2].name}.lock").exists()  # it was never begun
    kept = {path: (path.stat().st_mtime_ns, len(checkpoint.load(path)["rows"])) for path in at_work}
    with started(runs_folder) as process:
        for path, (written, done) in kept.items():
            wait_until(lambda path=path, written=written: path.stat().st_mtime_ns > written, process)
            assert len(checkpoint.load(path)["rows"]) > done


def test_workers_hear_no_ctrl_c_and_outlive_nobody(runs_folder):
    """They are sent it again and again, from their first instruction on, and train all the same. Then the one that
    started them is killed and can tell them nothing: they end, and with them what standard error is held by."""
    def at_work() -> bool:
        for child in children.read_text().split():
            os.kill(int(child), signal.SIGINT)
        return len(list(runs_folder.rglob("*.pt"))) == 2

    with started(runs_folder) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        if not children.exists():
            pytest.skip("this system does not tell which processes a process has started")
        wait_until(at_work, process)
        process.kill()
        said = process.communicate(timeout=60)[1]
    assert "Traceback" not in said and "dietsb:" not in said


def test_a_long_run_has_a_line_a_minute(monkeypatch, capsys):
    """Of 90 s an epoch each but the last has a line; of 25 s every third, whichever run it is of."""
    clock = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: clock[0])
    run, other = (SimpleNamespace(title=title, epochs=4) for title in ("one", "other"))
    told = progress.Epochs()
    for which, seconds in ((run, 90.0), (other, 25.0)):
        for epoch in range(1, 5):
            clock[0] += seconds
            told(which, {"epoch": epoch, "epoch_seconds": seconds})
    assert capsys.readouterr().err.splitlines() == [
        "  one: epoch 1 of 4; about 4 min left of it", "  one: epoch 2 of 4; about 3 min left of it",
        "  one: epoch 3 of 4; about 2 min left of it",
        "  other: epoch 1 of 4; about 75 s left of it"]


def test_a_run_that_is_refused_ends_the_others(runs_folder):
    bad, before = replace(RUN, recipe=replace(RECIPE, batch=500)), multiprocessing.active_children()  # of other tests
    refused(lambda: ensure.ensure([LONG[0], bad, *LONG[1:]], jobs=2, device="cpu"), "a step needs 500 candidates")
    assert set(multiprocessing.active_children()) <= set(before) and not any(map(find, LONG))


# What it asks for first

@pytest.fixture
def no_training(monkeypatch) -> None:
    def train(*_: object) -> None:
        raise AssertionError("training was begun")

    monkeypatch.setattr(execute, "_train", train)
    monkeypatch.setattr(ensure, "workers", train)


@pytest.mark.parametrize("jobs", [1, 2])
def test_data_that_are_not_here_are_missed_before_any_training(no_training, monkeypatch, tmp_path, jobs):
    monkeypatch.setenv("DIETSB_DATA", "/nowhere")
    runs = [RUN, replace(RUN, seed=1), replace(RUN, data="cifar10"), replace(RUN, data="cifar100")]
    refused(lambda: ensure.ensure(runs[:3], jobs, "cpu"), "cifar10 not found", "python -m dietsb_core data cifar10")
    with pytest.raises(DataMissing, match="cifar10 not found.*; cifar100 not found"):
        ensure.ensure(runs, jobs, "cpu")


def test_a_batch_too_small_for_the_rate_is_refused_before_any_training(no_training):
    """Also where selection begins in the middle of training."""
    late = replace(RUN, policy="selective_backprop", keep=0.01, options=(("start", 0.5),))
    refused(lambda: ensure.ensure([QUICK, late]), "a batch of 64 is too small to keep 0.01 of it", "at least 100")


def test_data_that_are_damaged_are_noticed_before_any_training(no_training, monkeypatch, tmp_path):
    monkeypatch.setenv("DIETSB_DATA", str(tmp_path))
    for part in ("train", "test"):
        (tmp_path / f"cifar10-{part}.npz").write_bytes(b"half")
    refused(lambda: ensure.ensure([RUN, replace(RUN, data="cifar10")], device="cpu"), "cifar10-train.npz is truncated")


def test_what_is_on_record_needs_no_data(no_training, monkeypatch, runs_folder):
    monkeypatch.setenv("DIETSB_DATA", "/nowhere")
    run = replace(RUN, data="cifar10")
    records.write(runs_folder / run.name, canonical(run), [{"epoch": 1, "accuracy": 0.5}], {}, {})
    assert [record.accuracy for record in ensure.ensure([run], device="cpu")] == [0.5]


@pytest.mark.parametrize("here", [True, False])
def test_only_the_first_data_set_of_a_training_in_this_process_stays_in_memory(monkeypatch, here):
    kept, dropped = [], []
    monkeypatch.setattr(ensure, "loaded", kept.append)
    monkeypatch.setattr(ensure, "load", dropped.append)
    runs = [replace(RUN, data=data) for data in ("a", "b", "a", "c")]
    ensure.require_data(runs, runs, here)
    assert (kept, dropped) == ((["a"], ["b", "c"]) if here else ([], ["a", "b", "c"]))


@pytest.mark.parametrize("absent", ["cifar10", "cifar100"])
def test_of_all_runs_those_that_can_be_made_are_named_by_grids(no_training, monkeypatch, absent):
    def some(name: str) -> None:
        if name == absent:
            raise DataMissing(f"{name} not found")

    monkeypatch.setattr(ensure, "load", some)
    monkeypatch.setattr(ensure, "find", lambda run: None)
    runs = grids.grid("all", "cifar-cpu")
    line = refused(lambda: ensure.ensure(runs, jobs=2), f"{absent} not found; until then, run what does without: ")
    named = line.split("without: ")[1].split(", ")
    assert named == {"cifar10": ["poster", "cost", "batches", "rates", "lengths", "sensitivity", "gradients"],
                     "cifar100": ["cifar10", "claim7"]}[absent]
    able = {run for name in named for run in expand(grids.grid(name, "cifar-cpu"))}
    assert able == {run for run in expand(runs) if run.data != absent}


def test_no_grid_is_named_that_was_not_asked_for():
    runs = expand([*grids.grid("panel_e", "cifar-cpu"), *grids.grid("claim7", "cifar-cpu")])
    alike = "panel_e, composition"  # which need the very same runs
    assert ensure.without({"cifar10"}, runs, runs) == [f"until then, run what does without: {alike}"]


def test_no_grid_is_named_of_which_nothing_is_left_to_train():
    runs = expand(grids.grid("all", "cifar-cpu"))
    assert ensure.without({"cifar10"}, runs, [run for run in runs if run.data == "cifar10"]) == []
    lengths = [run for run in grids.grid("lengths", "cifar-cpu") if run.recipe.epochs == 30]
    assert ensure.without({"cifar10"}, runs, lengths) == ["until then, run what does without: lengths"]
