"""Who is of an epoch's set, when a method goes by its rule, and what of it stays on record."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from one_line import refused

from dietsb_core.evidence import usage
from dietsb_core.policies import policy
from dietsb_core.policies.dynamic import UCB, DynamicRandom, EpsilonGreedy
from dietsb_core.policy import Chain
from dietsb_core.runs.execute import compact


def trained(make_trainer, *method, epochs: int = 4, **options) -> SimpleNamespace:
    """As much of a record as a training of some epochs leaves; `pools` holds the pool of each epoch."""
    trainer, pools = make_trainer(*method, **options), []
    pool = trainer.pool
    trainer.pool = lambda epoch: pools.append(pool(epoch)) or pools[-1]
    rows = [trainer.epoch(epoch) for epoch in range(epochs)]
    columns = trainer.ledger.columns | {"member": trainer.ledger.memory["member"]}
    return SimpleNamespace(rows=rows, pools=pools, column=lambda name: columns[name].numpy())


def test_a_static_set_is_the_same_in_every_epoch(make_trainer):
    """Of its 200 examples each epoch trains on 192: the last short batch is left out by chance, not by the method."""
    record = trained(make_trainer, "el2n", 0.5)
    assert usage.shares(record) == {"always": 0.5, "sometimes": 0.0, "never": 0.5} and usage.turnover(record) == 1.0
    assert 0 < (record.column("selected")[record.pools[0].numpy()] < 4).sum()  # some were left over


def test_selection_within_the_batch_counts_who_was_trained_on(make_trainer):
    record = trained(make_trainer, "selective_backprop", 0.5)
    assert record.column("member").tolist() == record.column("selected").tolist()
    assert [row["settled"] for row in record.rows] == [True] * 4


def test_a_method_that_keeps_whom_it_likes_counts_who_was_trained_on_too(make_trainer):
    """The CDF form's first epoch is unpruned: 400 members, of whom a short batch of 16 is not trained on."""
    record = trained(make_trainer, "cdf_selective_backprop", 0.5)
    assert record.column("member").sum() == 400 + record.column("selected").sum() - 384
    assert usage.shares(record)["sometimes"] > 0.5


@pytest.mark.parametrize("method", ["epsilon_greedy", "ucb", "dynamic_random"])
def test_members_are_the_pools_of_settled_epochs(method, make_trainer):
    record = trained(make_trainer, method, 0.5)
    counted = [pool for pool, row in zip(record.pools, record.rows, strict=True) if row["settled"]]
    assert record.column("member").tolist() == torch.bincount(torch.cat(counted), minlength=400).tolist()
    for row, now, before in zip(record.rows[1:], record.pools[1:], record.pools, strict=False):
        now, before = set(now.tolist()), set(before.tolist())
        assert row["jaccard"] == pytest.approx(len(now & before) / len(now | before))


@pytest.mark.parametrize(("method", "options", "settled"), [
    ("ucb", {}, [False, False, True, True]),             # two epochs pass until all have been seen
    ("epsilon_greedy", {}, [False, False, True, True]),
    ("ucb", {"source": "pass"}, [True] * 4),             # a pass sees all before the first choice
    ("dynamic_random", {}, [True] * 4),
    ("ucb", {"period": 2}, [False] * 4),                 # each of its two choices is of unseen ones
])
def test_an_epoch_is_settled_where_scores_choose_most_of_it(method, options, settled, make_trainer):
    record = trained(make_trainer, method, 0.5, **options)
    assert [row["settled"] for row in record.rows] == settled


def test_where_no_epoch_is_settled_nothing_is_said(make_trainer):
    """At 90 % pruned ten epochs go by until a running loss has seen everything."""
    record = trained(make_trainer, "ucb", 0.1)
    assert np.isnan(list(usage.shares(record).values())).all() and np.isnan(usage.turnover(record))


def test_turnover_is_between_two_settled_epochs():
    rows = [{"settled": False}, {"settled": False, "jaccard": 0.0}, {"settled": True, "jaccard": 0.1},
            {"settled": True, "jaccard": 0.6}, {"settled": True, "jaccard": 0.8}]
    assert usage.turnover(SimpleNamespace(rows=rows)) == pytest.approx(0.7)


@pytest.mark.parametrize("method", ["dynamic_random", "ucb"])
def test_within_a_period_the_set_is_one_and_no_turnover(method, make_trainer):
    """Six epochs in periods of two have two changes of the set, and each says what is in common of them."""
    record = trained(make_trainer, method, 0.5, epochs=6, period=2, **({"source": "pass"} if method == "ucb" else {}))
    assert ["jaccard" in row for row in record.rows] == [False, False, True, False, True, False]
    before, after = (set(record.pools[epoch].tolist()) for epoch in (1, 2))
    assert record.rows[2]["jaccard"] == pytest.approx(len(before & after) / len(before | after))


def test_a_ledger_remembers_one_fresh_subset():
    for one, other in ((DynamicRandom(0.5), DynamicRandom(0.5)), (UCB(0.5), DynamicRandom(0.5)),
                       (EpsilonGreedy(0.5), Chain(policy("el2n", 0.5), UCB(0.5)))):
        refused(lambda one=one, other=other: Chain(one, other), "fresh subset once")
    assert Chain(policy("el2n", 0.5), UCB(0.5)).renews()
    assert not Chain(policy("el2n", 0.5), policy("random_backprop", 0.5)).renews()


@pytest.mark.parametrize("values", [[-1, -1, 9], [0, 255], [-1, 200], [-300, 70_000], [0, 0]])
def test_whole_numbers_stay_what_they_are(values):
    """−1 says that an example was never chosen."""
    stored = compact(np.array(values), exact=False)
    assert stored.tolist() == values and stored.itemsize <= 8


def test_whole_numbers_take_little_room():
    assert compact(np.array([0, 255]), exact=False).dtype == np.uint8
    assert compact(np.array([-1, 9]), exact=False).dtype == np.int8
