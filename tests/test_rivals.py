"""Instance-dependent early stopping, OrderDP and SeTa, against traces by hand."""

from __future__ import annotations

import pytest
import torch
from one_line import refused

from dietsb_core.examples import Examples, examples
from dietsb_core.ledger import Ledger
from dietsb_core.policies import policy
from dietsb_core.policies.seta import grouped
from dietsb_core.policy import Context

N = 40


def mastered_by_hand(losses: list[float], threshold: float) -> bool:
    """The authors' rule: second differences of a loss's history; the mean of the last three |d|, of four or more."""
    second = [a - 2 * b + c for a, b, c in zip(losses[2:], losses[1:], losses, strict=False)]
    return len(second) >= 4 and sum(map(abs, second[-3:])) / 3 < threshold


def histories(epochs: int) -> torch.Tensor:
    """[epochs, N] losses: the first half bends less and less, from an epoch of its own on; the rest keeps bending."""
    rng = torch.Generator().manual_seed(3)
    noise = torch.rand(epochs, N, generator=rng, dtype=torch.float64)
    quiet = torch.arange(epochs)[:, None] >= torch.arange(N)[None] % 7
    return torch.where(quiet & (torch.arange(N) < N // 2), 0.01 * noise + 0.1, noise)


def test_early_stopping_is_the_authors_rule_epoch_by_epoch():
    """An example that sits out is judged by a pass, which is asked for it and for nobody else."""
    losses, ledger, out, surveyed = histories(14), Ledger(N, dtype=torch.float64), set(), []

    def survey(pool: Examples) -> torch.Tensor:
        surveyed.append(set(pool.ids.tolist()))
        ledger.write("loss", pool.ids, losses[epoch - 1][pool.ids])
        return losses[epoch - 1][pool.ids]

    stop, sat_out = policy("early_stopping", threshold=0.05), 0
    for epoch in range(14):
        ctx = Context(ledger, torch.zeros(N, dtype=torch.int64), 0, epoch, 14, survey=survey)
        surveyed.clear()
        pool = stop.prune(examples(torch.arange(N)), ctx).ids
        assert surveyed == ([out] if out else [])
        by_hand = {i for i in range(N) if mastered_by_hand(losses[:epoch, i].tolist(), 0.05)}
        out = set(range(N)) - set(pool.tolist())
        assert out == by_hand
        sat_out += len(out)
        ledger.count("selected", pool)
        ledger.write("loss", pool, losses[epoch][pool])
    assert sat_out > 20


def test_early_stopping_never_empties_an_epoch():
    ledger, stop = Ledger(N), policy("early_stopping", threshold=1000.0)
    for epoch in range(8):
        ctx = Context(ledger, torch.zeros(N, dtype=torch.int64), 0, epoch, 8, survey=lambda pool: ledger["loss"])
        pool = stop.prune(examples(torch.arange(N)), ctx).ids
        ledger.columns["selected"] += 1
        ledger.write("loss", torch.arange(N), torch.arange(N) * float(epoch**2))
    assert sorted(pool.tolist()) == [36, 37, 38, 39]  # a tenth: those that bend most


def with_losses(losses: torch.Tensor, epoch: int, epochs: int = 16, seed: int = 0) -> Context:
    ledger = Ledger(len(losses))
    ledger.columns["loss"] = losses
    return Context(ledger, torch.zeros(len(losses), dtype=torch.int64), seed, epoch, epochs)


def test_orderdp_keeps_the_highest_of_a_uniform_share():
    losses, used = torch.arange(100.0), torch.zeros(100)
    for seed in range(300):
        kept = policy("orderdp", 0.51).prune(examples(torch.arange(100)), with_losses(losses, 3, seed=seed)).ids
        assert len(kept) == 51
        used[kept] += 1 / 300
    # Of 60 drawn the 51 highest stay. The easiest example is never among them, and the hardest whenever it is drawn.
    assert used[0] == 0 and used[-20:].mean() == pytest.approx(0.6, abs=0.03)


def test_orderdp_sees_everyone_before_it_goes_by_losses():
    losses = torch.where(torch.arange(100) < 90, torch.inf, torch.arange(100.0))
    kept = policy("orderdp", 0.5, ratio=0.5).prune(examples(torch.arange(100)), with_losses(losses, 1)).ids
    assert (kept < 90).all()  # a draw of everything, of which the unseen come first


def clusters() -> torch.Tensor:
    """500 losses in five groups that anyone can tell apart."""
    return torch.arange(5.0).repeat_interleave(100) + torch.rand(500, generator=torch.Generator().manual_seed(1)) / 10


def test_losses_fall_into_the_groups_that_are_plainly_there():
    assert torch.equal(grouped(clusters(), 5), torch.arange(5).repeat_interleave(100))


@pytest.mark.parametrize(("epoch", "groups"), [
    (0, [0, 1, 2, 3, 4]),    # the first epoch is uniform
    (1, [1, 2, 3, 4]), (2, [0, 1, 2, 3]), (3, [1, 2, 3, 4]),
    (13, [1, 2, 3, 4]), (14, [0, 1, 2, 3, 4]), (15, [0, 1, 2, 3, 4]),  # the last eighth is uniform
])
def test_seta_slides_from_easy_to_hard_and_ends_uniform(epoch, groups):
    """Five groups and a window of .9, which is four of them: the easiest or the hardest is left out in turn."""
    kept = policy("seta", 0.5).prune(examples(torch.arange(500)), with_losses(clusters(), epoch)).ids
    assert sorted(set((kept // 100).tolist())) == groups
    assert len(kept) == 250 or len(groups) == 4 and 150 < len(kept) < 250


def test_seta_takes_who_was_never_seen_for_the_hardest():
    losses = clusters()
    losses[:5] = torch.inf
    easy = policy("seta", 1.0).prune(examples(torch.arange(500)), with_losses(losses, 2)).ids
    assert not torch.isin(torch.arange(5), easy).any()


@pytest.mark.parametrize(("name", "keep", "options", "words"), [
    ("early_stopping", 0.5, {}, ["keep=0.5", "takes no rate", "threshold"]),
    ("early_stopping", 1.0, {"threshold": -1}, ["threshold=-1", "0 or more"]),
    ("orderdp", 0.9, {}, ["ratio=0.85", "keep=0.9"]),
    ("seta", 0.5, {"groups": 0}, ["groups=0"]),
    ("seta", 0.5, {"window": 0.05}, ["window=0.05"]),
    ("seta", 0.5, {"delta": 1.5}, ["delta=1.5", "[0, 1]"]),
])
def test_bad_values_are_one_line(name, keep, options, words):
    refused(lambda: policy(name, keep, **options), *words)
