"""Records of the poster's methods, made by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from dietsb_core.evidence import verdicts
from dietsb_core.evidence.overlap import FRACTIONS
from dietsb_core.evidence.verdicts import poster
from dietsb_core.runs.presets import preset

SMOKE = preset("smoke")

UP, DOWN = np.arange(8.0), np.arange(8.0)[::-1]

TOP, LEVEL, LOW = [0.60, 0.61, 0.62], [0.595, 0.615, 0.59], [0.3, 0.31, 0.32]

FULL = ("full", 1.0)


def record(accuracy: float, seconds: float = 1.0) -> SimpleNamespace:
    """What of a Record these functions read: one epoch that took `seconds` of the process's own."""
    return SimpleNamespace(accuracy=accuracy, rows=[{}], seconds=lambda *phases, kind: {"cpu_seconds": seconds}[kind],
                           info={"environment": {"device_type": "cpu", "device": "a CPU"}})


def results(accuracies: dict[tuple[str, float], list[float]]) -> dict:
    """{(policy, keep): an accuracy a seed}, as records."""
    return {method: {seed: record(value) for seed, value in enumerate(values)} for method, values in accuracies.items()}


def shared(monkeypatch, cross: list[float], within: list[float]) -> list[verdicts.Verdict]:
    """Panel (c), at a quarter, of these overlaps between two architectures and within one."""
    values = {"panel_c": dict.fromkeys(FRACTIONS, cross), "within": dict.fromkeys(FRACTIONS, within)}
    monkeypatch.setattr(poster, "overlaps", lambda name, p: values[name])
    return verdicts.panel_c(SMOKE)


def compared(monkeypatch, *pairs: tuple[np.ndarray, np.ndarray]) -> None:
    monkeypatch.setattr(poster, "pairs", lambda name, p: pairs)

# The lowest quarter of eight is the same two, and the other six are ranked the other way: ρ = 1 − 6 · 70 / 504 = 1/6.
PARTLY = np.array([0, 1, 7, 6, 5, 4, 3, 2.0])
