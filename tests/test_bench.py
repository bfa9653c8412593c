"""The bench: what it reports, that its sides train on the same images, how ratios are taken. No timings."""

from __future__ import annotations

import json
import re
from copy import deepcopy

import pytest
import torch
from bench_sizes import (
    BATCH,
    net,  # noqa: F401
)

from dietsb_core.bench import bench
from dietsb_core.data import Dataset
from dietsb_core.errors import UserError
from dietsb_core.recipe import Recipe

# What methods.md gives by hand with g = 1/3; both batch rules have the same floor.
FLOORS = {
    ("random_backprop", 0.5): 0.5, ("random_backprop", 0.25): 0.25,
    ("selective_backprop", 0.5): 0.8333, ("selective_backprop", 0.25): 0.5833,
    ("stale_selective_backprop", 0.5): 0.5,
    ("diet_sb", 0.5): 0.75, ("diet_sb", 0.375): 0.625, ("diet_random", 0.5): 0.5,
}

# And of the methods without a batch rule; UCB also by a pass over all examples, InfoBatch as if all were easy.
RULELESS = {("cdf_selective_backprop", 0.5, ""): 0.8333, ("el2n", 0.75, ""): 0.75, ("el2n_balanced", 0.75, ""): 0.75,
            ("random_prune", 0.75, ""): 0.75, ("dynamic_random", 0.5, ""): 0.5, ("epsilon_greedy", 0.5, ""): 0.5,
            ("ucb", 0.5, ""): 0.5, ("ucb", 0.5, "pass"): 0.8333, ("infobatch", 0.5, ""): 0.5}

SURVEYED = (("source", "pass"),)


@pytest.fixture(scope="module")
def result() -> dict:
    return bench.bench(rounds=2, side=16, images=8 * BATCH, batch=BATCH, device="cpu")


def test_every_method_has_a_row_for_each_of_its_rules(result):
    expected = {(*method, rule, "") for method in FLOORS for rule in ("shrink", "refill")}
    expected |= {(policy, keep, None, source) for policy, keep, source in RULELESS}
    rows = [(row["policy"], row["keep"], row["rule"], row["options"].get("source", "")) for row in result["rows"]]
    assert set(rows) == expected and len(rows) == len(expected)


def test_rows_hold_floors_and_positive_ratios_within_their_spread(result):
    for row in result["rows"]:
        ruleless = RULELESS.get((row["policy"], row["keep"], row["options"].get("source", "")))
        assert row["floor"] == (FLOORS[row["policy"], row["keep"]] if row["rule"] else ruleless)
        low, high = row["spread"]
        assert 0 < low <= row["epoch_over_baseline"] <= high
        assert row["cpu_over_baseline"] > 0


def test_measured_floors_take_the_measured_g(result):
    g = result["g"]
    measured = {(row["policy"], row["keep"]): row["floor_measured"] for row in result["rows"]}
    assert measured["cdf_selective_backprop", 0.5] == pytest.approx(0.5 + g, abs=1e-4)
    assert 0 < g < 1
    assert measured["selective_backprop", 0.5] == pytest.approx(0.5 + g, abs=1e-4)
    assert measured["diet_sb", 0.375] == pytest.approx(0.375 + 0.75 * g, abs=1e-4)
    assert measured["random_backprop", 0.25] == 0.25
    assert measured["stale_selective_backprop", 0.5] == 0.5


def test_result_is_json_that_says_where_and_how_it_was_made(result):
    assert json.loads(json.dumps(result, allow_nan=False)) == result
    assert result["device"] and result["device_type"] == "cpu"
    assert result["threads"] == torch.get_num_threads()
    assert (result["model"], result["images"], result["batch"], result["rounds"]) == ("resnet8", 64, BATCH, 2)
    assert result["precision"] in ("float32", "bfloat16") and result["images_per_second"] > 0
    low, high = result["engine_over_dataloader_spread"]
    assert 0 < low <= result["engine_over_dataloader"] <= high
    assert result["engine_over_dataloader_same_arithmetic"] > 0


def test_table_has_a_line_for_every_row(result):
    lines = bench.table(result).splitlines()
    for row in result["rows"]:
        start = f"{row['policy']:25}{row['keep']:6g}  {row['rule'] or '':7}"
        assert any(line.startswith(start) and f"{row['floor']:.3f}" in line and line.endswith(row["note"])
                   for line in lines)
    assert sum(bool(re.search(r"\[\d", line)) for line in lines) == len(result["rows"])
    assert f"{result['engine_over_dataloader']:.2f}" in lines[-1]


@pytest.mark.parametrize("wrong", [
    {"images": 100}, {"images": 0}, {"rounds": 0}, {"batch": 0}, {"batch": 6, "images": 96}])
def test_refuses_what_gives_rows_different_shares_of_the_images(wrong):
    with pytest.raises(UserError, match="bench: rounds=.* images that 8 batches divide"):
        bench.bench(**{"rounds": 1, "images": 128, "batch": 16} | wrong)


@pytest.mark.parametrize("case", bench.CASES, ids=lambda case: f"{case.policy}-{case.keep}-{case.rule}-{case.note()}")
def test_timed_epoch_spends_the_whole_pool_and_no_refresh(case, net, small):
    recipe = Recipe("tiny", epochs=2, batch=BATCH, lr=0.05)
    data = Dataset(small, recipe)  # 400 images; 384 of them would be whole batches for every row
    data.train.labels = data.train.labels[:384]
    trainer = bench.trainer(case, deepcopy(net), data, recipe, "float32")
    trainer.epoch(0)
    counts, (candidates, selected) = trainer.epoch(1), case.build().shape(BATCH, 1, 2)
    if case.policy == "infobatch":
        assert 192 < counts["pool"] < 384  # by the losses, in the last epoch as well
    else:
        assert counts["pool"] % candidates == 0
    if case.policy == "cdf_selective_backprop":
        assert 0 < counts["backprops"] < 384
    else:
        assert counts["steps"] == counts["pool"] // candidates
    assert counts["backprops"] == counts["steps"] * selected
    passed = case.policy in ("selective_backprop", "diet_sb", "cdf_selective_backprop") or case.options == SURVEYED
    assert counts["forwards"] - counts["backprops"] == (counts["pool"] if case.policy != "ucb" else 384) * passed
