"""What a run costs: seconds by phase, and floating-point operations of a network."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from dietsb_core.compiled import plain


class Clock:
    """Seconds by phase. On CUDA they come from events, read once an epoch, so that timing never stalls a step;
    on a CPU the process's own CPU seconds are kept too, which other work on the machine does not inflate."""

    def __init__(self, device: torch.device):
        self.device, self.cuda = device, device.type == "cuda"
        self._wall: dict[str, float] = defaultdict(float)
        self._cpu: dict[str, float] = defaultdict(float)
        self._events: list[tuple[str, torch.cuda.Event, torch.cuda.Event]] = []

    @contextmanager
    def __call__(self, phase: str) -> Iterator[None]:
        if self.cuda:
            start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
            start.record(torch.cuda.current_stream(self.device))
            yield
            end.record(torch.cuda.current_stream(self.device))
            self._events.append((phase, start, end))
        else:
            wall, cpu = time.perf_counter(), time.process_time()
            yield
            self._wall[phase] += time.perf_counter() - wall
            self._cpu[phase] += time.process_time() - cpu

    def read(self) -> dict[str, dict[str, float]]:
        """{"seconds": {phase: s}, "cpu_seconds": {phase: s}} since the last reading."""
        if self._events:
            torch.cuda.synchronize(self.device)
            for phase, start, end in self._events:
                self._wall[phase] += start.elapsed_time(end) / 1e3
        out = {"seconds": rounded(self._wall), "cpu_seconds": rounded(self._cpu)}
        self._wall.clear(), self._cpu.clear(), self._events.clear()
        return out


def rounded(seconds: dict[str, float]) -> dict[str, float]:
    """To tenths of a millisecond: more digits would be noise."""
    return {phase: round(value, 4) for phase, value in seconds.items()}


def forward_flops(model: nn.Module, side: int) -> int:
    """Floating-point operations of one example's forward pass (a multiply-add counts 2), counted by torch."""
    model = plain(model)
    parameter = next(model.parameters())
    image = torch.zeros(1, 3, side, side, dtype=parameter.dtype, device=parameter.device)
    training = model.training
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model.eval()(image)
    model.train(training)
    return counter.get_total_flops()
