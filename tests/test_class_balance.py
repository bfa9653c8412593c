"""Methods that look at the labels: a cap a class, and weights by class."""

from __future__ import annotations

import pytest
import torch
from one_line import refused

from dietsb_core.examples import examples
from dietsb_core.ledger import Ledger
from dietsb_core.policies import policy
from dietsb_core.policies.static import place_within_class
from dietsb_core.policy import Context

LABELS = torch.tensor([0] * 60 + [1] * 25 + [2] * 10 + [3] * 5)[torch.randperm(100, generator=torch.Generator())]


def pool(name: str, keep: float = 1.0, *, epoch: int = 0, seed: int = 0, ledger: Ledger | None = None, **options):
    """What is left of 100 examples of four classes: 60, 25, 10 and 5."""
    ctx = Context(ledger or Ledger(100), LABELS, seed, epoch, 10)
    return policy(name, keep, **options).prune(examples(torch.arange(100)), ctx)


def counts(kept) -> list[int]:
    return torch.bincount(LABELS[kept.ids], minlength=4).tolist()


@pytest.mark.parametrize(("keep", "by_hand"), [
    (1.0, [[60, 25, 10, 5]]),
    (0.6, [[22, 23, 10, 5], [23, 22, 10, 5]]),  # a cap of 22 leaves one example over, which either class gives
    (0.2, [[5, 5, 5, 5]]),                     # class-balanced sampling
    (0.08, [[2, 2, 2, 2]]),
])
def test_every_class_gives_as_many_as_the_cap_allows(keep, by_hand):
    for seed in range(10):
        assert counts(pool("dynamic_balanced", keep, seed=seed)) in by_hand


def test_the_larger_class_gives_one_more_and_which_examples_is_chance():
    drawn = [pool("dynamic_balanced", 0.6, seed=seed) for seed in range(200)]
    assert sum(counts(kept)[0] == 23 for kept in drawn) > 150
    used = torch.bincount(torch.cat([kept.ids for kept in drawn]), minlength=100)[LABELS == 0].double() / 200
    assert used.mean() == pytest.approx(23 / 60, abs=0.01) and used.min() > 0.2 and used.max() < 0.6


def test_the_subset_is_new_each_period_and_stays_within_one():
    ledger = Ledger(100)
    kept = [set(pool("dynamic_balanced", 0.2, epoch=epoch, ledger=ledger, period=2).ids.tolist())
            for epoch in range(4)]
    assert kept[0] == kept[1] != kept[2] == kept[3]
    rare = set((LABELS == 3).nonzero().squeeze(1).tolist())
    assert all(rare <= some for some in kept)


def test_a_place_within_a_class_is_how_many_came_before():
    labels = torch.tensor([2, 0, 2, 2, 1, 0])
    assert place_within_class(labels).tolist() == [0, 0, 1, 2, 0, 1]


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0])
def test_class_weights_by_hand(power):
    kept = pool("class_weights", power=power)
    size = torch.tensor([60.0, 25, 10, 5])[LABELS]
    by_hand = size ** -power / (size ** -power).mean()
    assert torch.equal(kept.ids, torch.arange(100)) and torch.allclose(kept.weight, by_hand)
    sums = torch.zeros(4).index_add(0, LABELS, kept.weight)
    assert power < 1 or torch.allclose(sums, torch.full((4,), 25.0))  # every class counts alike


def test_selection_within_a_balanced_subset_keeps_the_product():
    chained = policy("balanced_sb", 0.2, within=0.5)
    assert chained.kept() == pytest.approx(0.2) and chained.shape(32, 0, 10) == (32, 16)
    assert len(pool("balanced_sb", 0.2)) == 40
    assert chained.floor(1 / 3) == pytest.approx(0.4 * (0.5 + 1 / 3))


@pytest.mark.parametrize(("name", "keep", "options", "words"), [
    ("class_weights", 0.5, {}, ["keep=0.5", "takes no rate", "power"]),
    ("class_weights", 1.0, {"power": 2}, ["power=2", "[0, 1]"]),
    ("balanced_sb", 0.6, {"within": 0.5}, ["within=0.5", "0.6"]),
    ("dynamic_balanced", 0.5, {"period": 0}, ["period=0"]),
])
def test_bad_values_are_one_line(name, keep, options, words):
    refused(lambda: policy(name, keep, **options), *words)


