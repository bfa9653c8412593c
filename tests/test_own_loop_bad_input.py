"""Bad input to your own loop: one clear line each."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from bad_loops import DATA, run, selector, within
from one_line import refused
from torch.utils.data import DataLoader, IterableDataset, SubsetRandomSampler, TensorDataset, WeightedRandomSampler


def test_a_period_longer_than_training():
    refused(lambda: selector("dynamic_random", 0.5, 4, options={"period": 5}), "period=5", "4 epochs")
    selector("dynamic_random", 0.5, 5, options={"period": 5})


@pytest.mark.parametrize("name", ["dynamic_random", "ucb", "random_prune", "el2n"])
def test_a_rate_whose_budget_is_empty(name):
    one = selector(name, 0.01, scores={"el2n": np.ones(40)})
    refused(lambda: run(one), "keep=0.01", "40 examples is none", "0.025")


def test_a_batch_too_small_for_the_rate():
    refused(lambda: run(selector("random_backprop", 0.1)), "a batch of 8", "at least 10,", "refill")


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
@pytest.mark.parametrize("name", ["alpha", "epsilon"])
def test_alpha_or_epsilon_outside_0_to_1(name, value):
    refused(lambda: selector("epsilon_greedy", 0.5, options={name: value}), f"{name}={value!r}", "[0, 1]")


@pytest.mark.parametrize("epochs", [0, -1, 1.5, True])
def test_epochs_that_are_none(epochs):
    refused(lambda: selector(epochs=epochs), f"epochs={epochs!r}")


@pytest.mark.parametrize(("ids", "words"), [
    ([0, 40], ["40 is out of range", "0 to 39"]), ([-1, 3], ["-1 is out of range"]), ([5, 7, 5], ["5 is there twice"]),
])
def test_ids_out_of_range_or_twice(ids, words):
    ids = torch.tensor(ids)
    refused(lambda: within(lambda one: one.select(ids, lambda: torch.ones(len(ids)))), *words)
    refused(lambda: within(lambda one: one.loss(ids, torch.ones(len(ids)))), *words)
    line = refused(lambda: selector(rows=ids), "rows: ", "of 0 to 39", words[0])
    assert "DataLoader" not in line and "batch" not in line
    one = selector()
    refused(lambda: run(one, [[ids, None]]), "DataLoader", *words)


@pytest.mark.parametrize("ids", [torch.tensor([1.0, 2.0]), torch.tensor([1, 2], dtype=torch.int32), torch.tensor(3),
                                 torch.tensor([[1], [2]]), [1, 2]])
def test_ids_that_are_no_whole_numbers_of_64_bits(ids):
    refused(lambda: within(lambda one: one.select(ids, lambda: torch.ones(2))), "int64 tensor [m]")
    refused(lambda: within(lambda one: one.loss(ids, torch.ones(2))), "int64 tensor [m]")


def test_drawing_with_replacement():
    one = selector()
    sampler = one.sampler(WeightedRandomSampler(torch.ones(40), 40, generator=torch.Generator().manual_seed(0)))
    refused(lambda: run(one, DataLoader(one.data, 20, sampler=sampler)), "twice", "replacement=False")


@pytest.mark.parametrize("loader", [
    DataLoader(DATA, 8), DataLoader([{"x": 1}] * 40, 8), DataLoader([1.0] * 40, 8), DataLoader(["a"] * 40, 8), [[]],
    [([1, 2], None)],
])
def test_a_loader_that_gives_no_ids(loader):
    refused(lambda: run(selector(), loader), "DataLoader", "ids", "selector.data")


def test_a_loader_of_labels_is_no_loader_of_ids():
    loader = DataLoader(TensorDataset(torch.arange(40) % 4, torch.zeros(40)), 8)
    refused(lambda: run(selector(), loader), "twice")


def test_a_loader_that_reads_what_is_pruned():
    """shuffle=True would train on everything, and nobody would notice."""
    one = selector("dynamic_random", 0.5)
    refused(lambda: run(one, DataLoader(one.data, 8, shuffle=True)), "epoch 0 prunes", "selector.sampler()")


def test_a_loader_without_a_batch():
    one = selector("dynamic_random", 0.5)
    loader = DataLoader(one.data, 32, sampler=one.sampler(), drop_last=True)
    refused(lambda: run(one, loader), "no batch", "20 examples")


def test_samplers_that_do_not_fit():
    refused(lambda: selector().sampler(SubsetRandomSampler(range(30))), "30 of the 40 rows", "rows=")
    refused(lambda: selector().sampler(iter(range(40))), "without a length")
    one = selector(rows=torch.arange(30))
    refused(lambda: run(one, DataLoader(one.data, 8, sampler=one.sampler(range(40)))), "row 30", "rows=")
    few = selector("el2n", 0.5, scores={"el2n": np.arange(40.0)})
    refused(lambda: len(few.sampler(range(20))), "none of the sampler's 20 rows")


def test_a_batch_that_cannot_be_cut():
    one = selector("random_backprop", 0.5, data=[{"x": 1.0}] * 40)
    batches = one.epoch(DataLoader(one.data, 8), 0, lambda items: torch.ones(8))
    refused(lambda: next(batches), "holds a dict", "selector.select")


def test_data_without_rows():
    class Stream(IterableDataset):
        def __iter__(self):
            return iter([])

    refused(lambda: selector(data=Stream()), "without rows", "__len__")
    refused(lambda: selector(data=(x for x in "ab")), "without rows")


def test_a_loader_without_batches_is_told_to_make_some():
    one = selector()
    refused(lambda: run(one, DataLoader(one.data, batch_size=None, sampler=one.sampler())), "batch_size")


@pytest.mark.parametrize("device", ["cud", "cuda:99", "meta", 3.5])
def test_a_device_that_torch_cannot_use(device):
    refused(lambda: selector(device=device), f"device={device!r}", "cpu")


@pytest.mark.parametrize(("name", "keep", "chosen"), [("random_backprop", 0.25, [2, 2, 4]),
                                                      ("random_backprop", 0.5, [4, 4, 2]), ("full", 1.0, [8, 8, 4])])
def test_a_short_last_batch_is_never_cut_to_one(name, keep, chosen):
    """Batch norm cannot train on one example. A batch of one stays what it is."""
    one = selector(name, keep, data=TensorDataset(torch.zeros(20, 2)), name="x")
    loader = DataLoader(one.data, 8, sampler=one.sampler())
    assert [len(one.select(ids, None)) for ids, _ in one.epoch(loader, 0)] == chosen


def test_nothing_is_chosen_of_nothing():
    one = selector("random_backprop", 0.5)
    for ids, *_ in one.epoch(DataLoader(one.data, 8), 0):
        assert one.select(ids[:0], None).tolist() == []
