"""The engine and a plain loop, side by side."""

from __future__ import annotations

import pytest
import torch
from plain_loop import Pairs, pairs
from policy_table import TABLE

CASES = [(name, case) for name, cases in TABLE.items() for case in cases]


@pytest.fixture(scope="module")
def data(small) -> Pairs:
    return pairs(small)


def same(one: dict, other: dict) -> None:
    assert one.keys() == other.keys()
    for name in one:
        assert torch.equal(one[name], other[name]), name
