"""Scores of a whole training set: ensembles, memory, and EL2N that finds flipped labels."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from probed_scores import probed  # noqa: F401

from dietsb_core import evaluate, sources
from dietsb_core.runs import execute
from dietsb_core.runs.presets import SMOKE
from dietsb_core.runs.run import Run
from dietsb_core.sources import procedural


def test_no_more_than_one_part_s_logits_are_kept(probed, monkeypatch):
    """With a thousand classes all of them outweigh a set's images: a score keeps one number an example."""
    parts = []
    cat = torch.cat
    monkeypatch.setattr(torch, "cat", lambda tensors: parts.extend(t.shape for t in tensors) or cat(tensors))
    evaluate.score(probed, "el2n")
    evaluate.score(probed, "el2n_as_run")
    evaluate.test(probed)
    assert [len(shape) for shape in parts[:6]] == [1] * 6 and [shape[1] for shape in parts[6:]] == [2] * 2


def test_test_accuracy_is_in_eval_mode_and_restores_the_mode(probed):
    for training in (True, False):
        probed.model.train(training)
        first, second = evaluate.test(probed), evaluate.test(probed)
        assert first == second and probed.model.training == training
    assert not any(probed.model.modes)


def test_an_ensembles_score_is_the_mean_over_its_members(monkeypatch):
    columns = {seed: np.random.default_rng(seed).random(400, dtype=np.float32) for seed in (1, 2, 3)}
    members = tuple(Run("procedural-small", "airbench_small", SMOKE, seed, score="el2n") for seed in columns)
    info = {"fingerprint": sources.loaded("procedural-small").fingerprint}
    monkeypatch.setattr(execute, "find", lambda run: SimpleNamespace(
        info=info, column=lambda name: columns[run.seed] if name == "el2n" else None))
    run = Run("procedural-small", "airbench_small", SMOKE, 0, "el2n", 0.5, scored_by=members)
    mean = execute.static_score(run, "el2n", 400)
    assert mean.numpy() == pytest.approx((columns[1] + columns[2] + columns[3]) / 3, abs=1e-7)


def test_a_policy_of_two_scores_has_each_from_its_own_makers(monkeypatch):
    """No maker of one has the other's column."""
    made = {"el2n": np.arange(400.0), "forgetting": np.arange(400.0)[::-1]}
    makers = tuple(Run("procedural-small", "airbench_small", SMOKE, seed, score=name) for seed, name in enumerate(made))
    info = {"fingerprint": sources.loaded("procedural-small").fingerprint}
    monkeypatch.setattr(execute, "find", lambda run: SimpleNamespace(
        info=info, column={run.score: made[run.score]}.get))
    run = Run("procedural-small", "airbench_small", SMOKE, 0, "el2n", 0.5, scored_by=makers)
    for name, column in made.items():
        assert execute.static_score(run, name, 400).tolist() == column.tolist()


def auroc(values: np.ndarray, positive: np.ndarray) -> float:
    """Probability that a positive example has the larger value (Mann–Whitney U)."""
    above = values[positive][:, None] - values[~positive]
    return float(((above > 0) + 0.5 * (above == 0)).mean())


def test_el2n_finds_flipped_labels(monkeypatch):
    """Known truth: early in training a flipped label is among the hardest."""
    source = procedural.load(train=2000, test=10)
    monkeypatch.setattr(execute, "loaded", lambda name: source)
    recipe = replace(SMOKE, epochs=8, batch=64, lr=0.2, precision="float32")
    run = Run("procedural", "airbench_small", recipe, 0)
    trainer = execute.trainer_of(run, run.build(), torch.device("cpu"))
    flipped = source.truth["flipped"]
    before = auroc(evaluate.score(trainer, "el2n").numpy(), flipped)
    for epoch in range(7):
        trainer.epoch(epoch)
    assert auroc(evaluate.score(trainer, "el2n").numpy(), flipped) > 0.9
    assert before < 0.65  # an untrained net knows nothing of labels
