"""Runs that take seconds."""

from __future__ import annotations

from dataclasses import replace

from small_runs import RUN

QUICK = replace(RUN, seed=1, stop=1)
