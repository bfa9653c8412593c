"""A run with one bad value, which is refused."""

from __future__ import annotations

from dataclasses import replace

from one_line import refused

from dietsb_core.runs.ensure import ensure
from dietsb_core.runs.presets import SMOKE
from dietsb_core.runs.run import Run

RUN = Run("procedural-small", "airbench_small", SMOKE, 0)


def run_refused(*words: str, **changes) -> None:
    """A changed run is refused by `ensure`, which is the door for notebooks and for the command line."""
    refused(lambda: ensure([replace(RUN, **changes)], device="cpu"), *words)
