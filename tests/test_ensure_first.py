"""Training side by side: what is asked for before any training begins."""

from __future__ import annotations

from dataclasses import replace

import pytest
from one_line import refused
from quick_runs import QUICK
from small_runs import RUN

from dietsb_core.errors import DataMissing
from dietsb_core.runs import ensure, execute, grids, records
from dietsb_core.runs.run import canonical, expand

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


@pytest.mark.parametrize("device", ["cdua", "cuda:99", "mps"])
def test_a_wrong_device_is_refused_where_nothing_is_left_to_train(no_training, runs_folder, device):
    records.write(runs_folder / RUN.name, canonical(RUN), [{"epoch": 1, "accuracy": 0.5}], {}, {})
    for call in (lambda: ensure.ensure([RUN], device=device), lambda: ensure.ensure([], device=device),
                 lambda: execute.execute(RUN, device)):
        refused(call, repr(device), "cpu")


@pytest.mark.parametrize("jobs", [0, -1, 2.0, "2"])
def test_jobs_that_are_no_number_of_processes(no_training, jobs):
    refused(lambda: ensure.ensure([], jobs=jobs, device="cpu"), f"jobs={jobs!r}", "1 process or more")


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
    assert named == {"cifar10": ["explore", "rates", "lengths", "sensitivity", "gradients"],
                     "cifar100": ["cifar10", "claim7"]}[absent]
    able = {run for name in named for run in expand(grids.grid(name, "cifar-cpu"))}
    assert able == {run for run in expand(runs) if run.data != absent}


def test_no_grid_is_named_that_was_not_asked_for():
    runs = expand([*grids.grid("panel_e", "cifar-cpu"), *grids.grid("claim7", "cifar-cpu")])
    assert ensure.without({"cifar10"}, runs, runs) == ["until then, run what does without: panel_e"]


def test_no_grid_is_named_of_which_nothing_is_left_to_train():
    runs = expand(grids.grid("all", "cifar-cpu"))
    assert ensure.without({"cifar10"}, runs, [run for run in runs if run.data == "cifar10"]) == []
    lengths = [run for run in grids.grid("lengths", "cifar-cpu") if run.recipe.epochs == 30]
    assert ensure.without({"cifar10"}, runs, lengths) == ["until then, run what does without: lengths"]
