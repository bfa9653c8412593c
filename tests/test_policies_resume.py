"""Contracts that every policy keeps: it resumes bit for bit, and touches no global random state."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch
from conftest import tiny_net
from trained_policy import (
    EPOCHS,
    state_of,
    trained,  # noqa: F401
)

from dietsb_core.runs import checkpoint


def assert_equal(state: dict, other: dict) -> None:
    assert state.keys() == other.keys()
    for name in state:
        assert torch.equal(state[name], other[name]), name


def seed_globally(seed: int) -> None:
    torch.manual_seed(seed), np.random.seed(seed), random.seed(seed)


@pytest.mark.parametrize("done", [1, 2])
def test_resumes_bit_exactly_whatever_the_global_state(trained, done):
    resumed = trained.make(net=tiny_net(seed=1))
    state = checkpoint.load(trained.folder / f"{done}.pt")
    resumed.load_state_dict(state)
    rows = state["rows"]
    for epoch in range(done, EPOCHS):
        seed_globally(epoch)
        rows.append(resumed.epoch(epoch))
    assert rows == trained.rows
    assert_equal(state_of(resumed), trained.last)


def test_no_global_random_state(trained):
    assert trained.global_before == trained.global_after
    seed_globally(99)
    again = trained.make()
    assert again.epoch(0) == trained.rows[0]
    assert_equal(state_of(again), trained.first)


def test_the_seed_matters(trained):
    other = trained.make(seed=1)
    other.epoch(0)
    assert not torch.equal(other.ledger["loss"], trained.first["columns.loss"])
