"""Bad recipes, scores and pools: one clear line each."""

from __future__ import annotations

from dataclasses import replace
from math import inf, nan
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from bad_runs import RUN, run_refused
from conftest import TINY
from one_line import refused

from dietsb_core import sources
from dietsb_core.policies.static import check_scores
from dietsb_core.runs import execute
from dietsb_core.runs.ensure import ensure


@pytest.mark.parametrize("changes", [{"epochs": 0}, {"batch": 0}, {"lr": 0.0}, {"lr": nan}, {"peak": 0.0},
                                     {"peak": 1.0}, {"warmup": 1.0}, {"warmup": -0.1}, {"momentum": 0},
                                     {"momentum": 1.0}, {"momentum": -0.1}, {"weight_decay": -1e-4},
                                     {"weight_decay": nan}, {"crop": -1},
                                     {"label_smoothing": 1.5}, {"label_smoothing": -0.1}, {"rotate": -15.0}])
def test_a_recipe_out_of_range(changes):
    (name, value), = changes.items()
    refused(lambda: replace(TINY, **changes), "'tiny'", f"{name}={value!r}")


def test_without_nesterov_momentum_may_be_none():
    assert replace(TINY, momentum=0, nesterov=False).momentum == 0


def test_a_score_that_the_scorers_do_not_make():
    makers = {name: replace(RUN, seed=1000, score=name) for name in ("el2n", "el2n_as_run", "grand_last", "")}
    asked = "give runs that make it"
    run_refused("'forgetting' prunes by forgetting", "makes el2n:", asked, policy="forgetting", keep=0.5,
                scored_by=(makers["el2n"],))
    run_refused("'grand' prunes by grand", "makes grand_last:", asked, policy="grand", keep=0.5,
                scored_by=(makers["grand_last"],))
    run_refused("prunes by el2n", "makes none:", policy="diet_sb", keep=0.5, scored_by=(makers["el2n"], makers[""]))
    run_refused("prunes by no score", "makes el2n:", scored_by=(makers["el2n"],))
    for name in ("el2n", "el2n_as_run"):
        replace(RUN, policy="el2n", keep=0.5, scored_by=(makers[name],)).build()


@pytest.mark.parametrize(("batch", "keep", "enough"), [(5, 0.1, 10), (3, 0.3, 4), (1, 0.5, 2)])
def test_a_batch_too_small_for_the_rate(make_trainer, batch, keep, enough):
    """The line names the smallest batch that would do, and it does."""
    trainer = make_trainer("random_backprop", keep, recipe=replace(TINY, batch=batch))
    refused(lambda: trainer.epoch(0), f"a batch of {batch}", f"at least {enough},", "refill")
    assert trainer.policy.shape(enough, 0, 1) == (enough, 1)


@pytest.mark.parametrize(("name", "keep", "options"), [("random_prune", 0.05, {}), ("full", 1.0, {}),
                                                       ("random_backprop", 0.05, {"rule": "refill"})])
def test_a_pool_smaller_than_a_step(make_trainer, name, keep, options):
    batch = 500 if name == "full" else 32
    trainer = make_trainer(name, keep, recipe=replace(TINY, batch=batch), **options)
    refused(lambda: trainer.epoch(0), "a step needs", "candidates", "smaller batch")


def test_scores_that_are_none():
    good = np.linspace(0, 1, 400)
    for bad, word in ((good[:-1], "(399,)"), (good[:, None], "(400, 1)"),
                      (np.where(good > 0.5, nan, good), "NaN"), (np.where(good > 0.5, inf, good), "infin")):
        refused(lambda bad=bad: check_scores(torch.from_numpy(bad), 400, "el2n"), "'el2n'", word)
    assert check_scores(torch.from_numpy(good), 400, "el2n").shape == (400,)


@pytest.mark.parametrize("values", [np.ones(399), np.full(400, nan)])
def test_a_run_is_not_pruned_by_a_bad_score(monkeypatch, values):
    info = {"fingerprint": sources.loaded(RUN.data).fingerprint}
    monkeypatch.setattr(execute, "find", lambda run: SimpleNamespace(column=lambda name: values, info=info))
    run = replace(RUN, policy="el2n", keep=0.5, scored_by=(replace(RUN, seed=1000, score="el2n"),))
    refused(lambda: execute.trainer_of(run, run.build(), torch.device("cpu")), "'el2n'")


def test_no_processes():
    refused(lambda: ensure([RUN], jobs=0), "jobs=0")
