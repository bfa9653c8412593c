"""Contracts that every policy keeps. A new policy is tested by being listed in policy_table.py."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from conftest import TINY
from policy_table import TABLE
from trained_policy import (
    BATCH,
    EPOCHS,
    N,
    trained,  # noqa: F401
)

from dietsb_core import evaluate
from dietsb_core.policies import POLICIES
from dietsb_core.rng import generator


def test_every_policy_is_in_the_table():
    assert set(TABLE) == set(POLICIES)


def training_accuracy(trainer) -> float:
    """Of the training set in eval mode."""
    with evaluate.evaluating(trainer.model):
        right = evaluate.each(trainer, trainer.data.train, lambda logits, labels: logits.argmax(1) == labels)
    return float(right.double().mean())


def test_trains(trained):
    """The images of each of ten classes are plainly one colour: after ten epochs the network knows more than two
    classes, and by chance it would know one. A method may let the losses of what it drops rise, so none is asked."""
    trainer = trained.make(recipe=replace(TINY, epochs=10))
    images = trainer.data.train
    colours = torch.randint(256, (10, 3), generator=generator("cpu", "colours"), dtype=torch.uint8)
    images.padded = colours[images.labels][:, None, None].expand_as(images.padded).contiguous()
    before = [weights.detach().clone() for weights in trainer.model.parameters()]
    rows = [trainer.epoch(epoch) for epoch in range(10)]
    assert all(np.isfinite(row["train_loss"]) for row in rows)
    assert not any(map(torch.equal, before, trainer.model.parameters()))
    assert training_accuracy(trainer) > 0.25


def test_budget_is_exact(trained):
    case, ledger = trained.case, trained.trainer.ledger
    for epoch, row in enumerate(trained.rows):
        pool = len(trained.pools[epoch])
        steps = pool // case.candidates
        scouted = steps * case.candidates if epoch in case.scouting else 0
        scouted += case.surveyed if epoch in case.surveys else 0
        if case.whole_steps or epoch not in case.scouting:
            assert row["backprops"] == steps * case.selected
        else:
            kept = sum(map(len, trained.seen[epoch].chosen))
            assert row["backprops"] == kept // BATCH * BATCH < 0.7 * steps * BATCH
        assert row["forwards"] == row["backprops"] + scouted
        assert row["pool"] == pool and row["steps"] * case.selected == row["backprops"]  # optimiser steps
        assert pool in (case.pool if isinstance(case.pool, range) else [case.pool])
    assert int(ledger["selected"].sum()) == sum(row["backprops"] for row in trained.rows)
    assert int(ledger["seen"].sum()) == sum(row["forwards"] for row in trained.rows)


def test_shapes_are_fixed(trained):
    """Of training passes and of selection's own, which are in train mode too, as Composer has it."""
    case = trained.case
    for epoch, seen in enumerate(trained.seen):
        shapes = {(training, len(images)) for training, images in seen.inputs}
        scouted = {(False, case.candidates)} if epoch in case.scouting else set()
        parts = torch.arange(case.surveyed).split(4 * BATCH) if epoch in case.surveys else ()
        passes = {(False, len(part)) for part in parts}
        assert shapes == {(True, case.selected)} | scouted | passes
        modes = [mode for mode, (training, images) in zip(seen.modes, seen.inputs, strict=True)
                 if training or (training, len(images)) not in passes]
        assert all(modes) and len(seen.modes) - len(modes) == len(parts) == seen.modes.count(False)
        assert trained.trainer.policy.shape(BATCH, epoch, EPOCHS) == (case.candidates, case.selected)


def test_order_of_examples_is_everybodys(trained, make_trainer):
    """The candidates are full training's permutation, filtered by the pool, which changes when it is said to."""
    full = make_trainer("full")
    for epoch, seen in enumerate(trained.seen):
        order, pool = full.pool(epoch), trained.pools[epoch]
        assert torch.equal(order.sort().values, torch.arange(N))
        stays = torch.equal(pool.sort().values, trained.pools[max(0, epoch - 1)].sort().values)
        assert stays == (epoch == 0 or epoch not in trained.case.moves)
        stream = torch.cat(seen.candidates)
        assert torch.equal(stream, order[torch.isin(order, pool)][:len(stream)])
    assert not torch.equal(full.pool(0), full.pool(1))


def test_images_are_everybodys_and_belong_to_their_ids(trained, make_trainer):
    """What passes through the net are its ids' images, each augmented as full training augments it."""
    reference = make_trainer("full").data.train
    for epoch, seen in enumerate(trained.seen):
        reference.augment(0, epoch)
        images = reference.fetch(torch.arange(N), augmented=True)
        learnt = torch.cat([batch for training, batch in seen.inputs if training])
        assert torch.equal(learnt, images[torch.cat(seen.trained)])
        passes = [(mode, batch) for (training, batch), mode in zip(seen.inputs, seen.modes, strict=True)
                  if not training]
        if scouted := [batch for in_train_mode, batch in passes if in_train_mode]:
            assert torch.equal(torch.cat(scouted), images[torch.cat(seen.candidates)])
        if surveyed := [batch for in_train_mode, batch in passes if not in_train_mode]:
            left = torch.ones(N, dtype=torch.bool)
            if trained.case.surveyed < N:
                left[torch.cat(trained.seen[epoch - 1].trained)] = False
            assert torch.equal(torch.cat(surveyed), reference.fetch(left.nonzero().squeeze(1)))


def test_trains_on_what_was_chosen(trained):
    """Each step's choice is among its candidates, none twice, and trained on in the order of choice."""
    for seen in trained.seen:
        for candidates, chosen in zip(seen.candidates, seen.chosen, strict=True):
            assert chosen.dtype == torch.int64 and len(chosen.unique()) == len(chosen)
            assert torch.isin(chosen, candidates).all()
        learnt = torch.cat(seen.trained)
        assert torch.equal(learnt, torch.cat(seen.chosen)[:len(learnt)])