# Small classes, and labels of any integer

SMALL = torch.repeat_interleave(torch.arange(6), torch.tensor([500, 100, 20, 5, 2, 1]))
BALANCE = ("el2n_balanced", "dynamic_balanced", "balanced_sb", "class_weights")  # the policies that look at labels
ODD = torch.tensor([-(2**63), -7, 3, 2**40, 2**62, 2**63 - 1])  # in the order of the classes that they stand for


def kept_of(name: str, keep: float, labels: torch.Tensor, seed: int = 0):
    """What `name` leaves of examples with these labels, in an epoch."""
    ledger = Ledger(len(labels))
    ledger.columns["el2n"] = torch.rand(len(labels), generator=torch.Generator().manual_seed(seed))
    return policy(name, keep).prune(examples(torch.arange(len(labels))), Context(ledger, labels, seed, 0, 10))


def rates(name: str) -> tuple[float, ...]:
    return (1.0,) if name == "class_weights" else (0.5, 0.3, 0.1, 0.02)


@pytest.mark.parametrize("name", BALANCE)
def test_no_class_is_emptied_however_small(name):
    for keep in rates(name):
        for seed in range(5):
            kept = kept_of(name, keep, SMALL, seed)
            left = torch.bincount(SMALL[kept.ids], minlength=6)
            assert left.min() >= 1 and len(kept.ids.unique()) == len(kept), (keep, left.tolist())


def test_a_small_class_keeps_its_highest_and_the_others_pay():
    """By hand: of 628 examples 63 are kept. The classes of 5, 2 and 1 keep one each, which leaves 60 for the other 620:
    48.4, 9.7 and 1.9."""
    ledger, keep = Ledger(len(SMALL)), 0.1
    ledger.columns["el2n"] = torch.arange(len(SMALL)).float()
    ctx = Context(ledger, SMALL, 0, 0, 10)
    kept = policy("el2n_balanced", keep).prune(examples(torch.arange(len(SMALL))), ctx)
    left = torch.bincount(SMALL[kept.ids], minlength=6).tolist()
    assert left == [48, 10, 2, 1, 1, 1]
    for label in range(6):  # of each class the highest stay
        mine = (SMALL == label).nonzero().squeeze(1)
        assert torch.isin(mine[len(mine) - left[label]:], kept.ids).all()


@pytest.mark.parametrize("name", BALANCE)
def test_labels_may_be_any_integers(name):
    """What is kept, in which order, and with which weight is what labels from 0 up give."""
    mixed = SMALL[torch.randperm(len(SMALL), generator=torch.Generator().manual_seed(1))]
    for keep in rates(name):
        plain, odd = kept_of(name, keep, mixed), kept_of(name, keep, ODD[mixed])
        assert torch.equal(plain.ids, odd.ids)
        assert plain.weight is None or torch.equal(plain.weight, odd.weight)


@pytest.mark.parametrize("name", ["el2n_balanced", "dynamic_balanced"])
def test_fewer_examples_than_classes_cannot_be_balanced(name):
    refused(lambda: kept_of(name, 0.005, SMALL), "3 of 628", "6 classes", "keep 0.0096 or more")
    assert len(kept_of(name, 0.0096, SMALL)) == 6
    refused(lambda: kept_of("balanced_sb", 0.002, SMALL), "3 of 628", "6 classes")  # half of each batch, of 0.004


@pytest.mark.parametrize("name", ["el2n_balanced", "dynamic_balanced"])
@pytest.mark.parametrize("classes", [2, 7, 123, 201, 999])
def test_the_fraction_that_the_line_names_is_enough(name, classes):
    """Also where its two digits are rounded: 0.0123 of 10,000 would be 0.012, which is 3 too few."""
    labels = torch.arange(10_000) % classes
    line = refused(lambda: kept_of(name, 1e-4, labels), f"{classes} classes", "or more")
    fix = float(line.split("keep ")[-1].split()[0])
    assert torch.bincount(labels[kept_of(name, fix, labels).ids], minlength=classes).min() == 1
    whole = torch.arange(9)
    refused(lambda: kept_of(name, 0.5, whole), "keep 1 or more")
    assert len(kept_of(name, 1.0, whole)) == 9
