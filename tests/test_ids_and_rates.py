"""Ids stay whole numbers, keep is what is kept, and static random is a draw."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from conftest import rng
from mistakes import METHODS_AT_A_RATE
from policy_table import TABLE

from dietsb_core import evaluate
from dietsb_core.examples import Examples, examples
from dietsb_core.ledger import Ledger
from dietsb_core.policies import policy
from dietsb_core.policy import Context
from dietsb_core.runs import grids, records
from dietsb_core.scores import SCORES

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
