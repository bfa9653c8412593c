"""`ensure(runs)`: train what is missing, load the rest. With progress, and an estimate of what is left."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

from dietsb_core.cost import G
from dietsb_core.errors import UserError
from dietsb_core.progress import duration, say
from dietsb_core.records import Record
from dietsb_core.runs import Run, expand, find

THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS")


def ensure(runs: list[Run], jobs: int = 1, device: str = "auto") -> list[Record]:
    """The records of `runs`, in their order; what is not on record is trained first, `jobs` at a time.

    Several `jobs` are processes of one thread each: with several threads they slow each other many times over. One
    job is this process, with the threads that it has.
    """
    if jobs < 1:
        raise UserError(f"jobs={jobs!r}: take 1 process or more")
    for run in expand(runs):
        run.build()
    train_all([run for run in expand(runs) if find(run) is None], jobs, device)
    return [find(run) for run in runs]


def train_all(runs: list[Run], jobs: int, device: str) -> None:
    """Train `runs`. One that needs another's score waits for it, or makes it."""
    tracker = Tracker(runs)
    if jobs == 1 or len(runs) < 2:
        for run in runs:
            tracker.done(run, _train(run, device))
        return
    with single_threaded(), ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        try:
            for run, future in [(run, pool.submit(_train, run, device)) for run in runs]:
                tracker.done(run, future.result())
        except BrokenProcessPool:
            raise UserError(f"a training process was killed, as when memory runs out: take fewer jobs than {jobs}; "
                            "what is finished is kept, and the same command goes on from there") from None
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)  # Ctrl-C reaches the workers too; what they did is kept
            raise


def _train(run: Run, device: str) -> float:
    from dietsb_core.execute import execute  # imported in the worker, after its number of threads is set

    return execute(run, device).accuracy


@contextmanager
def single_threaded() -> Iterator[None]:
    """Processes started inside take one thread each. It must be in their environment before they import torch."""
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)


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
        seconds = (time.monotonic() - self.start) / self.spent * max(self.left, 0)
        say(f"[{self.count}/{self.total}] {run.data} {run.model} {run.score or run.policy} keep {run.keep:g} "
            f"seed {run.seed}: {accuracy:.2%}; about {duration(seconds)} left")
