"""Bad states, scores, labels and losses in your own loop: one clear line each."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from bad_loops import DATA, run, selector, within
from one_line import refused
from torch.utils.data import DataLoader, TensorDataset

from dietsb_core.own_loop import Queue, Selector
from dietsb_core.policies import policy
from dietsb_core.policies.forgetting import CountForgetting
from dietsb_core.policy import Chain


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


COLUMNS = {"loss": torch.ones(40), "selected": torch.ones(40).long(), "seen": torch.ones(40).long()}
EDITS = [*({"epoch": epoch} for epoch in (-1, 3, 1.5, "x", None)), *({"data": data} for data in (None, {})),
         *({"ledger": ledger} for ledger in (None, {}, {"columns": {}, "memory": {}}, {"columns": COLUMNS},
           {"columns": COLUMNS | {"loss": [1.0] * 40}, "memory": {}}, {"columns": COLUMNS, "memory": {"x": 1}},
           {"columns": COLUMNS | {"loss": torch.ones(40).long()}, "memory": {}}))]


@pytest.mark.parametrize("bad", [None, [], {}, {"model": {}, "ledger": {}}, *EDITS])
def test_a_state_that_is_none(bad):
    bad = state() | bad if any(bad is edit for edit in EDITS) else bad
    one = selector("ucb", 0.5)
    refused(lambda: one.load_state_dict(bad), "no state of a Selector")
    assert one.begun == 0 and one.ledger["seen"].sum() == 0


def test_a_damaged_ledger():
    bad = state()
    bad["ledger"]["columns"]["mean"] = torch.zeros(39)
    refused(lambda: selector("ucb", 0.5).load_state_dict(bad), "columns")


def test_what_a_policy_needs_and_was_not_given():
    refused(lambda: selector("el2n", 0.5), "'el2n'", "scores=")
    refused(lambda: run(selector("el2n_balanced", 0.5, scores={"el2n": np.ones(40)})), "classes", "labels=")
    refused(lambda: run(selector("ucb", 0.5, options={"source": "pass"})), "before an epoch", "survey=")
    one = Selector(Chain(policy("full"), CountForgetting()), DATA, epochs=1)
    refused(lambda: run(one), "right answers", "correct=")


@pytest.mark.parametrize(("values", "word"), [(np.ones(39), "(39,)"), (np.full(40, np.nan), "NaN"),
                                              (np.full(40, np.inf), "infinite"), (None, "one number an example"),
                                              (["low"] * 40, "one number an example")])
def test_scores_that_are_none(values, word):
    refused(lambda: selector("el2n", 0.5, scores={"el2n": values}), "'el2n'", word)


@pytest.mark.parametrize("labels", [torch.zeros(39, dtype=torch.int64), torch.zeros(40), torch.zeros(40, 1).long(),
                                    torch.zeros(40, dtype=torch.complex64)])
def test_labels_that_are_none(labels):
    refused(lambda: selector(labels=labels), "labels are", "40 examples")


@pytest.mark.parametrize("labels", [["cat"] * 40, [None] * 40, [[1], [2, 3]]])
def test_labels_that_are_no_numbers(labels):
    refused(lambda: selector(labels=labels), "labels: give one number an example")


def test_no_row_to_train_on():
    refused(lambda: selector("dynamic_random", 0.5, rows=torch.arange(0)), "no row to train on", "Selector(rows=...)")


FIXES = {'reduction="none"': [torch.tensor(1.0), [1.0] * 8, None],
         "losses.flatten(1).mean(1)": [torch.ones(8, 1), torch.ones(8, 3, 4, 4)],
         "one for each of the ids": [torch.ones(7), torch.ones(8, dtype=torch.complex64), torch.ones(2, 8)]}


@pytest.mark.parametrize(("losses", "fix"), [(losses, fix) for fix, many in FIXES.items() for losses in many])
def test_losses_that_are_not_one_an_example(losses, fix):
    """The line names what is left to do, and nothing that was done."""
    ids = torch.arange(8)
    for call in (lambda one: one.select(ids, lambda: losses), lambda one: one.loss(ids, losses)):
        line = refused(lambda call=call: within(call), "8 losses", fix)
        assert not any(other in line for other in FIXES.keys() - {fix})
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
    line = refused(lambda: run(one, epoch=2), "epoch=2", "all 2 epochs are done", "Selector(epochs=...)")
    assert "one after the other" not in line


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
