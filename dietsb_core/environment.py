"""Where a run was made: enough to judge its numbers, and nothing that identifies a person or a host."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from functools import cache
from pathlib import Path

import numpy as np
import torch

from dietsb_core.optional import version_of

PROJECT = Path(__file__).resolve().parent.parent


@cache
def commit() -> str:
    """The project's commit, with `+` behind it where the package differs from it; `unknown` outside a checkout."""
    def git(*words: str) -> str:
        return subprocess.run(["git", "-C", str(PROJECT), *words], capture_output=True, text=True, check=True).stdout

    try:
        changed = git("status", "--porcelain", "--", "dietsb_core")
        return git("rev-parse", "--short=12", "HEAD").strip() + ("+" if changed else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def cpu_name() -> str:
    """The processor's model, where the system reports it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    named = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())


@cache
def machine() -> str:
    """An anonymous name of this machine, new at each boot. Seconds compare between records that share it."""
    boot = Path("/proc/sys/kernel/random/boot_id")
    return hashlib.blake2b(boot.read_bytes(), digest_size=4).hexdigest() if boot.exists() else platform.machine()


def in_tf32(device: torch.device) -> bool:
    """Whether float32 convolutions are computed in TF32: by default, on GPUs from Ampere on."""
    return (device.type == "cuda" and torch.backends.cudnn.allow_tf32
            and torch.cuda.get_device_capability(device) >= (8, 0))


def environment(device: torch.device, precision: str) -> dict[str, str | int | bool]:
    """What a record says of where it was made."""
    return {
        "commit": commit(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "torchvision": version_of("torchvision"),  # not imported: that takes a second
        "numpy": np.__version__,
        "device": torch.cuda.get_device_name(device) if device.type == "cuda" else cpu_name(),
        "device_type": device.type,
        "machine": machine(),
        "threads": torch.get_num_threads(),
        "precision": precision,
        **({"tf32": True} if precision == "float32" and in_tf32(device) else {}),
    }
