"""Arguments of another kind in your own loop, such as an array for a function: one clear line each."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from bad_loops import DATA, selector, within
from one_line import refused
from torch.utils.data import DataLoader

from dietsb_core.own_loop import Queue, Selector
from dietsb_core.policies import POLICIES

CALLS = {
    "a policy's name": (lambda: Selector("ucb", DATA, epochs=2), "this is 'ucb'", "policy('ucb', 0.5)"),
    "a policy's maker": (lambda: Selector(POLICIES["ucb"], DATA, epochs=2), "this is a ", "policy('ucb', 0.5)"),
    "scores without a name": (lambda: selector("el2n", 0.5, scores=np.ones(40)), "scores is a ndarray", "el2n"),
    "scores beyond float32": (lambda: selector("el2n", 0.5, scores={"el2n": np.full(40, 1e300)}), "infinite"),
    "losses for a survey": (lambda: selector("ucb", 0.5, survey=torch.ones(40)), "survey is a Tensor", "a function"),
    "no loader": (lambda: list(selector().epoch(None, 0)), "loader is a NoneType", "DataLoader"),
    "losses for a function": (lambda: within(lambda one: one.select(torch.arange(8), torch.ones(8))), "a function"),
    "losses for a function of a batch": (lambda: list(few(losses=torch.ones(8))), "losses is a Tensor", "a function"),
    "losses without a gradient": (lambda: within(lambda one: one.loss(torch.arange(8), torch.arange(8))), "int64"),
    "a part of other rows": (lambda: list(few([(torch.arange(8), torch.ones(3))])), "8 ids holds a tensor [3]"),
    "a sampler of names": (lambda: list(selector().sampler(["a"])), "whole numbers"),
    "a sampler of batches": (lambda: list(selector().sampler([[1, 2]])), "not a batch_sampler"),
    "a sampler of fractions": (lambda: list(selector().sampler([0.5])), "whole numbers"),
    "a sampler of nothing": (lambda: list(selector().sampler([])), "gives no row in epoch 0"),
    "candidates of none": (lambda: selector("random_backprop", 0.5).candidates(0), "batch=0"),
    "candidates of a word": (lambda: selector("random_backprop", 0.5).candidates("8"), "batch='8'"),
    "a queue of nothing": (lambda: list(Queue(2)()), "queue(ids, x, y)"),
    "a queue of lists": (lambda: list(Queue(2)([1, 2])), "queue(ids, x, y)"),
    "a queue of uneven parts": (lambda: list(Queue(2)(torch.ones(3), torch.ones(2))), "as many rows"),
}


def few(loader=None, losses=lambda *parts: torch.ones(8)):
    one = selector("random_backprop" if loader else "selective_backprop", 0.5)
    return one.epoch(loader or DataLoader(one.data, 8, sampler=one.sampler()), 0, losses)


@pytest.mark.parametrize(("call", "words"), [(call, words) for call, *words in CALLS.values()], ids=CALLS)
def test_an_argument_of_another_kind(call, words):
    refused(call, *words)


def test_a_queue_whose_parts_change_in_number():
    queue = Queue(4)
    list(queue(torch.ones(3)))
    refused(lambda: list(queue(torch.ones(3), torch.ones(3))), "of each batch as many tensors")
