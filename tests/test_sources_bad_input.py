"""Every kind of bad data gives one clear line, and nothing in a file is ever run."""

from __future__ import annotations

import pickle
import sys

import fake_cifar
import numpy as np
import pytest
from bad_cifar import cifar_refused
from fake_cifar import TINY, Trap, arrays
from one_line import refused

from dietsb_core import sources
from dietsb_core.sources import procedural


def test_unknown_source():
    refused(lambda: sources.load("imagenet"), "'imagenet'", *sources.SOURCES)


def test_side_that_is_not_drawn():
    refused(lambda: procedural.load(side=20), "20", "16, 32")


def test_digits_without_scikit_learn(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    refused(lambda: sources.load("digits"), "pip install scikit-learn")


def test_cifar_not_found_names_the_places_and_the_command(tmp_path):
    refused(lambda: sources.load("cifar100", tmp_path),
            f"{tmp_path} and {tmp_path / 'cifar100'} for",
            "cifar100-train.npz", "cifar100-test.npz", "cifar-100-python/",
            "python -m dietsb_core data cifar100")
    refused(lambda: sources.load("cifar10", tmp_path),
            "cifar-10-batches-py/", "python -m dietsb_core data cifar10")


# .npz files

@pytest.mark.parametrize("part", ["train", "test"])
def test_half_a_pair(tmp_path, part):
    fake_cifar.write_npz(tmp_path)
    (tmp_path / f"cifar100-{part}.npz").unlink()
    cifar_refused(tmp_path, f"cifar100-{part}.npz is missing")


@pytest.mark.parametrize("keep", [0, 100, -30])
def test_truncated_npz(tmp_path, keep):
    file = fake_cifar.write_npz(tmp_path)
    file.write_bytes(file.read_bytes()[:keep])
    cifar_refused(tmp_path, str(file), "truncated")


def test_npz_with_a_changed_byte(tmp_path):
    file = fake_cifar.write_npz(tmp_path)
    content = bytearray(file.read_bytes())
    content[5000] ^= 1
    file.write_bytes(content)
    cifar_refused(tmp_path, str(file), "damaged", "CRC")


def test_npz_that_is_a_pickle_is_not_loaded(tmp_path):
    file = fake_cifar.write_npz(tmp_path)
    file.write_bytes(pickle.dumps(Trap(tmp_path / "mark")))
    line = cifar_refused(tmp_path, str(file), "not an .npz file")
    assert "allow_pickle" not in line  # NumPy advises to set it
    assert not (tmp_path / "mark").exists()


@pytest.mark.parametrize("key", ["images", "labels", "names", "classes"])
def test_npz_with_pickled_objects_is_refused_and_not_loaded(tmp_path, key):
    trap = np.array([Trap(tmp_path / "mark")] * 12, dtype=object)
    file = fake_cifar.write_npz(tmp_path, **{key: trap})
    with np.load(file, allow_pickle=True) as archive:  # the trap works ...
        archive[key]
    (tmp_path / "mark").unlink()
    cifar_refused(tmp_path, str(file), repr(key), "pickled Python objects", "refused")
    assert not (tmp_path / "mark").exists()  # ... and was not sprung


def test_numpy_is_never_allowed_to_unpickle(tmp_path, monkeypatch):
    """Whatever is checked beforehand, this stands behind it."""
    fake_cifar.write_npz(tmp_path)
    calls, load = [], np.load
    monkeypatch.setattr(np, "load", lambda *args, **kwargs: calls.append(kwargs) or load(*args, **kwargs))
    TINY.load(tmp_path)
    assert calls == [{"allow_pickle": False}] * 2


@pytest.mark.parametrize("key", ["images", "labels", "names", "classes"])
def test_npz_without_a_key(tmp_path, key):
    file = fake_cifar.write_npz(tmp_path)
    np.savez(file, **{name: array for name, array in arrays("train").items() if name != key})
    cifar_refused(tmp_path, str(file), f"has no {key!r}", "images, labels, names, classes")


@pytest.mark.parametrize("key, bad, words", [
    ("images", np.zeros((12, 32, 32, 3), np.float32), ["float32 [12, 32, 32, 3]", "must be uint8"]),
    ("images", np.zeros((12, 3, 32, 32), np.uint8), ["uint8 [12, 3, 32, 32]", "side, side, 3]"]),
    ("images", np.zeros((12, 32, 16, 3), np.uint8), ["[12, 32, 16, 3]", "side, side, 3]"]),
    ("images", np.zeros((0, 32, 32, 3), np.uint8), ["[0, 32, 32, 3]", "N > 0"]),
    ("labels", np.zeros(12), ["labels are float64 [12]", "must be int64"]),
    ("labels", np.zeros(11, np.int64), ["labels are int64 [11]", "[12]"]),
    ("labels", np.arange(12) % 4, ["labels run from 0 to 3", "allowed are 0 to 2"]),
    ("labels", np.arange(12) % 3 - 1, ["labels run from -1 to 1", "allowed are 0 to 2"]),
    ("names", np.arange(12), ["names are int64 [12]", "must be str"]),
    ("names", np.array(["a", "b"]), ["names are str [2]", "[12]"]),
    ("names", np.array(["a.png"] * 12), ["'a.png' occurs twice in class", "unique within its class"]),
    ("classes", np.arange(3), ["classes are int64 [3]", "must be str"]),
    ("classes", np.array(["apple", "apple", "cup"]), ["different classes"]),
])
def test_npz_with_a_bad_array(tmp_path, key, bad, words):
    fake_cifar.write_npz(tmp_path, **{key: bad})
    cifar_refused(tmp_path, "cifar100-train.npz", *words)


def test_wrong_checksum_beside_the_npz(tmp_path):
    file = fake_cifar.write_npz(tmp_path)
    sums = tmp_path / "cifar100-train.npz.sha256"
    sums.write_text(f"{'0' * 64}  {file.name}\n")
    cifar_refused(tmp_path, str(file), "SHA-256", "000000000000")
    sums.write_text("no sums here\n")
    cifar_refused(tmp_path, str(sums), "has no line for cifar100-train.npz")


@pytest.mark.parametrize("what, whole, words", [
    ("train", 13, "12 training images, cifar100 has 13"), ("test", 5, "6 test images, cifar100 has 5"),
    ("classes", 4, "3 classes, cifar100 has 4"), ("side", 8, "32 pixels a side, cifar100 has 8")])
def test_incomplete_cifar(tmp_path, what, whole, words):
    from dataclasses import replace

    fake_cifar.write_npz(tmp_path)
    refused(lambda: replace(TINY, **{what: whole}).load(tmp_path), words, "dietsb_core data cifar100")
