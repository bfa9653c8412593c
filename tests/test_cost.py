"""What a run costs: seconds by phase, operations by hand, joules from counters that begin anew."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn

from dietsb_core import cost, energy
from dietsb_core.cost import Clock, forward_flops

CPU = torch.device("cpu")


def test_seconds_are_kept_by_phase_and_read_once(monkeypatch):
    """By clocks of the test's own: the process computes for a quarter of the time, and 10 s pass between phases."""
    now, clock = [0.0], Clock(CPU)
    monkeypatch.setattr(cost, "time", SimpleNamespace(perf_counter=lambda: now[0], process_time=lambda: now[0] / 4))
    for phase, seconds in (("train", 2.0), ("eval", 1.0), ("train", 4.0)):
        with clock(phase):
            now[0] += seconds
        now[0] += 10
    assert clock.read() == {"seconds": {"train": 6.0, "eval": 1.0}, "cpu_seconds": {"train": 1.5, "eval": 0.25}}
    assert clock.read() == {"seconds": {}, "cpu_seconds": {}}


class Event:
    """A CUDA event: notes on which stream it was recorded; 5 ms lie between any two."""

    streams: list[str] = []

    def __init__(self, enable_timing: bool):
        assert enable_timing

    def record(self, stream: str) -> None:
        self.streams.append(stream)

    def elapsed_time(self, end: object) -> float:
        return 5.0


def test_on_a_gpu_seconds_are_of_the_stream_of_the_one_that_computes(monkeypatch):
    """Also where it is not the first: events without a stream would be of that one's, which has nothing to do."""
    waited: list[torch.device] = []
    monkeypatch.setattr(Event, "streams", [])
    monkeypatch.setattr(torch.cuda, "Event", Event)
    monkeypatch.setattr(torch.cuda, "current_stream", lambda device: f"stream of {device}")
    monkeypatch.setattr(torch.cuda, "synchronize", waited.append)
    clock = Clock(torch.device("cuda", 1))
    for phase in ("train", "select", "train"):
        with clock(phase):
            pass
    assert not waited  # timing stalls no step
    assert clock.read() == {"seconds": {"train": 0.01, "select": 0.005}, "cpu_seconds": {}}
    assert Event.streams == ["stream of cuda:1"] * 6 and waited == [torch.device("cuda", 1)]


@pytest.mark.parametrize("training", [True, False])
def test_operations_by_hand(training):
    """A 3×3 convolution of 3 channels to 4 on 8×8, and a linear layer of 4 to 5; a multiply-add counts 2."""
    net = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
                        nn.Linear(4, 5)).train(training)
    before = net[1].running_mean.clone()
    assert forward_flops(net, 8) == 2 * (8 * 8 * 4 * 3 * 9 + 4 * 5)
    assert net.training == training and torch.equal(net[1].running_mean, before)


def package(root: Path, number: int, used: int, greatest: int = 999, name: str = "") -> Path:
    zone = root / f"intel-rapl:{number}"
    zone.mkdir()
    (zone / "name").write_text(f"{name or f'package-{number}'}\n")
    (zone / "max_energy_range_uj").write_text(f"{greatest}\n")
    (zone / "energy_uj").write_text(f"{used}\n")
    return zone / "energy_uj"


def test_joules_of_all_packages_go_on_where_a_counter_begins_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(energy, "RAPL", tmp_path)
    first, second = package(tmp_path, 0, 900), package(tmp_path, 1, 10)
    (tmp_path / "intel-rapl:2").mkdir()  # one that cannot be read
    package(tmp_path, 3, 500, name="psys").write_text("999")  # the whole machine, the packages in it
    joules = energy.counter(CPU)
    assert joules() == 0
    first.write_text("980"), second.write_text("30")
    (tmp_path / "intel-rapl:3" / "energy_uj").write_text("700")
    assert joules() == pytest.approx(100e-6)
    first.write_text("20")  # past 999, and on from 0
    assert joules() == pytest.approx(140e-6)


def test_joules_are_those_of_the_blocks_alone(tmp_path, monkeypatch):
    """As where the test set is looked at between two epochs: that costs energy too, and is nobody's training."""
    monkeypatch.setattr(energy, "RAPL", tmp_path)
    used = package(tmp_path, 0, 0, greatest=10**9)
    joules = energy.Joules(CPU)
    for before, after in ((1_000_000, 3_000_000), (7_000_000, 12_000_000)):
        used.write_text(str(before))
        with joules:
            used.write_text(str(after))
    assert joules.read() == {"joules": 7.0}
    assert joules.read() == {"joules": 0.0}  # nothing since


class Nvml:
    """Two GPUs, of which NVML numbers the other one first."""

    used = {b"GPU-other": 5_000, b"GPU-mine": 7_000}

    def nvmlInit_v2(self) -> int:
        return 0

    def nvmlDeviceGetHandleByUUID(self, name, handle) -> int:
        self.name = name
        return 0 if name in self.used else 6

    def nvmlDeviceGetTotalEnergyConsumption(self, handle, millijoules) -> int:
        millijoules._obj.value = self.used[self.name]
        return 0


@pytest.mark.parametrize(("uuid", "joules"), [("mine", 7.0), ("other", 5.0), ("a part of one", None)])
def test_joules_are_of_the_gpu_that_trains(uuid, joules, monkeypatch):
    monkeypatch.setattr(energy.ctypes, "CDLL", lambda name: Nvml())
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda device: SimpleNamespace(uuid=uuid))
    read = energy.counter(torch.device("cuda", 0))
    assert (read() if read else None) == joules


def test_no_counter_is_no_number(tmp_path, monkeypatch):
    monkeypatch.setattr(energy, "RAPL", tmp_path / "none")
    assert energy.counter(CPU) is None
    joules = energy.Joules(CPU)
    with joules:
        pass
    assert joules.read() == {}
