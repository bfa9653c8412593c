"""Three measures of redundancy: by hand, against autograd, and in the last row of a record."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from conftest import rng, tiny_net
from torch.nn import functional as F

from dietsb_core import redundancy
from dietsb_core.gradients import last_layer
from dietsb_core.runs.execute import execute
from dietsb_core.runs.grids import run
from dietsb_core.runs.presets import preset


@pytest.mark.parametrize(("excess", "norms", "by_hand"), [
    ([1, 1, 1, 1], [2, 2, 2, 2], (0.0, 0.5, 1.0)),           # everyone counts alike
    ([0, 0, 0, 3], [0, 0, 0, 5], (0.75, 0.25, 0.25)),        # one counts alone
    ([4, 3, 2, 1], [1, 3, 1, 3], (0.0, 0.5, 0.8)),           # half of 10 is carried by 4 and 3; (2)² / 5
    ([0.1, 0.11, 5, 5], [0, 0, 0, 0], (0.25, 0.5, 1.0)),     # −log .9 = .105 lies between the first two
])
def test_measures_by_hand(excess, norms, by_hand):
    found = redundancy.measures(torch.tensor(excess, dtype=torch.float64), torch.tensor(norms, dtype=torch.float64))
    assert tuple(found.values()) == pytest.approx(by_hand)
    assert tuple(found) == ("fit", "loss_concentration", "effective_share")


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.5])
def test_the_least_loss_is_that_of_the_target_itself(smoothing):
    target = torch.full((1, 10), smoothing / 10, dtype=torch.float64)
    target[0, 3] += 1 - smoothing
    at_best = F.cross_entropy(target.clamp(min=1e-300).log(), torch.tensor([3]), label_smoothing=smoothing)
    assert redundancy.least(smoothing, 10) == pytest.approx(float(at_best), abs=1e-9)


def test_the_last_layers_norms_are_autograds_an_example_at_a_time():
    net = tiny_net().eval()
    images, labels = torch.rand(6, 3, 16, 16, generator=rng(), dtype=torch.float64), torch.arange(6)
    losses, norms = last_layer(net, images, labels, smoothing=0.1)
    for row in range(6):
        net.zero_grad()
        loss = F.cross_entropy(net(images[row:row + 1]), labels[row:row + 1], label_smoothing=0.1)
        loss.backward()
        slow = math.sqrt(sum(float(p.grad.square().sum()) for p in net[-1].parameters()))
        assert float(losses[row]) == pytest.approx(loss.item()) and float(norms[row]) == pytest.approx(slow)


def test_every_record_ends_with_them_and_an_effective_share_bounds_what_sampling_saves():
    record = execute(run(preset("smoke"), "full", 1.0, 0), "cpu")
    last, first = record.rows[-1], record.rows[0]
    assert not {"fit", "loss_concentration", "effective_share"} & first.keys()
    assert 0 <= last["fit"] <= 1 and 0 < last["loss_concentration"] <= 0.5 and 0 < last["effective_share"] <= 1


def test_they_are_measured_in_the_precision_of_the_training_and_summed_in_full(make_trainer):
    trainer, seen = make_trainer(), []
    trainer.autocast = lambda: torch.autocast("cpu", torch.bfloat16)
    trainer.model.register_forward_pre_hook(lambda *_: seen.append(torch.is_autocast_enabled("cpu")))
    redundancy.redundancy(trainer)
    assert seen and all(seen)


def test_the_effective_share_is_the_variance_that_the_best_sampling_leaves():
    """Of unbiased samplings of one example the best draws by norm; its second moment is (E‖g‖)², uniform's E‖g‖²."""
    norms = torch.rand(1000, generator=rng(), dtype=torch.float64) ** 4
    p = norms / norms.sum()
    best = float((p * (norms / (len(norms) * p)) ** 2).sum())
    uniform = float(norms.square().mean())
    found = redundancy.measures(norms, norms)["effective_share"]
    assert found == pytest.approx(best / uniform) and np.isfinite(found)
