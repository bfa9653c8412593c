"""Mistakes that others made with these methods: each has a test that fails when it is made.

| mistake | the test that holds it |
|---|---|
| stale losses zipped with the chosen ones | test_selection: stale_sb_pairs_each_loss_with_its_own; |
|   | test_policies: images_are_everybodys_and_belong_to_their_ids, trains_on_what_was_chosen |
| ids that are positions in a subset | below: ids_are_rows_of_the_full_set |
| the global random state drawn from, or seeded | test_policies: no_global_random_state, the_seed_matters; |
|   | test_runs: init_and_training_leave_the_global_state_alone; below: every_draw_names_its_generator |
| a library's data loader patched at import | test_imports: headless_modules_need_torch_and_numpy_alone |
| ids in a floating dtype | below: ids_stay_whole_numbers |
| softmax over the batch | test_scores: softmax_is_over_classes_and_never_over_the_batch |
| a pruning rate used as a keeping rate | below: keep_is_what_is_kept; test_policies: budget_is_exact |
| "static random" as the file's first rows | below: static_random_is_a_draw |
| a resume of weights only | test_policies: resumes_bit_exactly; below: weights_alone_are_not_enough |
| the best epoch chosen on the test set | below: the_last_epoch_is_reported |
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import torch
from conftest import rng
from policy_table import TABLE

import dietsb_core
from dietsb_core import grids, records
from dietsb_core.examples import examples
from dietsb_core.ledger import Ledger
from dietsb_core.policies import POLICIES, policy
from dietsb_core.policy import Context

FILES = sorted(Path(dietsb_core.__file__).parent.rglob("*.py"))


def one_of_each() -> list:
    return [pytest.param(policy(name, case.keep, **case.options), id=name)
            for name, (case, *_) in TABLE.items()]


@pytest.mark.parametrize("name", ["el2n", "el2n_balanced", "random_prune", "diet_sb"])
def test_ids_are_rows_of_the_full_set(name, make_trainer):
    """The ledger of a pruned run joins with scores by row: what was trained on is what the score picked."""
    trainer = make_trainer(name, 0.3, **({"static": 0.3} if name == "diet_sb" else {}))
    pool = trainer.pool(0).sort().values
    assert len(pool) == 120 and int(pool.max()) > 350  # positions would end at 119
    for epoch in range(3):
        trainer.epoch(epoch)
    used = trainer.ledger["selected"].nonzero().squeeze(1)
    assert torch.isin(used, pool).all() and len(used) > 110  # 3 epochs of 96 leave hardly anyone of 120 out
    assert torch.equal(trainer.ledger["loss"].isfinite().nonzero().squeeze(1), used)
    if name in ("el2n", "diet_sb"):
        score = trainer.ledger["el2n"]
        left = torch.ones(400, dtype=torch.bool)
        left[pool] = False
        assert score[used].min() > score[left].max()


FUNCTIONS = {"rand", "randn", "randint", "randperm", "multinomial", "bernoulli", "normal", "poisson"}
METHODS = {"exponential_", "uniform_", "normal_", "random_", "bernoulli_", "geometric_", "multinomial"}
SEEDINGS = {"torch.manual_seed", "torch.seed", "torch.cuda.manual_seed", "torch.cuda.manual_seed_all"}


def calls(tree: ast.AST) -> list[ast.Call]:
    every = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [call for call in every if isinstance(call.func, ast.Attribute)]


def of_torch(call: ast.Call) -> bool:
    name, of = call.func.attr, ast.unparse(call.func.value)
    return name in METHODS or (name in FUNCTIONS and of == "torch")


def draws_without_generator(tree: ast.AST) -> list[str]:
    """Calls that draw from torch's global state, and any use of NumPy's or Python's."""
    found = [ast.unparse(call) for call in calls(tree)
             if of_torch(call) and "generator" not in {keyword.arg for keyword in call.keywords}]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "np.random":
            found += [ast.unparse(node)] * (node.attr not in ("PCG64", "default_rng", "Generator"))
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name in ("random", "numpy.random")]
        elif isinstance(node, ast.ImportFrom):
            found += [node.module] * (node.module in ("random", "numpy.random"))
    return found


def seeded(tree: ast.AST) -> set[ast.Call]:
    return {call for call in calls(tree) if ast.unparse(call.func) in SEEDINGS}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_draw_names_its_generator(path):
    """The global state is seeded in a fork of it alone: that is how a network gets its first weights."""
    tree = ast.parse(path.read_text())
    assert draws_without_generator(tree) == []
    forks = [node for node in ast.walk(tree)
             if isinstance(node, ast.With) and "fork_rng" in ast.unparse(node.items[0])]
    assert seeded(tree) <= {call for fork in forks for call in seeded(fork)}


