"""Times several works against each other in one process, interleaved: a ratio then means something anywhere.

A machine that slows down, or that others use too, slows both sides of a ratio taken within one round.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from statistics import median

import torch

from dietsb_core.progress import left, say

Works = dict[Hashable, Callable[[int], object]]


@dataclass(frozen=True)
class Times:
    """Seconds of every work in every round: the clock's, and this process's own on the CPU (all threads)."""

    wall: dict[Hashable, list[float]]
    cpu: dict[Hashable, list[float]]

    def ratios(self, over: Hashable, under: Hashable, kind: str = "wall") -> list[float]:
        """`over`'s time divided by `under`'s, a value a round."""
        seconds = getattr(self, kind)
        return [a / b for a, b in zip(seconds[over], seconds[under], strict=True)]

    def ratio(self, over: Hashable, under: Hashable, kind: str = "wall") -> float:
        """Median over the rounds."""
        return round(median(self.ratios(over, under, kind)), 4)

    def spread(self, over: Hashable, under: Hashable) -> list[float]:
        """[least, greatest] of the rounds."""
        values = self.ratios(over, under)
        return [round(min(values), 4), round(max(values), 4)]


def interleaved(works: Works, rounds: int, device: torch.device) -> Times:
    """Call each of `works` with the number of the round, once a round; round 0 warms up and is not counted.

    Every second round goes through them backwards, so that a steady drift favours none.
    """
    times = Times({key: [] for key in works}, {key: [] for key in works})
    for number in range(rounds + 1):
        start = time.perf_counter()
        for key in (list(works), list(works)[::-1])[number % 2]:
            wall, cpu = timed(partial(works[key], number), device)
            if number:
                times.wall[key].append(wall)
                times.cpu[key].append(cpu)
        say(f"round {number} of {rounds} timed, {left(time.perf_counter() - start, 1, rounds - number)}")
    return times


def timed(work: Callable[[], object], device: torch.device) -> tuple[float, float]:
    """(clock, process CPU) seconds of `work`, with all that it set going on `device`."""
    synchronise(device)
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    synchronise(device)
    return time.perf_counter() - wall, time.process_time() - cpu


def synchronise(device: torch.device) -> None:
    """Wait until `device` has finished all queued work."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
