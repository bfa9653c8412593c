"""CIFAR that is refused."""

from __future__ import annotations

from pathlib import Path

from fake_cifar import TINY
from one_line import refused


def cifar_refused(root: Path, *words: str) -> str:
    return refused(lambda: TINY.load(root), *words)
