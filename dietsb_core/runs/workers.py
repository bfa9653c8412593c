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

SPAWN = multiprocessing.get_context("spawn")
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
