"""Bad input to a loop of one's own: one clear line each."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from one_line import refused
from torch.utils.data import DataLoader, IterableDataset, SubsetRandomSampler, TensorDataset, WeightedRandomSampler

from dietsb_core.own_loop import Queue, Selector
from dietsb_core.policies import policy
from dietsb_core.policies.forgetting import CountForgetting
from dietsb_core.policy import Chain

DATA = TensorDataset(torch.zeros(40, 2), torch.arange(40) % 4)


def selector(method: str = "full", keep: float = 1.0, epochs: int = 2, **given) -> Selector:
    options = given.pop("options", {})
    return Selector(policy(method, keep, **options), given.pop("data", DATA), epochs=epochs, **given)


def run(one: Selector, loader=None, epoch: int = 0, losses=None, **given) -> None:
    """An epoch of a loop that trains on nothing."""
    loader = DataLoader(one.data, 8, sampler=one.sampler()) if loader is None else loader
    for ids, *_ in one.epoch(loader, epoch):
        chosen = one.select(ids, lambda ids=ids: torch.ones(len(ids)) if losses is None else losses)
        one.loss(ids[chosen], torch.ones(len(chosen)), **given)


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


def within(call) -> None:
    """`call(selector)` in the middle of an epoch."""
    one = selector("selective_backprop", 0.5)
    for _ in one.epoch(DataLoader(one.data, 8), 0):
        call(one)


@pytest.mark.parametrize(("ids", "words"), [
    ([0, 40], ["40 is out of range", "0 to 39"]), ([-1, 3], ["-1 is out of range"]), ([5, 7, 5], ["5 is there twice"]),
])
def test_ids_out_of_range_or_twice(ids, words):
    ids = torch.tensor(ids)
    refused(lambda: within(lambda one: one.select(ids, lambda: torch.ones(len(ids)))), *words)
    refused(lambda: within(lambda one: one.loss(ids, torch.ones(len(ids)))), *words)
    refused(lambda: selector(rows=ids), "rows", *words)
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
    DataLoader(DATA, 8), DataLoader([{"x": 1}] * 40, 8), DataLoader([1.0] * 40, 8), DataLoader(["a"] * 40, 8),
    DataLoader(DATA, batch_size=None), [[]],
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


def state(**given) -> dict:
    one = selector("ucb", 0.5, **given)
    run(one)
    return one.state_dict()


OTHERS = {
    "size": ({"data": TensorDataset(torch.zeros(44, 2))}, ["44 examples", "40"]),
    "name": ({"name": "digits"}, ["'digits'"]),
    "labels": ({"labels": torch.arange(40) % 5}, ["fingerprint"]),
    "rows": ({"rows": torch.arange(39)}, ["fingerprint"]),
}


@pytest.mark.parametrize(("given", "words"), OTHERS.values(), ids=OTHERS)
def test_a_ledger_of_another_data_set(given, words):
    own = {"name": "letters", "labels": DATA.tensors[1]}
    mine = selector("ucb", 0.5, **own)
    given = ({} if "data" in given else own) | given
    refused(lambda: mine.load_state_dict(state(**given)), "another data set", "'letters'", *words)
    assert mine.begun == 0 and mine.ledger["seen"].sum() == 0
    mine.load_state_dict(state(**own))


@pytest.mark.parametrize(("given", "word"), [({"seed": 1}, "seed=1"), ({"epochs": 9}, "epochs=9"),
                                             ({"options": {"c": 3.0}}, "c=3.0")])
def test_a_state_of_another_training(given, word):
    refused(lambda: selector("ucb", 0.5).load_state_dict(state(**given)), "another training", word)


@pytest.mark.parametrize("bad", [None, [], {}, {"model": {}, "ledger": {}}])
def test_a_state_that_is_none(bad):
    refused(lambda: selector().load_state_dict(bad), "no state of a Selector")


def test_a_damaged_ledger():
    bad = state()
    bad["ledger"]["columns"]["mean"] = torch.zeros(39)
    refused(lambda: selector("ucb", 0.5).load_state_dict(bad), "columns")


def test_what_a_policy_needs_and_was_not_given():
    refused(lambda: selector("el2n", 0.5), "'el2n'", "scores=")
    refused(lambda: run(selector("el2n_balanced", 0.5, scores={"el2n": np.ones(40)})), "classes", "labels=")
    refused(lambda: run(selector("ucb", 0.5, options={"source": "pass"})), "source='pass'", "survey=")
    one = Selector(Chain(policy("full"), CountForgetting()), DATA, epochs=1)
    refused(lambda: run(one), "right answers", "correct=")


@pytest.mark.parametrize(("values", "word"), [(np.ones(39), "(39,)"), (np.full(40, np.nan), "NaN"),
                                              (np.full(40, np.inf), "infinite"), (None, "one number an example"),
                                              (["low"] * 40, "one number an example")])
def test_scores_that_are_none(values, word):
    refused(lambda: selector("el2n", 0.5, scores={"el2n": values}), "'el2n'", word)


@pytest.mark.parametrize("labels", [torch.zeros(39, dtype=torch.int64), torch.zeros(40), torch.zeros(40, 1).long()])
def test_labels_that_are_none(labels):
    refused(lambda: selector(labels=labels), "labels are", "40 examples")


@pytest.mark.parametrize("labels", [["cat"] * 40, [None] * 40, [[1], [2, 3]]])
def test_labels_that_are_no_numbers(labels):
    refused(lambda: selector(labels=labels), "labels: give one number an example")


def test_no_row_to_train_on():
    refused(lambda: selector("dynamic_random", 0.5, rows=torch.arange(0)), "no row to train on", "Selector(rows=...)")


@pytest.mark.parametrize("losses", [torch.tensor(1.0), torch.ones(8, 1), torch.ones(7), [1.0] * 8, None])
def test_losses_that_are_not_one_an_example(losses):
    refused(lambda: within(lambda one: one.select(torch.arange(8), lambda: losses)), "8 losses", 'reduction="none"')
    refused(lambda: within(lambda one: one.loss(torch.arange(8), losses)), "8 losses", 'reduction="none"')
    if losses is not None:
        refused(lambda: within(lambda one: one.loss(torch.arange(8), torch.ones(8), clean=losses)), "8 losses")
    refused(lambda: run(selector("ucb", 0.5, options={"source": "pass"}, survey=lambda ids: losses)), "40 losses")


@pytest.mark.parametrize("correct", [torch.tensor(0.5), torch.ones(8), torch.ones(7, dtype=torch.bool), [True] * 8])
def test_answers_that_are_not_right_or_wrong(correct):
    one = Selector(CountForgetting(), DATA, epochs=1)
    refused(lambda: run(one, correct=correct), "bool tensor [8]", "logits.argmax(1) == labels")


def test_epochs_out_of_order():
    one = selector()
    refused(lambda: run(one, epoch=1), "epoch=1", "0 are done")
    run(one)
    refused(lambda: run(one, epoch=0), "epoch=0", "1 are done", "load_state_dict")
    run(one, epoch=1)
    refused(lambda: run(one, epoch=2), "epoch=2", "2 epochs")


def test_outside_an_epoch():
    one, ids = selector(), torch.arange(8)
    refused(lambda: one.select(ids, lambda: torch.ones(8)), "selector.epoch(loader, epoch)")
    refused(lambda: one.loss(ids, torch.ones(8)), "selector.epoch(loader, epoch)")
    refused(lambda: within(lambda one: one.state_dict()), "epoch 0 is on", "between epochs")


def test_an_epoch_that_is_broken_off_is_over():
    one = selector()
    for _ in one.epoch(DataLoader(one.data, 8), 0):
        break
    assert one.state_dict()["epoch"] == 1
    run(one, epoch=1)


@pytest.mark.parametrize("size", [0, -1, 2.0])
def test_a_queue_of_no_size(size):
    refused(lambda: Queue(size), f"size={size!r}")
