"""Bad input to dynamic pruning: each is one clear line, before any training."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
import torch
from conftest import TINY
from one_line import refused

from dietsb_core.examples import examples
from dietsb_core.ledger import Ledger
from dietsb_core.policies import POLICIES, parameters, policy
from dietsb_core.policies.infobatch import InfoBatch
from dietsb_core.policy import Context
from dietsb_core.runs.execute import execute
from dietsb_core.runs.run import Run
from dietsb_core.scores import forgetting


def run(name: str, keep: float = 0.5, score: str = "", **options) -> Run:
    return Run("procedural-small", "airbench_small", TINY, 0, name, keep, tuple(options.items()), score=score)


@pytest.mark.parametrize(("name", "options", "line"), [
    ("dynamic_random", {"period": 4}, "period=4: it is longer than training, which has 3 epochs: take 3 or less"),
    ("diet_dynamic", {"period": 4}, "period=4: it is longer than training"),
    ("dynamic_random", {"period": 0}, "period=0: a new subset comes every 1 or more whole epochs"),
    ("dynamic_random", {"period": 1.5}, "period=1.5: a new subset comes every 1 or more whole epochs"),
    ("epsilon_greedy", {"alpha": 1.1}, "alpha=1.1: the weight of the newest loss must be in [0, 1]"),
    ("ucb", {"alpha": -0.1}, "alpha=-0.1: the weight of the newest loss must be in [0, 1]"),
    ("epsilon_greedy", {"epsilon": 2}, "epsilon=2: the random share of the subset must be in [0, 1]"),
    ("ucb", {"c": -1}, "c=-1: the weight of the variance must be 0 or more"),
    ("ucb", {"c": float("inf")}, "c=inf: the weight of the variance must be 0 or more, and finite"),
    ("ucb", {"source": "both"}, "source='both': losses come from one of training, pass"),
    ("infobatch", {"delta": 1.5}, "delta=1.5: pruning ends after a fraction of training in [0, 1]"),
    ("diet_dynamic", {"rule": "refill"}, "its parameters are: keep, static, score, period"),
    ("ucb", {"epsilon": 0.1}, "its parameters are: keep, period, alpha, source, c"),
])
def test_a_value_that_is_not_allowed(name, options, line, runs_folder):
    refused(lambda: execute(run(name, **options)), line)
    assert not runs_folder.exists()


def test_a_period_longer_than_a_training_that_is_stopped_early(runs_folder):
    stopped = replace(run("ucb", period=3), stop=2)
    refused(lambda: execute(stopped), "period=3: it is longer than training, which has 2 epochs")
    assert not runs_folder.exists()


def test_a_score_that_there_is_none_of(runs_folder):
    refused(lambda: execute(run("full", 1.0, score="gradn")),
            "no score 'gradn'; there are: el2n, ", "grand, grand_last")
    assert not runs_folder.exists()


@pytest.mark.parametrize("name", ["dynamic_random", "random_prune", "ucb", "el2n"])
def test_a_rate_whose_budget_is_empty(name):
    ledger = Ledger(100)
    ledger.columns["el2n"] = torch.zeros(100)
    context = Context(ledger, torch.zeros(100, dtype=torch.int64), 0, 0, 3)
    refused(lambda: policy(name, 0.001).prune(examples(torch.arange(100)), context),
            "keep=0.001 of 100 examples is none: keep at least 0.01")


def test_an_empty_budget_leaves_nothing_on_record(runs_folder):
    refused(lambda: execute(run("dynamic_random", 0.001)), "keep=0.001 of 400 examples is none: keep at least 0.0025")
    assert not list(runs_folder.glob("procedural*"))


def test_a_training_that_diverges_is_no_seed_like_any_other(runs_folder):
    wild = replace(run("full", 1.0), recipe=replace(TINY, lr=1e200))
    refused(lambda: execute(wild), "training diverged: the mean loss of epoch 1 is nan: take a preset or a recipe",
            "a lower learning rate than lr=1e+200")
    assert not list(runs_folder.glob("procedural*"))


def test_a_pool_smaller_than_a_batch(make_trainer):
    line = refused(lambda: make_trainer("dynamic_random", 0.01).epoch(0),
                   "a step needs 32 candidates but the pool has 4 examples", "3200 training examples", "keep more")
    assert "rule=" not in line  # which it has not


def test_a_training_set_smaller_than_a_batch(make_trainer):
    """What is named can be changed: full training has no rate and no rule."""
    line = refused(lambda: make_trainer(recipe=replace(TINY, batch=500)).epoch(0), "500 candidates", "500 training",
                   "a preset or a recipe of smaller batches than 500")
    assert "keep" not in line and "rule=" not in line
    refused(lambda: make_trainer("random_backprop", 0.01, rule="refill").epoch(0), "rule='shrink'")


def test_infobatch_that_would_skip_every_easy_example():
    refused(lambda: InfoBatch(1), "r=1: the share of easy examples that is skipped must be in [0, 1)")


def test_a_rank_of_the_never_learned_that_there_is_not():
    refused(lambda: forgetting({}, 3, never="last"),
            "never='last': an example that was never learned ranks one of hardest, easiest")


NUMBERS = [(name, option) for name in POLICIES for option, default in parameters(name).items()
           if option == "keep" or (isinstance(default, float | int) and not isinstance(default, bool))]


@pytest.mark.parametrize("value", ["0.5", None, [0.5], 1j])
def test_what_is_no_number_is_named_in_the_words_of_the_call(value):
    """Of every option of every policy that is a number."""
    assert len(NUMBERS) > 60
    for name, option in NUMBERS:
        refused(partial(policy, name, **{"keep": 0.5, option: value}),
                f"policy {name!r}: {option}={value!r} is a {type(value).__name__}; give a number, such as ")


@pytest.mark.parametrize("static", [0, -1, 1.5, float("nan"), float("inf")])
def test_a_diet_of_no_fraction_speaks_of_that_fraction(static):
    line = refused(lambda: policy("diet_sb", 0.5, static=static), f"static={static!r}", "at most 1")
    assert "keep=" not in line
    refused(lambda: policy("diet_sb", 0.9), "keep=0.9", "lower keep, or raise static")
