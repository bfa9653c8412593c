"""Runs and their records: named for good, trained once, resumed whatever ended them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from small_runs import (
    RECIPE,
    RUN,
    results,
    trained,  # noqa: F401
    uninterrupted,  # noqa: F401
)

from dietsb_core.recipe import Recipe
from dietsb_core.runs import execute
from dietsb_core.runs.ensure import ensure
from dietsb_core.runs.run import Run, canonical, expand
from dietsb_core.runs.store import find

MEMBER = Run("procedural-small", "airbench_small", RECIPE, 1000, stop=1, score="el2n")

PRUNED = Run("procedural-small", "airbench_small", RECIPE, 0, "el2n", 0.5, scored_by=(MEMBER,))

CPU10 = Recipe("airbench-cpu-10", epochs=10, batch=256, lr=0.46, label_smoothing=0.1, crop=3, flip=True)


# What is kept of the epochs

def test_a_run_without_a_curve_ends_where_the_one_with_it_does(uninterrupted, tmp_path, monkeypatch):
    monkeypatch.setenv("DIETSB_RUNS", str(tmp_path))
    bare = replace(RUN, curve=False)
    rows, columns = results(execute.execute(bare, "cpu"))
    assert ["accuracy" in row for row in rows] == [False, False, True]
    assert rows[-1] == uninterrupted[0][-1] and columns == uninterrupted[1]
    assert all(row.items() <= whole.items() for row, whole in zip(rows, uninterrupted[0], strict=True))
    assert bare.name != RUN.name and find(RUN) is None  # which would have no curve


# Names

def test_names_are_the_ones_that_records_have():
    """A change of a name orphans every record: these are on record, or would be found by nobody."""
    members = tuple(Run("cifar100", "airbench", CPU10, 1000 + i, stop=2, score="el2n") for i in range(3))
    assert members[0].name == "cifar100-airbench-el2n-1-s1000-cc7debab1d22"
    names = {("full", 1.0): "cifar100-airbench-full-1-s0-96975581593a",
             ("selective_backprop", 0.5): "cifar100-airbench-selective_backprop-0.5-s0-65f75a92a450",
             ("diet_sb", 0.375): "cifar100-airbench-diet_sb-0.375-s0-2cec531d60cd",
             ("el2n", 0.75): "cifar100-airbench-el2n-0.75-s0-6ddb51eae8aa"}
    for (policy, keep), name in names.items():
        scored_by = members if policy in ("diet_sb", "el2n") else ()
        assert Run("cifar100", "airbench", CPU10, 0, policy, keep, scored_by=scored_by).name == name


def test_a_field_added_with_a_default_renames_nothing():
    @dataclass(frozen=True)
    class Later(Recipe):
        added: float = 1.5

    later = Later("tiny-run", epochs=3, batch=64, lr=0.05, crop=1, flip=True, precision="float32")
    assert canonical(later) == canonical(RECIPE) and replace(RUN, recipe=later).name == RUN.name
    assert replace(RUN, recipe=replace(later, added=2.0)).name != RUN.name


def test_whatever_changes_a_run_changes_its_name():
    changes = ({"seed": 1}, {"keep": 0.25}, {"policy": "random_backprop"}, {"data": "procedural"},
               {"model": "resnet8"}, {"stop": 2}, {"score": "el2n"}, {"options": (("start", 0.5),)},
               {"options": (("start", 0.25),)}, {"scored_by": (MEMBER,)}, {"scored_by": (PRUNED,)},
               {"recipe": replace(RECIPE, lr=0.06)}, {"recipe": replace(RECIPE, shuffle=False)})
    runs = [RUN, *(replace(RUN, **change) for change in changes)]
    assert len({run.name for run in runs}) == len(runs)


# Once

def test_a_run_is_trained_once_and_loaded_after(trained, capsys):
    first = ensure([RUN, RUN], device="cpu")
    assert trained == [RUN] and first[0].config == canonical(RUN)
    assert capsys.readouterr().err.count("\n") == 1  # a line of progress a run
    again = ensure([RUN], device="cpu")
    assert capsys.readouterr().err == ""
    assert trained == [RUN] and results(again[0]) == results(first[0]) == results(first[1])


def test_scores_are_computed_once_and_before_what_needs_them(trained):
    other = replace(PRUNED, keep=0.25)
    assert expand([PRUNED, other]) == [MEMBER, PRUNED, other]
    pruned, _ = ensure([PRUNED, other], device="cpu")
    assert trained == [MEMBER, PRUNED, other]
    score = find(MEMBER).column("el2n")
    assert score.dtype == np.float32 and score.shape == (400,) and len(find(MEMBER).rows) == 1
    hardest = np.argsort(-score, kind="stable")[:200]
    assert set(np.flatnonzero(pruned.column("selected"))) <= set(hardest)


def test_init_and_training_leave_the_global_state_alone(trained, uninterrupted):
    torch.manual_seed(5)
    before = torch.get_rng_state()
    assert results(execute.execute(RUN, "cpu")) == uninterrupted
    assert torch.equal(before, torch.get_rng_state())
