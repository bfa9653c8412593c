"""Three epochs of one case of the table, and what each epoch saw."""

from __future__ import annotations

import random
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from policy_table import TABLE, label

from dietsb_core.runs import checkpoint

N, BATCH, EPOCHS = 400, 32, 3

CASES = [(name, case) for name, cases in TABLE.items() for case in cases]


def state_of(trainer) -> dict[str, torch.Tensor]:
    """All tensors of a training, by name."""
    state = trainer.state_dict()
    momentum = {str(key): value["momentum_buffer"] for key, value in state["optimiser"]["state"].items()}
    parts = {"model": state["model"], "momentum": momentum, **state["ledger"]}
    return {f"{part}.{name}": value.clone()
            for part, values in parts.items() for name, value in values.items()}


def global_states() -> tuple:
    """The three random states of the process."""
    return torch.get_rng_state().tolist(), np.random.get_state()[1].tolist(), random.getstate()


@pytest.fixture(scope="module", params=CASES, ids=label)
def trained(request, make_trainer, watch, tmp_path_factory):
    """Three epochs of one case: rows, what each epoch saw, a checkpoint after each, the state after the first."""
    name, case = request.param
    out = SimpleNamespace(name=name, case=case, make=partial(make_trainer, name, case.keep, **case.options),
                          folder=tmp_path_factory.mktemp(name), rows=[], seen=[], pools=[])
    out.trainer = trainer = out.make()
    seen, out.global_before = watch(trainer), global_states()
    for epoch in range(EPOCHS):
        out.rows.append(trainer.epoch(epoch))
        out.seen.append(seen.take())
        out.pools += out.seen[-1].pools
        out.first = state_of(trainer) if epoch == 0 else out.first
        checkpoint.save(out.folder / f"{epoch + 1}.pt", trainer.state_dict() | {"rows": out.rows})
    out.global_after, out.last = global_states(), state_of(trainer)
    return out