def test_the_check_sees_draws():
    for code in ("torch.rand(3)", "x.exponential_()", "torch.randperm(5, device=d)", "np.random.choice(4)",
                 "np.random.seed(0)", "import random", "from random import choice"):
        assert draws_without_generator(ast.parse(code)), code
    assert seeded(ast.parse("torch.manual_seed(0)"))
    keyed = "torch.rand(3, generator=g); np.random.default_rng(0).random(3); bits.normal(3)"
    assert not draws_without_generator(ast.parse(keyed))


@pytest.mark.parametrize("method", one_of_each())
def test_ids_stay_whole_numbers(method):
    """Neighbours above 2**24 are one number in float32."""
    ids = 2**24 + torch.randperm(64, generator=rng())
    ledger = Ledger(64)
    ledger.columns["loss"] = LookUp(ids.min())
    ctx = Context(ledger, torch.zeros(64), 0, 1, 3, 0, lambda batch: torch.arange(float(len(batch))))
    chosen = method.select(examples(ids), ctx).ids
    assert chosen.dtype == torch.int64 and len(chosen.unique()) == len(chosen)
    assert torch.isin(chosen, ids).all()
    if len(chosen) < 64:
        assert (chosen % 2 == 0).any() and (chosen % 2 == 1).any()


class LookUp:
    """A ledger column for a few ids that are very large."""

    def __init__(self, first: torch.Tensor):
        self.first = first

    def __getitem__(self, ids: torch.Tensor) -> torch.Tensor:
        return (ids - self.first).double()


@pytest.mark.parametrize("name", sorted(set(POLICIES) - {"full", "infobatch"}))  # of InfoBatch keep is nominal
def test_keep_is_what_is_kept(name, make_trainer):
    """At keep = .25 about a quarter is trained on; a pruning rate would train on three quarters."""
    trainer = make_trainer(name, 0.25)
    trainer.epoch(0)  # the CDF form leaves this one unpruned
    assert trainer.epoch(1)["backprops"] / 400 == pytest.approx(0.25, abs=0.09)
    assert trainer.policy.kept() == pytest.approx(0.25)


def test_the_grids_name_what_is_kept():
    kept = {(run.policy, run.keep) for name in ("panel_a", "table1") for run in grids.grid(name, "smoke")}
    assert {("random_backprop", 0.1), ("selective_backprop", 0.25), ("diet_sb", 0.375)} <= kept
    assert not {keep for _, keep in kept} & {0.9, 0.625}  # 90 and 62.5 % are pruned, not kept


def test_static_random_is_a_draw(make_trainer):
    pools = [make_trainer("random_prune", 0.3, seed=seed).pool(0).sort().values for seed in range(20)]
    assert not any(torch.equal(pool, torch.arange(120)) for pool in pools)
    assert len({tuple(pool.tolist()) for pool in pools}) == 20
    share = torch.bincount(torch.cat(pools), minlength=400).double() / 20
    assert float(share[:120].mean()) == pytest.approx(0.3, abs=0.05)
    assert float(share[280:].mean()) == pytest.approx(0.3, abs=0.05)
    first, later = (make_trainer("random_prune", 0.3).pool(epoch).sort().values for epoch in (0, 2))
    assert torch.equal(first, later)  # static: the same all run long


@pytest.mark.parametrize("left_out", ["optimiser", "columns", "memory"])
def test_weights_alone_are_not_enough(left_out, make_trainer):
    """The control of the resume test: without momentum, losses or history, training goes another way."""
    name = "cdf_selective_backprop" if left_out == "memory" else "stale_selective_backprop"
    whole, resumed = make_trainer(name, 0.5), make_trainer(name, 0.5)
    whole.epoch(0), whole.epoch(1)
    state, fresh = whole.state_dict(), resumed.state_dict()
    if left_out == "optimiser":
        state = state | {"optimiser": fresh["optimiser"]}
    else:
        state = state | {"ledger": state["ledger"] | {left_out: fresh["ledger"][left_out]}}
    resumed.load_state_dict(state)
    whole.epoch(2), resumed.epoch(2)
    weights = [trainer.model.state_dict()["0.weight"] for trainer in (whole, resumed)]
    assert not torch.equal(*weights)


def test_the_last_epoch_is_reported(tmp_path):
    rows = [{"epoch": epoch, "accuracy": accuracy} for epoch, accuracy in enumerate((0.2, 0.9, 0.4), 1)]
    assert records.Record(tmp_path, {}, rows, {}).accuracy == 0.4
