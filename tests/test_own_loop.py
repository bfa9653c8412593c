"""In your own loop: what the engine does, to the last bit; orders, workers, resuming."""

from __future__ import annotations

import io

import pytest
import torch
from conftest import TINY, tiny_net
from loop_and_engine import (
    CASES,
    data,  # noqa: F401
    same,
)
from plain_loop import EPOCHS, FIXED, SCORES, PlainLoop, cross_entropy
from policy_table import label
from torch.utils.data import (
    DataLoader,
    TensorDataset,
)

from dietsb_core.data import Dataset
from dietsb_core.ledger import Ledger
from dietsb_core.own_loop import Queue, Selector
from dietsb_core.policies import policy
from dietsb_core.policy import Policy
from dietsb_core.train import Trainer


def engine(small, name: str, keep: float, options: dict) -> Trainer:
    method, ledger = policy(name, keep, **options), Ledger(400)
    ledger.columns |= {score: SCORES[score] for score in method.needs}
    return Trainer(tiny_net().float(), Dataset(small, FIXED, "cpu", torch.float32), method, FIXED, 0, ledger)


@pytest.mark.parametrize(("name", "case"), CASES, ids=map(label, CASES))
def test_a_plain_loop_is_the_engine_to_the_last_bit(small, data, watch, name, case):
    """Every policy: the same examples in each step, and at the end the same network, momentum and ledger."""
    trainer, loop = engine(small, name, case.keep, case.options), PlainLoop(data, name, case.keep, case.options)
    seen = watch(trainer)
    for epoch in range(EPOCHS):
        trainer.epoch(epoch)
        loop.epoch(epoch)
    assert loop.trained == [ids.tolist() for ids in seen.take().trained]
    momentum = {str(key): value["momentum_buffer"] for key, value in
                trainer.optimiser.state_dict()["state"].items()}
    kept = {name: values for name, values in trainer.ledger.columns.items() if name != "member"}  # for records alone
    same(loop.state(), {**trainer.model.state_dict(), **momentum, **kept})


class Short(PlainLoop):
    """The same loop, where `epoch` is given the losses and selects."""

    def epoch(self, epoch: int) -> None:
        self.net.train()
        queue, steps = Queue(self.batch), len(self.loader)
        batches = self.selector.epoch(self.loader, epoch, lambda x, y: cross_entropy(self.net, x, y))
        for step, parts in enumerate(batches):
            self.optimiser.param_groups[0]["lr"] = TINY.rate((epoch + step / steps) / EPOCHS)
            for part in [parts] if self.whole_steps else queue(*parts):
                self.step(*part)


@pytest.mark.parametrize("name", ["full", "random_backprop", "cdf_selective_backprop", "diet_sb", "infobatch"])
def test_an_epoch_that_is_given_the_losses_selects(data, name):
    """What `select` chooses, to the last bit."""
    long, short = (kind(data, name, 1.0 if name == "full" else 0.5) for kind in (PlainLoop, Short))
    for epoch in range(EPOCHS):
        long.epoch(epoch)
        short.epoch(epoch)
    assert long.trained == short.trained
    same(long.state(), short.state())


def test_a_batch_of_which_nothing_is_chosen_is_passed_over():
    class Even(Policy):
        def select(self, batch, ctx):
            chosen = (batch.ids % 2 == 0) & (ctx.forward(batch) > 0)
            return batch.take(chosen.nonzero().squeeze(1))

    rows = TensorDataset(torch.arange(6), torch.arange(6) * 10)
    selector = Selector(Even(), rows, epochs=1)
    loader = DataLoader(selector.data, batch_sampler=[[0, 1], [3, 5], [4, 2]])
    found = [[part.tolist() for part in batch] for batch in selector.epoch(loader, 0, lambda x, y: torch.ones(len(x)))]
    assert found == [[[0], [0], [0]], [[4, 2], [4, 2], [40, 20]]]
    assert selector.ledger["seen"].tolist() == [1] * 6


@pytest.mark.parametrize(("name", "case"), CASES, ids=map(label, CASES))
def test_resumes_to_the_last_bit(data, name, case):
    """After the first and after the second epoch, through a file, into objects that are made anew."""
    whole, files = PlainLoop(data, name, case.keep, case.options), []
    for epoch in range(EPOCHS):
        whole.epoch(epoch)
        files.append(save(whole))
    for done, file in enumerate(files[:-1], 1):
        part = PlainLoop(data, name, case.keep, case.options, net=tiny_net(5).float())
        load(part, file)
        assert part.selector.begun == done
        for epoch in range(done, EPOCHS):
            part.epoch(epoch)
        same(whole.state(), part.state())


def save(loop: PlainLoop) -> bytes:
    buffer = io.BytesIO()
    torch.save([loop.net.state_dict(), loop.optimiser.state_dict(), loop.selector.state_dict()], buffer)
    return buffer.getvalue()


def load(loop: PlainLoop, file: bytes) -> None:
    states = torch.load(io.BytesIO(file), weights_only=True)
    for part, state in zip((loop.net, loop.optimiser, loop.selector), states, strict=True):
        part.load_state_dict(state)


def test_a_loaded_state_is_not_shared(data):
    first, second = (PlainLoop(data, "ucb", 0.5) for _ in range(2))
    first.epoch(0)
    state = first.selector.state_dict()
    before = {name: column.clone() for name, column in state["ledger"]["columns"].items()}
    second.selector.load_state_dict(state)
    second.epoch(1)
    same(before, first.selector.ledger.columns)
