"""In your own loop: workers, samplers, shares of the rows, the queue, copies."""

from __future__ import annotations

import copy
import random

import numpy as np
import pytest
import torch
from conftest import tiny_net
from loop_and_engine import (
    data,  # noqa: F401
    same,
)
from plain_loop import EPOCHS, SCORES, Pairs, PlainLoop, cross_entropy
from torch.utils.data import (
    BatchSampler,
    DataLoader,
    RandomSampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
)

from dietsb_core.own_loop import Queue, Selector, WithIds
from dietsb_core.policies import policy


@pytest.mark.parametrize("name", ["infobatch", "ucb", "selective_backprop"])
def test_workers_change_nothing(data, name):
    """Also those that stay from epoch to epoch: the pool is chosen in the main process."""
    alone, helped = PlainLoop(data, name, 0.5), PlainLoop(data, name, 0.5, workers=2)
    for epoch in range(EPOCHS):
        alone.epoch(epoch)
        helped.epoch(epoch)
    assert alone.trained == helped.trained
    same(alone.state(), helped.state())


def test_the_users_order_stays_without_what_is_pruned(data):
    """And the length is that of the epoch, whether it was asked for before it or in it."""
    loop = PlainLoop(data, "infobatch", 0.5, order=lambda data: RandomSampler(data, generator=torch.Generator()))
    sampler = loop.loader.sampler
    for epoch in range(EPOCHS):
        drawn, users = [], sampler.order(epoch)
        expected = RandomSampler(users.data_source, generator=copy.deepcopy(users.generator).set_state(
            users.generator.get_state()))
        assert len(loop.loader) == len(sampler) // 32
        for ids, x, y in loop.selector.epoch(loop.loader, epoch):
            assert torch.equal(x, data.images[ids]) and torch.equal(y, data.targets[ids])
            drawn += ids.tolist()
            loop.selector.loss(ids, cross_entropy(loop.net, x, y))
        kept = loop.selector._pool.kept
        order = [row for row in expected if kept[row]]
        assert drawn == order[:len(order) // 32 * 32] and len(order) == int(kept.sum())
    assert len(order) < 400


def test_with_full_training_nothing_changes_for_the_plain_loop(data):
    """The ids come in the order, and the process's random state is where it would be, without a selector."""
    selector = Selector(policy("full"), data, epochs=3)
    loader = DataLoader(selector.data, 32, sampler=selector.sampler(RandomSampler(selector.data)))
    plain = DataLoader(WithIds(data), 32, shuffle=True)
    torch.manual_seed(7)
    ours = [batch[0].tolist() for epoch in range(3) for batch in selector.epoch(loader, epoch)]
    after = torch.get_rng_state()
    torch.manual_seed(7)
    assert ours == [batch[0].tolist() for _ in range(3) for batch in plain]
    assert torch.equal(after, torch.get_rng_state())


def test_no_global_random_state_is_touched(data):
    """Nor does asking for the length draw anything but the user's order. DataLoader itself draws: it gets its own."""
    selector = Selector(policy("epsilon_greedy", 0.5), data, epochs=1)
    loader = DataLoader(selector.data, 32, sampler=selector.sampler(), generator=torch.Generator())
    before = torch.get_rng_state().tolist(), np.random.get_state()[1].tolist(), random.getstate()
    for ids, *_ in selector.epoch(loader, 0):
        chosen = selector.select(ids, lambda: torch.ones(32))
        selector.loss(ids[chosen], torch.ones(len(chosen)))
    assert before == (torch.get_rng_state().tolist(), np.random.get_state()[1].tolist(), random.getstate())


def test_weighted_sampling_without_replacement(data):
    """A user's sampler with a length of its own; what is over does not vanish where drop_last is off."""
    weights = torch.rand(400, generator=torch.Generator().manual_seed(0)) + 0.1
    selector = Selector(policy("el2n", 0.5), data, epochs=1, scores=SCORES)
    order = WeightedRandomSampler(weights, 300, replacement=False, generator=torch.Generator())
    loader = DataLoader(selector.data, batch_sampler=BatchSampler(selector.sampler(order), 32, drop_last=False))
    expected, length = len(loader.batch_sampler.sampler), len(loader)
    ids = torch.cat([batch[0] for batch in selector.epoch(loader, 0)])
    top = SCORES["el2n"].topk(200).indices
    assert len(ids) == len(ids.unique()) == expected < 200 and torch.isin(ids, top).all()
    assert length == -(-expected // 32)


def test_a_share_of_the_rows_keeps_its_ids(data):
    """Training on every other row of a set: the budget is of those, and ids are rows of the whole."""
    rows = torch.arange(0, 400, 2)
    selector = Selector(policy("dynamic_random", 0.25), data, epochs=2, rows=rows)
    for sampler in (selector.sampler(), selector.sampler(SubsetRandomSampler(rows.tolist()))):
        loader = DataLoader(selector.data, 10, sampler=sampler)
        epoch = selector.begun
        ids = torch.cat([batch[0] for batch in selector.epoch(loader, epoch)])
        assert len(ids.unique()) == len(ids) == 50 and (ids % 2 == 0).all() and ids.max() > 200


def test_the_queue_gives_everything_in_order_in_whole_batches():
    queue, out, given = Queue(4), [], 0
    for size in (3, 0, 9, 1, 4, 2):
        ids = torch.arange(given, given + size)
        out += [(part.tolist(), images[:, 0].tolist()) for part, images in queue(ids, ids[:, None] * 10.0)]
        given += size
    assert [part for part, _ in out] == [list(range(4 * i, 4 * i + 4)) for i in range(given // 4)]
    assert all(images == [10.0 * row for row in part] for part, images in out)
    assert queue.waiting[0].tolist() == list(range(given // 4 * 4, given))


def test_ids_stand_before_any_kind_of_item():
    pair, alone = WithIds([("x", "y"), ["a", "b"]]), WithIds([{"x": 1}, {"x": 2}])
    assert (pair[0], pair[1], alone[1]) == ((0, "x", "y"), (1, "a", "b"), (1, {"x": 2}))
    ids, items = next(iter(DataLoader(alone, 2)))
    assert ids.dtype == torch.int64 and ids.tolist() == [0, 1] and items["x"].tolist() == [1, 2]


def test_a_selector_can_be_copied(data):
    selector = Selector(policy("full"), Pairs(data.images, data.targets[:, None]), epochs=1)  # its labels are absent
    assert copy.deepcopy(selector).identity == selector.identity


def test_a_state_that_is_taken_up_brings_its_own_pool(data):
    """Even where this epoch's length was asked for before: the pool follows from the ledger that was loaded."""
    one, other = (PlainLoop(data, "infobatch", 0.5, net=tiny_net(seed).float()) for seed in (0, 1))
    for loop in (one, other):
        loop.epoch(0)
    before = other.loader.sampler.rows()
    other.selector.load_state_dict(one.selector.state_dict())
    assert other.loader.sampler.rows() == one.loader.sampler.rows() != before
