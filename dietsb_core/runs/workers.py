"""Processes side by side, of one thread each, that end with the process that started them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

SPAWN = multiprocessing.get_context("spawn")
UNGUARDED = 87  # the exit status of a process that was to be a worker, and began the whole script again instead
THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS")


@contextmanager
def workers(count: int) -> Iterator[ProcessPoolExecutor]:
    """A pool of `count` processes. On an error or Ctrl-C they end at once. They also end when this process is killed:
    each watches a pipe whose other end only this process holds."""
    theirs, ours = SPAWN.Pipe(duplex=False)
    with ours, theirs, single_threaded(), ProcessPoolExecutor(count, SPAWN, _stay_with, (theirs,)) as pool:
        try:
            yield pool
        except BaseException:
            ours.close()  # a cancelled pool would still finish what has begun, and begin what is queued
            raise


def end_if_unguarded() -> None:
    """In a process that has just started, and runs the script of the one that started it anew because nothing in that
    script keeps it from that: end, so that the first can say so."""
    if getattr(multiprocessing.current_process(), "_inheriting", False):  # while Python prepares a new process
        raise SystemExit(UNGUARDED)


def why_broken(processes: list[BaseProcess], jobs: int) -> str:
    """What to say of a pool of which a process has ended before its time."""
    ends = {process.exitcode for process in processes}
    kept = "what is finished is kept, and the same command goes on from there"
    if UNGUARDED in ends:
        return (f"jobs={jobs} starts processes, and each begins this script from its first line: put the call under "
                'if __name__ == "__main__": in the script, or take jobs=1')
    if any(code and code > 0 for code in ends):
        return (f"a training process ended with exit status {max(filter(None, ends))}, and what it said of that stands "
                f"above: fix that, or take jobs=1; {kept}")
    return f"a training process was killed, as when memory runs out: take fewer jobs than {jobs}; {kept}"


def _stay_with(parent: Connection) -> None:
    """Runs in a worker before its first task: the worker ends when the other end of `parent` is closed."""
    def watch() -> None:
        with suppress(EOFError, OSError):
            parent.recv_bytes()  # nothing is ever sent
        os._exit(1)

    if parent.poll():  # let go of while this process was starting
        os._exit(1)
    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def deaf_to_interrupts() -> Iterator[None]:
    """Processes started inside ignore Ctrl-C, which a terminal sends to all of them; this process answers it, on
    leaving. A blocked signal is blocked in a new process from its first instruction on."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


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
