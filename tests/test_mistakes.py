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
| examples never learned counted as easiest | below: what_was_never_learned_is_kept |
| a pruning rate used as a keeping rate | below: keep_is_what_is_kept; test_policies: budget_is_exact |
| "static random" as the file's first rows | below: static_random_is_a_draw |
| a resume of weights only | test_policies: resumes_bit_exactly; below: weights_alone_are_not_enough |
| the best epoch chosen on the test set | below: the_last_epoch_is_reported |
"""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from conftest import rng
from policy_table import TABLE, label

import dietsb_core
from dietsb_core import evaluate
from dietsb_core.examples import Examples, examples
from dietsb_core.ledger import Ledger
from dietsb_core.policies import policy
from dietsb_core.policy import Context
from dietsb_core.runs import grids, records
from dietsb_core.scores import SCORES

FILES = sorted(Path(dietsb_core.__file__).parent.rglob("*.py"))


METHODS_AT_A_RATE = [pytest.param(policy(name, case.keep, **case.options), id=label((name, case)))
                     for name, cases in TABLE.items() for case in cases]


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


FUNCTIONS = {"rand", "randn", "randint", "randperm", "multinomial", "bernoulli", "normal", "poisson", "rand_like",
             "randn_like", "randint_like"}  # of torch
METHODS = {"exponential_", "uniform_", "normal_", "random_", "bernoulli_", "geometric_", "cauchy_", "log_normal_",
           "multinomial"}  # of tensors
LOADERS = {"DataLoader", "RandomSampler", "SubsetRandomSampler", "WeightedRandomSampler", "random_split"}
# These take no generator at all. A DataLoader draws from the global state even where it does not shuffle.
NO_GENERATOR = re.compile(r"(feature_)?(alpha_)?dropout([123]d)?_?|(Feature)?(Alpha)?Dropout([123]d)?|rrelu_?|RReLU|"
                          "gumbel_softmax|rsample")
SEEDINGS = {"torch.manual_seed", "torch.seed", "torch.cuda.manual_seed", "torch.cuda.manual_seed_all"}


def calls(tree: ast.AST) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def draws_globally(call: ast.Call) -> bool:
    """Whether a call draws from torch's global state, going by its name."""
    *of, name = ast.unparse(call.func).split(".")
    drawn = (name in LOADERS or (name in METHODS and of) or (name in FUNCTIONS and of == ["torch"]))
    return bool(NO_GENERATOR.fullmatch(name) or drawn and "generator" not in {word.arg for word in call.keywords})


def draws_without_generator(tree: ast.AST) -> list[str]:
    """Calls that draw from torch's global state, and any use of NumPy's or Python's."""
    found = [ast.unparse(call) for call in calls(tree) if draws_globally(call)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "np.random":
            found += [ast.unparse(node)] * (node.attr not in ("PCG64", "default_rng", "Generator"))
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name in ("random", "numpy.random")]
        elif isinstance(node, ast.ImportFrom):
            found += [node.module] * (node.module in ("random", "numpy.random"))
            found += [alias.name for alias in node.names if node.module == "torch" and alias.name in FUNCTIONS]
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
                 "np.random.seed(0)", "import random", "from random import choice", "from torch import rand, nn",
                 "torch.rand_like(x)", "torch.randn_like(x)", "torch.randint_like(x, 3)", "f(x).normal_()",
                 "F.dropout(x, 0.5)", "torch.nn.functional.dropout2d(x)", "nn.Dropout(0.1)", "F.gumbel_softmax(x)",
                 "DataLoader(data, shuffle=True)", "torch.utils.data.DataLoader(data, 8)", "RandomSampler(data)",
                 "torch.utils.data.random_split(data, [1, 2])"):
        assert draws_without_generator(ast.parse(code)), code
    assert seeded(ast.parse("torch.manual_seed(0)"))
    keyed = ("torch.rand(3, generator=g); np.random.default_rng(0).random(3); bits.normal(3); torch.zeros_like(x); "
             "torch.rand_like(x, generator=g); DataLoader(data, shuffle=True, generator=g); x.sample(3); drop(out)")
    assert not draws_without_generator(ast.parse(keyed))


FIRST = 2**24 + 1  # from here on two neighbours are one number in float32


@pytest.mark.parametrize("method", METHODS_AT_A_RATE)
def test_ids_stay_whole_numbers(method):
    """Through pruning, and through selection of what it leaves, in an epoch that finds losses in the ledger."""
    ids = FIRST + torch.randperm(64, generator=rng())
    ledger = Far(64)
    for name in ("loss", "mean", *SCORES):
        ledger.columns[name] = LookUp(torch.arange(64.0))
    ledger.columns["selected"] = LookUp(torch.arange(64))
    ctx = Context(ledger, LookUp(torch.arange(64) % 4), 0, 1, 3, 0, losses, losses)
    pool = method.prune(examples(ids), ctx)
    chosen = method.select(replace(pool, pos=torch.arange(len(pool))), ctx)
    for some, of in ((pool.ids, ids), (chosen.ids, pool.ids)):
        assert some.dtype == torch.int64 and len(some.unique()) == len(some)
        assert torch.isin(some, of).all()
        assert len(some) == 64 or ((some % 2 == 0).any() and (some % 2 == 1).any())
    assert len(chosen) < 64 or method.kept() == 1


def losses(batch: Examples) -> torch.Tensor:
    return (batch.ids - FIRST).float()


class LookUp:
    """A ledger column that holds `values` [64] for ids from FIRST up, and takes whole numbers alone."""

    def __init__(self, values: torch.Tensor):
        self.values, self.dtype = values, values.dtype

    def __getitem__(self, ids: torch.Tensor) -> torch.Tensor:
        return self.values[ids - FIRST]

    def __setitem__(self, ids: torch.Tensor, values: torch.Tensor) -> None:
        self.values[ids - FIRST] = values

    def __add__(self, other: LookUp) -> LookUp:
        return LookUp(self.values + other.values)

    def __rmul__(self, factor: float) -> LookUp:
        return LookUp(factor * self.values)


class Far(Ledger):
    """A ledger of 64 examples out of 2**24."""

    def column(self, name: str, fill: float, dtype: torch.dtype | None = None) -> LookUp:
        if name not in self.columns:
            self.columns[name] = LookUp(torch.full((64,), fill, dtype=dtype or torch.float32))
        return self.columns[name]


@pytest.mark.parametrize("name", [name for name, cases in TABLE.items()
                                  if cases[0].keep < 1 and type(cases[0].pool) is int])  # elsewhere keep is nominal
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


def test_what_was_never_learned_is_kept(make_trainer):
    """Toneva et al. rank it above every count; ranked below, as in several re-implementations, it is pruned first."""
    trainer, never = make_trainer(), torch.arange(400) < 40
    trainer.ledger.columns |= {"learned": ~never, "forgotten": torch.arange(400) % 4 * ~never}
    for score, kept in (("forgetting", 40), ("forgetting_never_easiest", 0)):
        trainer.ledger.columns[score] = evaluate.score(trainer, score)
        trainer.policy = policy("forgetting", 0.5, score=score)  # 270 of the learned ones were forgotten
        pool = trainer.pool(0)
        assert len(pool) == 200 and int(never[pool].sum()) == kept


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
