"""Where and in what arithmetic a run computes."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import torch

from dietsb_core.errors import UserError

PRECISIONS = ("auto", "bfloat16", "float32", "float64")


def pick_device(name: str = "auto") -> torch.device:
    """CUDA where there is one, unless `name` says otherwise."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(str(name))
    except RuntimeError:
        device = None
    if device is None or device.type not in ("cpu", "cuda") or (device.type == "cpu" and device.index):
        raise UserError(f"no device {name!r}: use auto, cpu or cuda")
    if device.type == "cuda" and not torch.cuda.is_available():
        raise UserError(f"device {name!r}: torch sees no CUDA GPU here; use cpu or auto")
    if device.type == "cuda" and (device.index or 0) >= (count := torch.cuda.device_count()):
        raise UserError(f"no device {name!r}: torch sees {count} CUDA GPU, counted from cuda:0")
    return device


def use(device: torch.device) -> None:
    """Make a GPU that is named by its number the current one, of which torch is asked what it can do."""
    if device.type == "cuda" and device.index is not None:
        torch.cuda.set_device(device)


@cache
def cpu_flags() -> frozenset[str]:
    """The CPU's feature flags, where the system lists them."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    flags = next((line for line in lines if line.startswith(("flags", "Features"))), ":")
    return frozenset(flags.split(":", 1)[1].split())


def pick_precision(name: str, device: torch.device) -> str:
    """`auto` is bf16 autocast where the device computes in it. A CPU without bf16 arithmetic would be slower for it."""
    if name not in PRECISIONS:
        raise UserError(f"no precision {name!r}; there are: {', '.join(PRECISIONS)}")
    if name != "auto":
        return name
    fast = (torch.cuda.is_bf16_supported(including_emulation=False) if device.type == "cuda"
            else cpu_flags() & {"avx512_bf16", "amx_bf16"})
    return "bfloat16" if fast else "float32"
