"""Warming up leaves no trace: the epochs after it are bit for bit those without it."""

from __future__ import annotations

import pytest
import torch

from dietsb_core.warmup import telling, warm_up


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


@pytest.mark.parametrize(("method", "options", "done", "epochs"), [
    ("full", {}, 0, [0, 2]), ("full", {}, 1, [0, 1, 2]), ("selective_backprop", {"start": 0.5}, 0, [0, 2]),
    ("selective_backprop", {"start": 0.3}, 2, [0, 1, 2]), ("stale_selective_backprop", {"refresh": 2}, 1, [0, 1, 2])])
def test_epochs_that_tell(make_trainer, method: str, options: dict, done: int, epochs: list[int]) -> None:
    assert telling(make_trainer(method, 1.0 if method == "full" else 0.5, **options), done, 3) == epochs


def test_resumed_between_two_refreshes_it_warms_the_pass_of_the_next(make_trainer) -> None:
    trainer = make_trainer("stale_selective_backprop", 0.5, refresh=2)
    passed: list[int] = []
    hook = trainer.model.register_forward_pre_hook(
        lambda _, inputs: None if torch.is_grad_enabled() else passed.append(len(inputs[0])))
    warm_up(trainer, telling(trainer, 1, 3)[:2])  # the last epoch has one too
    hook.remove()
    assert passed == [32, 200]  # the candidates of epoch 0, and the test set


def test_it_takes_a_step_of_each_shape(make_trainer) -> None:
    trainer = make_trainer("selective_backprop", 0.5, start=0.5)
    sizes: list[int] = []
    hook = trainer.model.register_forward_pre_hook(lambda _, inputs: sizes.append(len(inputs[0])))
    warm_up(trainer, [0, 2])
    hook.remove()
    assert sizes == [32, 32, 16, 200]  # before the start; the candidates, the selected; the test set


@pytest.mark.parametrize(("method", "shapes"), [("selective_backprop", [32, 16, 32]), ("diet_sb", [32, 21, 32])])
def test_it_takes_the_steps_that_are_left_whole_too(make_trainer, method: str, shapes: list[int]) -> None:
    """Every second batch: the candidates and the selected, then a whole batch. So within a chain."""
    trainer = make_trainer(method, 0.5, interrupt=2)
    sizes: list[int] = []
    hook = trainer.model.register_forward_pre_hook(lambda _, inputs: sizes.append(len(inputs[0])))
    warm_up(trainer, [0])
    hook.remove()
    assert sizes == [*shapes, 200]
