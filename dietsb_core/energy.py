"""Joules, where the machine tells: NVML's counter on an NVIDIA GPU, RAPL's on a CPU. Elsewhere there is no number."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from pathlib import Path

RAPL = Path("/sys/class/powercap")


def counter(device_type: str) -> Callable[[], float] | None:
    """A function that reads joules used so far by the device, or None where nothing measures them."""
    return _nvml() if device_type == "cuda" else _rapl()


def _nvml() -> Callable[[], float] | None:
    try:
        nvml = ctypes.CDLL("libnvidia-ml.so.1")
    except OSError:
        return None
    handle, millijoules = ctypes.c_void_p(), ctypes.c_ulonglong()
    if nvml.nvmlInit_v2() or nvml.nvmlDeviceGetHandleByIndex_v2(0, ctypes.byref(handle)):
        return None

    def read() -> float:
        nvml.nvmlDeviceGetTotalEnergyConsumption(handle, ctypes.byref(millijoules))
        return millijoules.value / 1e3

    failed = nvml.nvmlDeviceGetTotalEnergyConsumption(handle, ctypes.byref(millijoules))
    return None if failed else read


def _rapl() -> Callable[[], float] | None:
    packages = [zone / "energy_uj" for zone in RAPL.glob("intel-rapl:?")]
    readable = []
    for path in packages:
        try:
            int(path.read_text())
            readable.append(path)
        except (OSError, ValueError):
            continue
    return (lambda: sum(int(path.read_text()) for path in readable) / 1e6) if readable else None
