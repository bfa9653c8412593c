"""Joules, where the machine measures them: NVML's counter on an NVIDIA GPU, RAPL's on a CPU. Elsewhere there are
none."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from pathlib import Path

import torch

RAPL = Path("/sys/class/powercap")


class Joules:
    """Energy that a device used within `with` blocks. Training and scoring count; evaluation does not. Where nothing
    measures it, `read` returns nothing."""

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
    """A function that returns the joules used by the device so far; None where nothing measures them."""
    return _nvml(device) if device.type == "cuda" else _rapl()


def _nvml(device: torch.device) -> Callable[[], float] | None:
    """The counter of this GPU, found by its UUID: NVML numbers all GPUs, torch only those in CUDA_VISIBLE_DEVICES."""
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
    """The sum over CPU packages. The zone `psys` is left out, since it covers the whole machine, packages included."""
    zones = [_zone(path) for path in RAPL.glob("intel-rapl:?") if named(path).startswith("package")]
    readable = [zone for zone in zones if zone]
    return (lambda: sum(read() for read in readable)) if readable else None


def named(zone: Path) -> str:
    """The name of a RAPL zone."""
    name = zone / "name"
    return name.read_text() if name.exists() else ""


def _zone(path: Path) -> Callable[[], float] | None:
    """Joules of one CPU package since the first reading. The counter overflows, on a busy machine every twenty minutes
    or so. It must be read more often than that; once an epoch is."""
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
