"""CIFAR with a long tail: its profile, which images stay, and a tail that superclasses hide."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from fake_cifar import TINY, write_npz, write_tree
from one_line import refused

from dietsb_core import evaluate, sources
from dietsb_core.errors import DataMissing
from dietsb_core.sources import imbalanced
from dietsb_core.sources.cifar import CIFARS
from dietsb_core.sources.source import Source, Split


@pytest.mark.parametrize(("most", "classes", "imbalance", "total"), [
    (5000, 10, 100, 12_406), (500, 100, 100, 10_847),  # the totals that the literature on long tails has
    (5000, 10, 1, 50_000), (5000, 10, 10, 20_431),
])
def test_the_profile_is_the_usual_one(most, classes, imbalance, total):
    sizes = imbalanced.profile(most, classes, imbalance)
    assert sizes.sum() == total and (sizes[0], sizes[-1]) == (most, most // imbalance)
    assert (np.diff(sizes) <= 0).all()


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """Three classes of four training images, in place of CIFAR-100."""
    monkeypatch.setitem(CIFARS, "cifar100", TINY)
    write_npz(tmp_path)
    return tmp_path


def test_a_long_tail_is_drawn_from_the_users_own_files(tiny):
    whole, tail = TINY.load(tiny), sources.load("cifar100-lt-4", tiny)
    assert np.bincount(tail.train.labels).tolist() == [4, 2, 1]
    rows = [np.flatnonzero((whole.train.names == name) & (whole.train.labels == label)).item()
            for name, label in zip(tail.train.names, tail.train.labels, strict=True)]
    assert rows == sorted(set(rows)) and np.array_equal(whole.train.images[rows], tail.train.images)
    assert np.array_equal(tail.test.images, whole.test.images) and tail.classes == whole.classes
    assert np.array_equal(tail.rare, tail.test.labels == 2)
    assert tail.fingerprint == sources.load("cifar100-lt-4", tiny).fingerprint != whole.fingerprint


def test_a_long_tail_of_a_folder_does_not_take_the_folders_fingerprint(tmp_path, monkeypatch):
    """A tree remembers its fingerprint in a file of its own, which says nothing of a part of it."""
    monkeypatch.setitem(CIFARS, "cifar100", TINY)
    whole = TINY.load(write_tree(tmp_path / "cifar100").parent)
    noted, tail = whole.fingerprint, sources.load("cifar100-lt-4", tmp_path)
    assert whole.memo and len(tail.train) == 7 and tail.fingerprint != noted == TINY.load(tmp_path).fingerprint


def test_accuracy_is_also_that_of_what_is_rare():
    right, rare = torch.tensor([1.0, 0.0, 0.0, 1.0, 1.0]), np.array([False, False, True, True, True])
    source = SimpleNamespace(classes=("a", "b"), rare=rare)
    data = SimpleNamespace(source=source, test=SimpleNamespace(labels=torch.tensor([0, 0, 0, 1, 1])))
    found = evaluate.parts(right, SimpleNamespace(data=data))
    assert found == {"class_accuracy": pytest.approx([1 / 3, 1.0]), "rare_accuracy": pytest.approx(2 / 3)}
    source.rare = None
    assert "rare_accuracy" not in evaluate.parts(right, SimpleNamespace(data=data))


def test_less_imbalance_holds_what_more_has(tiny):
    more, less = (set(zip(made.train.names.tolist(), made.train.labels.tolist(), strict=True))
                  for made in (sources.load("cifar100-lt-4", tiny), sources.load("cifar100-lt-2", tiny)))
    assert more < less and len(sources.load("cifar100-lt-1", tiny).train) == 12


def test_imbalance_100_goes_without_its_number(tiny):
    assert imbalanced.loader("cifar100-lt").keywords == {"base": "cifar100", "imbalance": 100}
    refused(lambda: sources.load("cifar100-lt-100", tiny), "'cifar100-lt-100'", "cifar100-lt-<imbalance>")


def test_the_longest_tail_leaves_no_class_without_an_image(tiny):
    """Of 500 images a class, as CIFAR-100 has, an imbalance of 501 would leave none of the smallest."""
    for (base, most), (each, classes) in zip(imbalanced.LONGEST.items(), ((5000, 10), (500, 100)), strict=True):
        assert imbalanced.profile(each, classes, most).min() >= 1
        assert imbalanced.loader(f"{base}-lt-{most}") and not imbalanced.loader(f"{base}-lt-{most + 1}")
    refused(lambda: sources.load("cifar100-lt", tiny), "cifar100-lt: no training image has the class 'bear'", "of 2")


@pytest.mark.parametrize("name", ["cifar10-lt-0", "cifar10-lt-1001", "cifar100-lt-501", "cifar10-lt-", "cifar9-lt",
                                  "cifar10-hidden"])
def test_other_names_are_refused_and_say_what_there_is(name, tmp_path):
    refused(lambda: sources.load(name, tmp_path), repr(name), "cifar10-lt", "cifar100-hidden")


@pytest.mark.parametrize("name", imbalanced.NAMES)
def test_without_the_files_the_line_says_how_to_get_them(name, tmp_path):
    with pytest.raises(DataMissing, match=f"data {imbalanced.base_of(name)}"):
        sources.load(name, tmp_path)


KINDS = sorted(kind for kinds in imbalanced.SUPERCLASSES.values() for kind in kinds.split())


class Hundred:
    """Stands in for CIFAR-100: its classes, 8 training and 2 test images of each. All classes share file names."""

    def load(self, root) -> Source:
        def split(each: int) -> Split:
            labels = np.repeat(np.arange(100), each)
            images = np.broadcast_to(labels.astype(np.uint8)[:, None, None, None], (len(labels), 8, 8, 3)).copy()
            return Split(images, labels, np.array([f"s_{i % each:03d}.png" for i in range(len(labels))]))
        return Source("cifar100", tuple(KINDS), split(8), split(2))


def test_superclasses_hide_their_rare_kinds(tmp_path, monkeypatch):
    monkeypatch.setitem(CIFARS, "cifar100", Hundred())
    made = sources.load("cifar100-hidden", tmp_path)
    assert len(made.classes) == 20 and len(KINDS) == 100
    kinds = np.array([name.split("/")[0] for name in made.train.names])
    for label, superclass in enumerate(made.classes):
        inside = imbalanced.SUPERCLASSES[superclass].split()
        assert [int((kinds == kind).sum()) for kind in inside] == [8, 3, 1, 0, 0]
        assert set(kinds[made.train.labels == label]) == set(inside[:3])
    pixel = np.array([KINDS.index(kind) for kind in kinds])
    assert np.array_equal(made.train.images[:, 0, 0, 0], pixel)  # an image goes with its name
    tested = np.array([name.split("/")[0] for name in made.test.names])
    rare = {kind for kinds in imbalanced.SUPERCLASSES.values() for kind in kinds.split()[3:]}
    assert np.array_equal(made.rare, np.isin(tested, sorted(rare))) and made.rare.mean() == 0.4
