"""How far long work has come, and about how long the rest takes, on standard error."""

from __future__ import annotations

import sys
import time

from dietsb_core.errors import one_line

EVERY = 5.0  # seconds between lines; what takes less says nothing
EVERY_EPOCH = 60.0  # the same within one training, beside others that have lines too


class Progress:
    """`add(n)` after each part of `total`; what was `done` before this process began does not count for the speed."""

    def __init__(self, what: str, total: int, done: int = 0):
        self.what, self.total, self.done, self.before = what, total, done, done
        self.start = self.said = time.monotonic()

    def add(self, count: int) -> None:
        """`count` more are done; a line now and then."""
        self.done += count
        now = time.monotonic()
        if now - self.said < EVERY and (self.done < self.total or self.said == self.start):
            return
        self.said = now
        here, took = self.done - self.before, now - self.start
        say(f"{self.what}: {self.done:,} of {self.total:,}, {here / took:,.0f} a second; "
            f"{left(took, here, self.total - self.done)}")


class Epochs:
    """Called with a run and its row after each epoch: a line a minute says which one it was, and about how long the
    rest of that run takes, by the mean of its epochs here."""

    def __init__(self):
        self.said, self.run, self.took = time.monotonic(), None, []

    def __call__(self, run, row: dict) -> None:
        if run != self.run:
            self.run, self.took = run, []
        self.took.append(row["epoch_seconds"])
        rest, now = run.epochs - row["epoch"], time.monotonic()
        if rest and now - self.said >= EVERY_EPOCH:
            self.said = now
            still = left(sum(self.took), len(self.took), rest)
            say(f"  {run.title}: epoch {row['epoch']} of {run.epochs}; {still} of it")


def say(line: str) -> None:
    """A line on standard error, at once."""
    print(one_line(line), file=sys.stderr, flush=True)


def left(seconds: float, done: float, rest: float) -> str:
    """About how long the `rest` takes, where as much as `done` took `seconds`."""
    return f"about {duration(seconds / done * rest)} left"


def duration(seconds: float) -> str:
    """`seconds` in words a person would use."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
