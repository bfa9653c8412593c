"""Training on the spot: a thread trains what was asked for last, and full training beside it. No widget is in here."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass

from torch.nn.modules.module import register_module_forward_pre_hook

from dietsb_core.errors import UserError, one_line
from dietsb_core.evidence.verdicts import label
from dietsb_core.progress import left
from dietsb_core.runs import checkpoint
from dietsb_core.runs.execute import execute
from dietsb_core.runs.run import Run
from dietsb_core.runs.store import find, store

Rows = list[dict]
BEFORE = "Nothing is trained until you press Train."


class Stopped(Exception):
    """Raised within a training that is to end. Its last whole epoch is kept."""


@dataclass(frozen=True)
class Pair:
    """A method's run, and the full training that goes beside it, which may depend on what the method cost."""

    first: Run
    beside: Callable[[Rows], Run]


def so_far(run: Run) -> Rows:
    """The epochs of `run` that are done: of its record, or of the checkpoint that a stopped training left."""
    if record := find(run):
        return record.rows
    state = checkpoint.load(store() / ".unfinished" / f"{run.name}.pt")
    return state["rows"] if state else []


class Live:
    """`curves` has the rows of each run of the pair that was taken up last, `said` is the state in words, and `total`
    the epochs of the pair. `changed` is called after every change, from whichever thread makes it.

    A pair that is asked for while another one trains stops that one within its epoch. Only the newest pair waits.
    """

    def __init__(self, changed: Callable[[], None], train: Callable[..., object] = execute):
        self.changed, self.train = changed, train
        self.curves: dict[Run, Rows] = {}
        self.said, self.total, self.running = BEFORE, 1, False
        self.lock, self.halted, self.waiting = threading.Lock(), threading.Event(), None
        self.took = 0, 0.0  # epochs trained here of this pair, and when the first began

    @property
    def done(self) -> int:
        """Epochs that are trained, of `total`."""
        return sum(map(len, self.curves.values()))

    def ask(self, pair: Pair) -> None:
        """Train `pair` next, in the place of what trains or waits."""
        with self.lock:
            self.waiting, idle, self.running = pair, not self.running, True
            self.halted.set()
        if idle:
            threading.Thread(target=self._work, daemon=True).start()

    def stop(self) -> None:
        """End what trains; nothing waits any more."""
        with self.lock:
            self.waiting = None
            self.halted.set()

    def _next(self) -> Pair | None:
        with self.lock:
            pair, self.waiting = self.waiting, None
            self.halted.clear()
            self.running = pair is not None
            return pair

    def _work(self) -> None:
        with redirect_stderr(Aside(self._say)), interrupting(self._check):
            while pair := self._next():
                try:
                    self._train(pair)
                except Stopped:
                    self._say(f"Stopped after {self.done} of {self.total} epochs. Train goes on from there.")
                except UserError as error:
                    self._say(one_line(error))
                except Exception as error:  # else the form would wait for ever for a thread that has ended
                    self._say(f"The training failed: {one_line(f'{type(error).__name__}: {error}')}")
        self.changed()

    def _train(self, pair: Pair) -> None:
        self.curves, self.total, self.took = {}, 2 * pair.first.epochs, (0, time.monotonic())
        self._one(pair.first)
        beside = pair.beside(self.curves[pair.first])
        self.total = pair.first.epochs + beside.epochs
        self._one(beside)
        self._say("Done.")

    def _one(self, run: Run) -> None:
        """Train `run`, unless it is on record, from the epoch at which it was stopped."""
        self.curves = {**self.curves, run: so_far(run)}
        self._say(f"{label((run.policy, run.keep))}: {len(self.curves[run])} of {run.epochs} epochs are done")
        if len(self.curves[run]) < run.epochs:
            self.train(run, progress=self._after)

    def _after(self, run: Run, row: dict) -> None:
        """An epoch is done: its row is the curve's next point."""
        self.curves = {**self.curves, run: [*self.curves[run], row]}
        count, start = self.took[0] + 1, self.took[1]
        self.took = count, start
        rest = left(time.monotonic() - start, count, self.total - self.done)
        self._say(f"{label((run.policy, run.keep))}: epoch {row['epoch']} of {run.epochs}; {rest}")
        self._check()

    def _check(self) -> None:
        if self.halted.is_set():
            raise Stopped

    def _say(self, line: str) -> None:
        self.said = line
        self.changed()


@contextmanager
def interrupting(check: Callable[[], None]) -> Iterator[None]:
    """Call `check` before every layer that this thread runs: what it raises ends a training within a step, where an
    epoch may take seconds."""
    mine = threading.get_ident()
    hook = register_module_forward_pre_hook(lambda *_: check() if threading.get_ident() == mine else None)
    try:
        yield
    finally:
        hook.remove()


class Aside:
    """Standard error, of which the lines of the thread that makes this go to `say`: JupyterLab shows the rest in red,
    below whichever cell ran last."""

    def __init__(self, say: Callable[[str], None]):
        self.say, self.mine, self.rest = say, threading.get_ident(), sys.stderr

    def write(self, text: str) -> int:
        if threading.get_ident() != self.mine:
            return self.rest.write(text)
        if text.strip():
            self.say(one_line(text.strip()))
        return len(text)

    def __getattr__(self, name: str) -> object:
        return getattr(self.rest, name)
