"""Warming up leaves no trace: the epochs after it are bit for bit those without it."""

from __future__ import annotations

import pytest
import torch

from dietsb_core.warmup import warm_up


@pytest.mark.parametrize(("method", "options"), [
    ("full", {}), ("selective_backprop", {"start": 0.5}), ("diet_sb", {"rule": "refill"}),
    ("cdf_selective_backprop", {})])
def test_an_epoch_after_it_is_what_it_is_without_it(make_trainer, method: str, options: dict) -> None:
    keep = 1.0 if method == "full" else 0.5
    plain, warm = (make_trainer(method, keep, **options) for _ in range(2))
    warm_up(warm, [0, 2])
    assert [plain.epoch(e) for e in range(3)] == [warm.epoch(e) for e in range(3)]
    for name, value in plain.model.state_dict().items():
        assert torch.equal(value, warm.model.state_dict()[name]), name
    for name, column in plain.ledger.columns.items():
        assert torch.equal(column, warm.ledger[name]), name


def test_it_takes_a_step_of_each_shape(make_trainer) -> None:
    trainer = make_trainer("selective_backprop", 0.5, start=0.5)
    sizes: list[int] = []
    hook = trainer.model.register_forward_pre_hook(lambda _, inputs: sizes.append(len(inputs[0])))
    warm_up(trainer, [0, 2])
    hook.remove()
    assert sizes == [32, 32, 16, 200]  # before the start; the candidates, the selected; the test set
