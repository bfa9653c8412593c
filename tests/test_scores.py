"""Scores: by hand, in which mode and of which images they are computed; EL2N finds flipped labels."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pytest
import torch
from conftest import rng
from probed_scores import (
    OF_OUTPUTS,
    probed,  # noqa: F401
)
from torch import nn

from dietsb_core import evaluate, scores
from dietsb_core.policy import Chain, Policy
from dietsb_core.runs import grids
from dietsb_core.runs.ensure import ensure
from dietsb_core.runs.presets import preset
from dietsb_core.runs.store import find

# Probabilities (½, ½), (¾, ¼), (¾, ¼) with labels 0, 0, 1.
LOGITS = torch.tensor([[0.0, 0.0], [log(3), 0.0], [log(3), 0.0]], dtype=torch.float64)

LABELS = torch.tensor([0, 0, 1])


@pytest.mark.parametrize(("name", "expected"), [
    ("el2n", [sqrt(2) / 2, sqrt(2) / 4, sqrt(2) * 3 / 4]),
    ("cross_entropy", [log(2), log(4 / 3), log(4)]),
    ("margin", [0.0, -0.5, 0.5]),
    ("entropy", [log(2), 0.75 * log(4 / 3) + 0.25 * log(4), 0.75 * log(4 / 3) + 0.25 * log(4)]),
])
def test_two_classes_by_hand(name, expected):
    assert scores.SCORES[name].of(LOGITS, LABELS).tolist() == pytest.approx(expected, abs=1e-12)


def test_three_classes_by_hand():
    """Probabilities (½, ¼, ¼), label 1: the error is (½, −¾, ¼)."""
    logits, labels = torch.tensor([[log(2), 0.0, 0.0]], dtype=torch.float64), torch.tensor([1])
    assert float(scores.el2n(logits, labels)) == pytest.approx(sqrt(14) / 4, abs=1e-12)
    assert float(scores.margin(logits, labels)) == pytest.approx(0.25, abs=1e-12)
    assert float(scores.entropy(logits, labels)) == pytest.approx(1.5 * log(2), abs=1e-12)


def test_certainty_is_no_nan():
    logits, labels = torch.tensor([[1e4, 0.0], [1e4, 0.0]]), torch.tensor([0, 1])
    assert scores.el2n(logits, labels).tolist() == pytest.approx([0, sqrt(2)])
    assert scores.entropy(logits, labels).tolist() == [0, 0]


@pytest.mark.parametrize("name", OF_OUTPUTS)
def test_softmax_is_over_classes_and_never_over_the_batch(name):
    """An example's score is its own: other examples beside it change nothing."""
    logits = torch.randn(7, 5, generator=rng(), dtype=torch.float64)
    labels = torch.arange(7) % 5
    alone = torch.cat([scores.SCORES[name].of(logits[i:i + 1], labels[i:i + 1]) for i in range(7)])
    assert torch.allclose(scores.SCORES[name].of(logits, labels), alone, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", OF_OUTPUTS)
def test_scores_are_computed_in_eval_mode_without_augmentation_in_order(probed, name):
    before = {key: value.clone() for key, value in probed.model.state_dict().items()}
    values = evaluate.score(probed, name)
    assert probed.model.modes == [False] * 3 and probed.model.training
    assert values.shape == (400,) and not values.requires_grad
    plain = probed.data.train.fetch(torch.arange(400))
    assert torch.equal(torch.cat(probed.model.images), plain)
    assert all(torch.equal(value, before[key]) for key, value in probed.model.state_dict().items())
    assert torch.equal(evaluate.score(probed, name), values)
    probed.model.eval()
    with torch.no_grad():  # slow and obvious: all at once
        assert torch.allclose(scores.SCORES[name].of(probed.model(plain), probed.data.train.labels), values)


def test_el2n_as_run_is_in_train_mode_with_augmentation(probed):
    evaluate.score(probed, "el2n_as_run")
    assert probed.model.modes == [True] * 3
    augmented = probed.data.train.fetch(torch.arange(400), augmented=True)
    assert torch.equal(torch.cat(probed.model.images), augmented)


def test_el2n_as_run_is_el2n_of_each_part_as_the_network_trains(probed):
    """Batch norm goes by the part that an example is in; without dropout, of which no two passes are alike."""
    probed.model.body[1].p = 0.0
    values, labels = evaluate.score(probed, "el2n_as_run"), probed.data.train.labels
    parts = torch.cat(probed.model.images).split(150)
    by_hand = torch.cat([probed.model(part).softmax(1) for part in parts]) - nn.functional.one_hot(labels, 10)
    assert torch.allclose(values, by_hand.norm(dim=1).detach()) and values.std() > 0


@pytest.mark.parametrize("name", scores.SCORES)
def test_every_score_in_the_table_is_made(make_trainer, name):
    """A number an example, by whatever kind it is; not the same for all."""
    score = scores.SCORES[name]
    trainer = make_trainer(Chain(Policy(), score.counter) if score.counter else "full")
    trainer.epoch(0), trainer.epoch(1)
    values = evaluate.score(trainer, name)
    assert values.shape == (400,) and len(values.unique()) > 1 and torch.isfinite(values).all()
    assert not values.requires_grad and trainer.model.training


def test_a_score_serves_under_its_own_name_and_in_the_place_of_what_it_is_a_form_of():
    """By hand: which score a policy may need, and which of the table it is then pruned by."""
    serving = {needed: {name for name, score in scores.SCORES.items() if score.serves((needed,))}
               for needed in ("el2n", "el2n_as_run", "forgetting", "forgetting_never_easiest", "margin")}
    assert serving == {"el2n": {"el2n", "el2n_as_run"}, "el2n_as_run": {"el2n_as_run"}, "margin": {"margin"},
                       "forgetting": {"forgetting", "forgetting_never_easiest"},
                       "forgetting_never_easiest": {"forgetting_never_easiest"}}
    assert not any(score.serves(()) for score in scores.SCORES.values())


def test_a_score_that_is_added_to_the_table_is_made_and_pruned_by(monkeypatch):
    """One function and one line: the preset's networks make it, and what it ranks lowest is never trained on."""
    def doubt(logits, labels):
        return 1 - logits.softmax(dim=1).gather(1, labels[:, None]).squeeze(1)

    monkeypatch.setitem(scores.SCORES, "doubt", scores.Score("doubt", doubt))
    record, = ensure([grids.run(preset("smoke"), "el2n", 0.5, 0, score="doubt")], device="cpu")
    made = [find(run).column("doubt") for run in grids.members(preset("smoke"), score="doubt")]
    order = np.mean(made, axis=0).argsort()
    used = record.column("selected")
    assert len(made) == 2 and not used[order[:200]].any() and used[order[200:]].mean() > 1.5
