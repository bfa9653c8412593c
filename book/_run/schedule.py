"""Several jobs side by side, with progress, an estimate of the time that is left, and an orderly end."""

from __future__ import annotations

import multiprocessing
import os
import time
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from dietsb_core.files import remove
from dietsb_core.progress import duration

from .worker import Job, work

SPAWN = multiprocessing.get_context("spawn")


class Schedule:
    """Runs `jobs`, at most `slots` at a time; `failures` then has a line for each that failed."""

    def __init__(self, jobs: list[Job], slots: int, made: dict[str, object]):
        self.waiting = list(jobs)
        self.made = made
        self.total = len(jobs)
        self.slots = slots
        self.running: dict[Connection, tuple[Job, BaseProcess, float]] = {}
        self.expected = {job.name: job.recorded.get("seconds") for job in jobs}
        self.took: list[float] = []
        self.failures: list[str] = []

    def run(self) -> None:
        try:
            while self.waiting or self.running:
                while self.waiting and len(self.running) < self.slots:
                    self._start(self.waiting.pop(0))
                for connection in wait(list(self.running)):
                    self._finish(connection)
        except KeyboardInterrupt:
            self._abandon()
            raise

    def _start(self, job: Job) -> None:
        job.target.parent.mkdir(parents=True, exist_ok=True)
        remove(job.part)  # of a runner that was killed, or no file at all
        here, there = SPAWN.Pipe(duplex=False)
        process = SPAWN.Process(target=work, args=(job, self.made, there))
        process.start()
        there.close()  # so that a worker that dies without a word ends the wait
        self.running[here] = (job, process, time.monotonic())

    def _finish(self, connection: Connection) -> None:
        job, process, start = self.running.pop(connection)
        try:
            error = connection.recv()
        except EOFError:
            error = "its process was killed"
        process.join()
        seconds = time.monotonic() - start
        self.took.append(seconds)
        self._settle(job, error)
        state = f"failed: {error}" if error else f"{seconds:.0f} s"
        print(f"[{len(self.took)}/{self.total}] {job.name}  {state}{self._left()}", flush=True)

    def _settle(self, job: Job, error: str) -> None:
        if error:
            self.failures.append(f"{job.name}: {error}")
            if job.part.exists():
                os.replace(job.part, job.failed)
        else:
            os.replace(job.part, job.target)
            job.failed.unlink(missing_ok=True)

    def _left(self) -> str:
        """Each unfinished job counts what it took last time, or else the mean of those that have finished."""
        now, mean = time.monotonic(), sum(self.took) / len(self.took)
        if not (self.waiting or self.running):
            return ""
        left = sum(self.expected[job.name] or mean for job in self.waiting)
        for job, _, start in self.running.values():
            left += max(0.0, (self.expected[job.name] or mean) - (now - start))
        left /= self.slots
        return f"   about {duration(left)} left"

    def _abandon(self) -> None:
        for _, process, _ in self.running.values():
            process.terminate()
        for job, process, _ in self.running.values():
            process.join(timeout=10)
            if process.is_alive():
                process.kill()
                process.join()
            job.part.unlink(missing_ok=True)
