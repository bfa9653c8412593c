"""Bad input to the core: one clear line each, naming what is allowed. (Files: test_sources_bad_input.)"""

from __future__ import annotations

from dataclasses import replace
from math import inf, nan

import pytest
import torch
from bad_runs import run_refused
from conftest import TINY
from one_line import refused
from policy_table import TABLE

from dietsb_core import models, policies, recipe
from dietsb_core.device import PRECISIONS, pick_device
from dietsb_core.runs import grids, presets
from dietsb_core.runs.presets import SMOKE


@pytest.mark.parametrize("name", policies.POLICIES)
@pytest.mark.parametrize("keep", [0, 0.0, -0.5, 1.001, 50, nan, inf])
def test_keep_outside_0_to_1(name, keep):
    refused(lambda: policies.policy(name, keep), f"keep={keep!r}")
    run_refused(f"keep={keep!r}", policy=name, keep=keep)


def test_full_training_prunes_nothing():
    refused(lambda: policies.policy("full", 0.5), "keep=0.5", "choose another policy")


def test_a_diet_cannot_keep_more_than_its_first_course():
    refused(lambda: policies.policy("diet_sb", 0.8), "keep=0.8", "0.75")


def test_unknown_names_list_the_known_ones():
    refused(lambda: policies.policy("sb"), "'sb'", *policies.POLICIES)
    refused(lambda: models.build("vgg", 10, 32), "'vgg'", *models.MODELS)
    refused(lambda: presets.preset("tiny"), "'tiny'", *presets.PRESETS)
    refused(lambda: grids.grid("panel_z", "smoke"), "'panel_z'", *grids.GRIDS)
    refused(lambda: grids.grid("panel_a", "tiny"), "'tiny'", *presets.PRESETS)
    refused(lambda: presets.preset("smoke").recipe_of("resnet18"), "'resnet18'", "airbench_small", "resnet8")
    refused(lambda: replace(TINY, schedule="linear"), "'linear'", *recipe.SCHEDULES)
    refused(lambda: pick_device("tpu"), "'tpu'", "auto", "cpu", "cuda")


def test_devices_that_torch_knows_and_we_do_not():
    for name in ("mps", "meta", "", "cpu:3", "cuda:x", None):
        refused(lambda name=name: pick_device(name), repr(name), "auto, cpu or cuda")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_no_gpu():
    refused(lambda: pick_device("cuda"), "'cuda'", "no CUDA GPU", "cpu")


def test_a_gpu_that_there_is_not(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    refused(lambda: pick_device("cuda:1"), "'cuda:1'", "1 CUDA GPU", "cuda:0")
    assert [str(pick_device(name)) for name in ("cuda", "cuda:0")] == ["cuda", "cuda:0"]


@pytest.mark.parametrize(("changes", "words"), [
    ({"policy": "sb"}, ["'sb'", "selective_backprop"]),
    ({"data": "cifar"}, ["'cifar'", "cifar100"]),
    ({"model": "vgg"}, ["'vgg'", "resnet18"]),
    ({"recipe": replace(SMOKE, precision="float16")}, ["'float16'", *PRECISIONS]),
    ({"stop": 3}, ["stop=3", "2 epochs"]), ({"stop": -1}, ["stop=-1"]),
    ({"policy": "el2n", "keep": 0.5}, ["'el2n'", "scored_by"]),
])
def test_a_run_with_a_value_that_is_not_allowed(changes, words):
    run_refused(*words, **changes)

PARAMETERS = {  # by hand; of a policy that is not listed here, as its signature has them
    "full": "keep", "random_prune": "keep", "el2n": "keep, score, balanced", "el2n_balanced": "keep, score",
    "random_backprop": "keep, rule, start", "selective_backprop": "keep, rule, start",
    "stale_selective_backprop": "keep, rule, start, end, interrupt, scale, refresh",
    "cdf_selective_backprop": "keep, p_min, history",
    "diet_sb": "keep, static, score, rule, start", "diet_random": "keep, static, score, rule, start",
    "forgetting_sb": "keep, static, score, rule, start", "diet_dynamic": "keep, static, score, period",
    "grand": "keep, score, balanced", "grand_last": "keep, score, balanced", "forgetting": "keep, score, balanced",
    "dynamic_random": "keep, period", "epsilon_greedy": "keep, period, alpha, source, epsilon",
    "ucb": "keep, period, alpha, source, c", "infobatch": "keep, delta",
}


@pytest.mark.parametrize("name", policies.POLICIES)
def test_an_unknown_parameter_of_a_policy(name):
    keep = TABLE[name][0].keep if TABLE[name][0].keep == 1 else 0.5  # one that it takes
    known = PARAMETERS.get(name) or ", ".join(policies.parameters(name))
    run_refused("'strat'", f"policy {name!r}", known, policy=name, keep=keep, options=(("strat", 0.5),))


@pytest.mark.parametrize(("name", "options", "words"), [
    ("selective_backprop", {"rule": "grow"}, ["'grow'", "shrink", "refill"]),
    ("selective_backprop", {"start": 1.0}, ["start=1.0", "[0, 1)"]),
    ("random_backprop", {"start": -0.1}, ["start=-0.1"]),
    ("random_backprop", {"start": "late"}, ["random_backprop"]),
    ("stale_selective_backprop", {"refresh": 0}, ["refresh=0"]),
    ("cdf_selective_backprop", {"p_min": 2}, ["p_min=2"]),
    ("cdf_selective_backprop", {"history": 0}, ["history=0"]),
    ("diet_sb", {"static": 1.5}, ["static=1.5"]),
    ("stale_selective_backprop", {"refresh": 2.5}, ["refresh=2.5", "a whole number from 1"]),
    ("cdf_selective_backprop", {"history": 1024.0}, ["history=1024.0", "a whole number from 1"]),
])
def test_a_parameter_out_of_range(name, options, words):
    refused(lambda: policies.policy(name, 0.5, **options), *words)
