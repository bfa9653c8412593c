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
from pathlib import Path

import pytest
import torch

import dietsb_core

FILES = sorted(Path(dietsb_core.__file__).parent.rglob("*.py"))


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
