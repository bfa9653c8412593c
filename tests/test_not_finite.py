"""A loss that is no finite number: policies see the example's last finite one, in the engine and in your own loop."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from conftest import TINY
from one_line import refused
from policy_table import TABLE, label
from torch.utils.data import DataLoader, TensorDataset

from dietsb_core.ledger import Ledger
from dietsb_core.own_loop import Selector
from dietsb_core.policies import policy

N, EPOCHS = 64, 12
DATA = TensorDataset(torch.arange(N) / N, torch.arange(N) % 4)
CASES = [(name, case) for name, cases in TABLE.items() for case in cases]
BAD = (math.nan, math.inf, -math.inf)
SCORES = {name: np.arange(N) for name in ("el2n", "grand", "grand_last", "forgetting")}


class Loop:
    """Twelve epochs in a loop of one's own. The loss of row r is 1 + r/64, so that row 0 is the easiest. `spoil` [m]
    to [m] is what becomes of losses in epoch `at`, where they are trained on, selected by and surveyed."""

    def __init__(self, name: str, case, spoil, at: int = 0):
        self.one = Selector(policy(name, case.keep, **case.options), DATA, epochs=EPOCHS, name="x", scores=SCORES,
                            labels=DATA.tensors[1], survey=lambda ids: self.losses(ids, DATA.tensors[0][ids]))
        self.loader = DataLoader(self.one.data, 16, sampler=self.one.sampler())
        self.spoil, self.at, self.times = spoil, at, torch.zeros(N)

    def losses(self, ids: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        return self.spoil(ids, 1 + x) if self.one.begun in (self.at, self.at + 1) else 1 + x

    def train(self) -> Ledger:
        for epoch in range(EPOCHS):
            for ids, x, _ in self.one.epoch(self.loader, epoch):
                chosen = self.one.select(ids, lambda ids=ids, x=x: self.losses(ids, x))
                self.times[ids[chosen]] += 1
                self.one.loss(ids[chosen], self.losses(ids, x)[chosen])
            sound(self.one.ledger)
        return self.one.ledger


def sound(ledger: Ledger) -> None:
    """No state of a method holds NaN, nor a loss below 0."""
    for name, values in (ledger.columns | ledger.memory).items():
        assert not (values.isnan() | (values == -math.inf)).any(), name


def first_row(bad: float):
    return lambda ids, losses: torch.where(ids == 0, bad, losses)


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize(("name", "case"), CASES, ids=map(label, CASES))
def test_one_bad_loss_pins_no_example_in_your_own_loop(name, case, bad):
    """The easiest example, whose first loss overflows: it is remembered by its next, and trained on about as often."""
    spoilt, usual = Loop(name, case, first_row(bad)), Loop(name, case, lambda ids, losses: losses)
    ledger = spoilt.train()
    usual.train()
    assert spoilt.times[0] <= usual.times[0] + 4  # a draw may differ; pinned, it would be twelve
    seen = ledger["loss"].isfinite()
    assert torch.equal(ledger["loss"][seen], (1 + DATA.tensors[0])[seen]) and seen.sum() >= seen.numel() // 5


@pytest.mark.parametrize(("name", "case"), CASES, ids=map(label, CASES))
def test_losses_that_are_all_bad_for_an_epoch_leave_no_trace_but_missing_ones(name, case):
    for at in (0, 5):
        Loop(name, case, lambda ids, losses: torch.full_like(losses, math.nan), at).train()


@pytest.mark.parametrize(("name", "case"), CASES, ids=map(label, CASES))
def test_a_bad_loss_of_a_pass_without_training_is_replaced_in_the_engine(name, case, make_trainer):
    trainer, spoilt = make_trainer(name, case.keep, **case.options), []

    def overflow(net, images, logits):
        if not torch.is_grad_enabled() and len(spoilt) < 9:
            spoilt.append(len(logits))
            logits[0] = BAD[len(spoilt) % 3]
        return logits

    trainer.model.register_forward_hook(overflow)
    for epoch in range(3):
        assert math.isfinite(trainer.epoch(epoch)["train_loss"])
        sound(trainer.ledger)
    assert bool(spoilt) == bool(case.scouting or case.surveys)


@pytest.mark.parametrize(("name", "case"), CASES, ids=map(label, CASES))
def test_a_bad_loss_of_a_training_step_is_refused_in_the_engine(name, case, make_trainer):
    trainer = make_trainer(name, case.keep, **case.options)
    trainer.model.register_forward_hook(lambda net, images, logits: logits * math.nan
                                        if torch.is_grad_enabled() else logits)
    refused(lambda: trainer.epoch(0), "training diverged", f"lr={TINY.lr:g}")
    sound(trainer.ledger)


@pytest.mark.parametrize("bad", [*BAD, 1e300])  # the last is none in the ledger's own precision
def test_the_rule(bad):
    ledger, ids = Ledger(4), torch.tensor([2, 0])
    assert ledger.remember(ids, torch.tensor([bad, 3.0], dtype=torch.float64)).tolist() == [math.inf, 3.0]
    assert ledger.remember(ids, torch.tensor([1.0, bad], dtype=torch.float64)).tolist() == [1.0, 3.0]
    assert ledger["loss"].tolist() == [3.0, math.inf, 1.0, math.inf] and ledger["seen"].tolist() == [2, 0, 2, 0]


def test_a_variance_that_overflows_is_forgotten():
    """(1e30 − 1)² is infinite in float32, as is c times the largest number there is."""
    loop = Loop("ucb", TABLE["ucb"][0], lambda ids, losses: torch.where(ids == 0, 1e30, losses), at=1)
    assert loop.train()["variance"].isfinite().all()


def test_a_saved_state_with_nan_is_refused():
    case = TABLE["ucb"][0]
    state = Loop("ucb", case, lambda ids, losses: losses)
    state.train()
    saved = state.one.state_dict()
    saved["ledger"]["columns"]["mean"][3] = math.nan
    fresh = Loop("ucb", case, lambda ids, losses: losses).one
    refused(lambda: fresh.load_state_dict(saved), "'mean' holds NaN", "earlier state")
