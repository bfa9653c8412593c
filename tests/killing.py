"""A small grid of runs, and processes that train it and are ended at a moment that is counted, never timed."""

from __future__ import annotations

import errno
import fcntl
import json
import multiprocessing
import os
import resource
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from conftest import tiny_net
from small_runs import RUN
from torch import nn

from dietsb_core.recipe import Recipe
from dietsb_core.runs import execute
from dietsb_core.runs.ensure import ensure
from dietsb_core.runs.records import Record

RECIPE = Recipe("killed", epochs=3, batch=100, lr=0.05, crop=1, flip=True, precision="float32")
MAKER = replace(RUN, recipe=RECIPE, policy="full", keep=1.0, stop=1, score="el2n")
GRID = [replace(RUN, recipe=RECIPE, policy="diet_sb", scored_by=(MAKER,)), replace(RUN, recipe=RECIPE, policy="ucb")]
CHANGES = {"os.rename", "os.mkdir", "os.remove", "os.rmdir"}
SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["killing"])  # imported once, and not by each process
TIMED = ("seconds", "cpu_seconds", "epoch_seconds", "joules")


class Counter:
    """Ends its process by SIGKILL at event number `last`; 0 never does."""

    def __init__(self, last: int):
        self.last, self.count = last, 0

    def event(self, *_: object) -> None:
        self.count += 1
        if self.count == self.last:
            os.kill(os.getpid(), signal.SIGKILL)


def by_call(last: int) -> Counter:
    """Counts calls and returns of functions, of Python's and of C's."""
    counter = Counter(last)
    sys.setprofile(counter.event)
    return counter


def by_file(last: int) -> Counter:
    """Counts what changes the folder of records, before it is done: open to write, rename, make and remove."""
    counter, folder = Counter(last), os.environ["DIETSB_RUNS"]

    def heard(event: str, given: tuple) -> None:
        writes = event == "open" and isinstance(given[2], int) and given[2] & (os.O_WRONLY | os.O_RDWR)
        if (writes or event in CHANGES) and str(given[0]).startswith(folder):
            counter.event()

    sys.addaudithook(heard)
    return counter


def by_size(last: int) -> Counter:
    """The system ends it in the middle of the first write that makes a file longer than `last` bytes."""
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (last, last))
    return Counter(0)


def train(count: Callable[[int], Counter], last: int, told: Path) -> None:
    """Train the grid in this process, and write to `told` how many events there were."""
    counter = count(last)
    ensure(GRID, device="cpu")
    sys.setprofile(None)
    told.write_text(str(counter.count))


def job(count: Callable[[int], Counter], last: int, told: Path, runs: Path, locks: bool) -> None:
    """`train` with the records in `runs`, where the file system has locks or has none."""
    os.environ["DIETSB_RUNS"] = str(runs)
    execute.models.build = small
    if not locks:
        fcntl.flock = no_locks
    train(count, last, told)


def small(*_: object) -> nn.Module:
    """A network that takes a millisecond a step."""
    return tiny_net().float()


def child(*given: object) -> int:
    """The exit status of a process that does `job`, below 0 where a signal ended it. It is a copy of a fresh process:
    autograd does not work in a copy of one that has used it in several threads, as other tests do."""
    process = SERVER.Process(target=job, args=given)
    process.start()
    process.join()
    return process.exitcode


def no_locks(*_: object) -> None:
    """`fcntl.flock` where the file system has no locks."""
    raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))


def bits(record: Record) -> tuple:
    """All of a record that does not depend on how fast the machine was, and its ledger to the last bit."""
    content = json.loads((record.folder / "record.json").read_text())
    rows = [{name: value for name, value in row.items() if name not in TIMED} for row in content["rows"]]
    with np.load(record.folder / "ledger.npz") as ledger:
        columns = {name: (str(ledger[name].dtype), ledger[name].tobytes()) for name in ledger.files}
    return content["config"], rows, content["info"], columns
