"""Where a run is made: what it leaves alone there, and what its record says of it."""

from __future__ import annotations

import pytest
import torch
from small_runs import RUN

from dietsb_core.environment import environment
from dietsb_core.runs import execute
from dietsb_core.runs.store import store


def test_records_go_to_a_home_folder_that_is_named_so(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("DIETSB_RUNS", "~/runs")
    assert store() == tmp_path / "runs"


def test_a_networks_weights_leave_every_generator_as_it_was(monkeypatch):
    """Those of GPUs too: seeding them all, as torch.manual_seed does, is not put back by a fork of the CPU's."""
    monkeypatch.setattr(torch.cuda, "manual_seed_all", lambda seed: pytest.fail("a GPU's generator was seeded"))
    before = torch.get_rng_state()
    trainer = execute.trainer_of(RUN, RUN.build(), torch.device("cpu"))
    assert torch.equal(torch.get_rng_state(), before)
    again = execute.trainer_of(RUN, RUN.build(), torch.device("cpu")).model.state_dict()
    assert all(torch.equal(value, again[name]) for name, value in trainer.model.state_dict().items())


@pytest.mark.parametrize(("capability", "allowed", "precision", "told"), [
    ((9, 0), True, "float32", True), ((7, 5), True, "float32", False), ((9, 0), False, "float32", False),
    ((9, 0), True, "bfloat16", False)])
def test_a_record_tells_where_float32_was_tf32(monkeypatch, capability, allowed, precision, told):
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", allowed)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: capability)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: "GPU")
    assert environment(torch.device("cuda"), precision).get("tf32", False) is told
