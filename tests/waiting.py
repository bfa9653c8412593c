"""Waiting for other processes: as long as they live, whatever the machine's speed."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable

HANG = 900  # seconds after which a process hangs: a bound for tests that would never end, and for nothing else


def wait_until(true: Callable[[], object], process: subprocess.Popen | None = None) -> None:
    """Returns once `true()` is; fails where the `process` that should make it so has ended before."""
    end = time.monotonic() + HANG
    while not true():
        ended = process is not None and process.poll() is not None
        assert (not ended or true()) and time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
