"""Random-Backprop beside full training of the same cost, with the same steps and with half as many."""

from __future__ import annotations

import pytest
from rows import a_record, a_row, shown, words

from dietsb_book import tables
from dietsb_core.evidence import verdicts
from dietsb_core.runs.grids import grid
from dietsb_core.runs.presets import PRESETS

RUNS = grid("batches", "cifar-cpu")


@pytest.mark.parametrize("scale", PRESETS)
def test_the_controls_differ_in_the_batch_alone_and_take_as_many_steps(scale):
    seeds = PRESETS[scale].seeds
    by_seed = [[run for run in grid("batches", scale) if run.seed == seed] for seed in seeds]
    for pruned, short, small in by_seed:
        whole, half, less = pruned.recipe, short.recipe, small.recipe
        assert (pruned.policy, pruned.keep, short.policy, small.policy) == ("random_backprop", 0.5, "full", "full")
        assert half.batch == whole.batch == 2 * less.batch and half.lr == less.lr == whole.lr
        assert half.epochs == less.epochs and 2 * half.epochs in (whole.epochs, whole.epochs + 1)
        size = 50_000
        steps = size // less.batch * less.epochs, size // whole.batch * whole.epochs
        assert steps[0] == pytest.approx(steps[1], rel=0.01 if whole.epochs % 2 == 0 else 0.25)


def found(pruned: list[float], short: list[float], small: list[float]) -> dict:
    values = {"airbench-cpu-10": pruned, "airbench-cpu-5": short, "airbench-cpu-5-b128": small}
    return {run: a_record(values[run.recipe.name][run.seed]) for run in RUNS}


@pytest.mark.parametrize(("small", "expected"), [
    ([0.529, 0.53, 0.531], ["confirmed", "confirmed", "equal"]),
    ([0.62, 0.63, 0.64], ["confirmed", "confirmed", "refuted"]),
    ([0.42, 0.43, 0.44], ["confirmed", "refuted", "confirmed"])])
def test_what_is_left_is_beside_the_same_batch(small, expected):
    judged = verdicts.batches(found([0.525, 0.530, 0.535], [0.500, 0.501, 0.502], small))
    assert words(judged) == expected
    assert judged[0].value.mean == pytest.approx(0.029)
    assert judged[2].value.mean == pytest.approx(0.53 - sum(small) / 3)


def test_of_one_kind_alone_nothing_is_said():
    alone = {run: record for run, record in found([0.5] * 3, [0.5] * 3, [0.5] * 3).items() if run.policy != "full"}
    assert words(verdicts.batches(alone)) == ["undecided"] * 3
    assert [verdict.value.n for verdict in verdicts.batches({})] == [0] * 3


def test_the_table_tells_the_size_of_a_step():
    line = shown(tables.steps([a_row("full", [0.4, 0.6], backprops=249_600.0, steps=1950.0)])).iloc[0]
    assert list(line)[2:7] == ["256", "0.25", "1,950", "128", "2"]
