"""What a process does that a test kills in a training: each function is called by name in a process of its own."""

from __future__ import annotations

import os
import signal
import time

from small_runs import RUN

from dietsb_core.runs import execute


def linger() -> None:
    execute.execute(RUN, "cpu", progress=lambda run, row: time.sleep(0.7 if row["epoch"] == 1 else 0))


def die_at(number: int) -> None:
    """SIGKILL when the `number`th part is written but not in its place: checkpoint, checkpoint, record."""
    replace_file, calls = os.replace, []

    def replace_or_die(source, target):
        calls.append(target)
        if len(calls) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        replace_file(source, target)

    os.replace = replace_or_die
    execute.execute(RUN, "cpu")


def die_in_the_second_checkpoint() -> None:
    die_at(2)


def die_in_the_record() -> None:
    die_at(3)
