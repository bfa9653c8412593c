"""`ensure(runs)`: train what is missing, load the rest. With progress, and an estimate of what is left."""

from __future__ import annotations

import time
from collections.abc import Container
from concurrent.futures import as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import active_children

from dietsb_core.device import pick_device
from dietsb_core.errors import DataMissing, UserError
from dietsb_core.policy import G
from dietsb_core.progress import Epochs, left, say
from dietsb_core.runs import checkpoint
from dietsb_core.runs.grids import GRIDS
from dietsb_core.runs.presets import PRESETS
from dietsb_core.runs.records import Record
from dietsb_core.runs.run import Run, expand
from dietsb_core.runs.store import find, store
from dietsb_core.runs.workers import deaf_to_interrupts, end_if_unguarded, why_broken, workers
from dietsb_core.sources import load, loaded


def ensure(runs: list[Run], jobs: int = 1, device: str = "auto") -> list[Record]:
    """The records of `runs`, in their order; what is not on record is trained first, `jobs` at a time.

    Several `jobs` are processes of one thread each: with several threads they slow each other many times over. One
    job is this process, with the threads that it has. Raises DataMissing before any training where one of them needs
    a data set that is not here.
    """
    if type(jobs) is not int or jobs < 1:
        raise UserError(f"jobs={jobs!r}: take 1 process or more, a whole number")
    if jobs > 1:
        end_if_unguarded()
    pick_device(device)  # a wrong name is refused even where nothing is left to train
    for run in expand(runs):
        run.build()
    missing = [run for run in expand(runs) if find(run) is None]
    checkpoint.discard(store() / ".unfinished", {run.name for run in expand(runs)} - {run.name for run in missing})
    require_data(runs, missing, here=jobs == 1)
    train_all(missing, jobs, device)
    return [find(run) for run in runs]


def require_data(runs: list[Run], missing: list[Run], here: bool) -> None:
    """Read every data set that `missing`, of `runs`, need, so that none is found absent or damaged hours later. None
    stays in memory but the first, where the training is `here`, in this process."""
    absent: dict[str, DataMissing] = {}
    for name in dict.fromkeys(run.data for run in missing):
        try:
            (loaded if here and name == missing[0].data else load)(name)
        except DataMissing as error:
            absent[name] = error
    if absent:
        raise DataMissing("; ".join([*map(str, absent.values()), *without(absent, runs, missing)]))


def without(absent: Container[str], runs: list[Run], missing: list[Run]) -> list[str]:
    """What can be trained all the same, in words: the largest grids within `runs` that need none of `absent`."""
    asked, left = set(expand(runs)), {run for run in missing if run.data not in absent}
    able = {}
    for name, p in ((name, p) for p in PRESETS.values() for name in GRIDS):
        needed = set(expand(GRIDS[name](p)))
        if needed <= asked and needed & left and not any(run.data in absent for run in needed):
            able[name] = needed
    names = [name for name, needed in able.items() if not any(needed < other for other in able.values())]
    return [f"until then, run what does without: {', '.join(names)}"] if names else []


def train_all(runs: list[Run], jobs: int, device: str) -> None:
    """Train `runs`. One that needs another's score waits for it, or makes it. What ends this ends all of them; each
    resumes after its last whole epoch."""
    tracker = Tracker(runs)
    if jobs == 1 or len(runs) < 2:
        for run in runs:
            tracker.done(run, _train(run, device))
        return
    begun, before = [], set(active_children())
    try:
        with workers(jobs) as pool:
            with deaf_to_interrupts():  # it is here that they start
                futures = {pool.submit(_train, run, device): run for run in runs}
            begun += set(active_children()) - before
            for future in as_completed(futures):
                tracker.done(futures[future], future.result())
    except BrokenProcessPool:
        raise UserError(why_broken(begun, jobs)) from None


def _train(run: Run, device: str) -> float:
    from dietsb_core.runs.execute import execute  # imported in the worker, after its number of threads is set

    return execute(run, device, Epochs()).accuracy


def work(run: Run) -> float:
    """A run's expected cost, in full epochs: what the estimate of the time left goes by."""
    return run.epochs * run.build().floor(G)


class Tracker:
    """One line a finished run: how far, how accurate, and about how long the rest takes."""

    def __init__(self, runs: list[Run]):
        self.start, self.count, self.total = time.monotonic(), 0, len(runs)
        self.left, self.spent = sum(map(work, runs)), 0.0

    def done(self, run: Run, accuracy: float) -> None:
        self.count += 1
        self.left, self.spent = self.left - work(run), self.spent + work(run)
        rest = left(time.monotonic() - self.start, self.spent, max(self.left, 0))
        say(f"[{self.count}/{self.total}] {run.title}: {accuracy:.2%}; {rest}")
