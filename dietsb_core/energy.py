"""Joules, where the machine tells: NVML's counter on an NVIDIA GPU, RAPL's on a CPU. Elsewhere there is no number."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from pathlib import Path

import torch

RAPL = Path("/sys/class/powercap")


class Joules:
    """What a device used within `with` blocks: training and scoring cost energy, looking at the accuracy does not
    count. Where nothing measures it there is no number."""

    def __init__(self, device: torch.device):
        self.device, self.counter, self.used, self.start = device, counter(device), 0.0, 0.0

    def __enter__(self) -> None:
        self.start = self.now()

    def __exit__(self, *_: object) -> None:
        self.used += self.now() - self.start

    def now(self) -> float:
        """Joules so far, with what is queued on a GPU done."""
        if self.counter and self.device.type == "cuda":
            torch.cuda.synchronize(self.device)
        return self.counter() if self.counter else 0.0

    def read(self) -> dict[str, float]:
        """{"joules": J} since the last reading, or nothing."""
        used, self.used = self.used, 0.0
        return {"joules": round(used, 3)} if self.counter else {}


def counter(device: torch.device) -> Callable[[], float] | None:
    """A function that reads joules used so far by the device, or None where nothing measures them."""
    return _nvml(device) if device.type == "cuda" else _rapl()


def _nvml(device: torch.device) -> Callable[[], float] | None:
    """Of the very GPU: NVML counts all of a machine's, torch those that CUDA_VISIBLE_DEVICES leaves."""
    try:
        nvml = ctypes.CDLL("libnvidia-ml.so.1")
    except OSError:
        return None
    handle, millijoules = ctypes.c_void_p(), ctypes.c_ulonglong()
    name = f"GPU-{torch.cuda.get_device_properties(device).uuid}".encode()
    if nvml.nvmlInit_v2() or nvml.nvmlDeviceGetHandleByUUID(name, ctypes.byref(handle)):
        return None

    def read() -> float:
        nvml.nvmlDeviceGetTotalEnergyConsumption(handle, ctypes.byref(millijoules))
        return millijoules.value / 1e3

    failed = nvml.nvmlDeviceGetTotalEnergyConsumption(handle, ctypes.byref(millijoules))
    return None if failed else read


def _rapl() -> Callable[[], float] | None:
    """Of the CPU packages: `psys`, the whole machine where there is such a zone, has them in it once more."""
    zones = [_zone(path) for path in RAPL.glob("intel-rapl:?") if named(path).startswith("package")]
    readable = [zone for zone in zones if zone]
    return (lambda: sum(read() for read in readable)) if readable else None


def named(zone: Path) -> str:
    """What a zone of RAPL measures, as it says itself."""
    name = zone / "name"
    return name.read_text() if name.exists() else ""


def _zone(path: Path) -> Callable[[], float] | None:
    """Joules of one CPU package since the first reading. Its counter begins anew at its greatest value, on a busy
    machine every few ten minutes, so it must be read more often than that: once an epoch."""
    def microjoules() -> int:
        return int((path / "energy_uj").read_text())

    try:
        last, size, total = microjoules(), int((path / "max_energy_range_uj").read_text()) + 1, 0
    except (OSError, ValueError):
        return None

    def read() -> float:
        nonlocal last, total
        now = microjoules()
        last, total = now, total + (now - last) % size
        return total / 1e6

    return read
