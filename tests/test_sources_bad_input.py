"""Every kind of bad data gives one clear line, and nothing in a file is ever run."""
from __future__ import annotations

import pickle
import sys
import urllib.error
from pathlib import Path

import fake_cifar
import numpy as np
import pytest
from fake_cifar import TINY, Trap, arrays
from one_line import refused

from dietsb_core import sources
from dietsb_core.sources import cifar, procedural
from dietsb_core.sources.source import Source, Split


def cifar_refused(root: Path, *words: str) -> str:
    return refused(lambda: TINY.load(root), *words)


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


# torchvision's folder

@pytest.mark.parametrize("file", ["train0", "test0", "meta"])
def test_original_with_a_missing_file(tmp_path, monkeypatch, file):
    folder = fake_cifar.write_original(tmp_path, monkeypatch)
    (folder / file).unlink()
    cifar_refused(tmp_path, f"{folder / file} is missing", "dietsb_core data cifar100")


@pytest.mark.parametrize("file", ["train0", "test0", "meta"])
def test_original_with_a_wrong_checksum_is_not_unpickled(tmp_path, monkeypatch, file):
    folder = fake_cifar.write_original(tmp_path, monkeypatch)
    (folder / file).write_bytes(pickle.dumps(Trap(tmp_path / "mark")))
    loaded = []
    monkeypatch.setattr(pickle, "load", lambda *args, **kwargs: loaded.append(args))
    cifar_refused(tmp_path, str(folder / file), "truncated or altered", "MD5", "dietsb_core data cifar100")
    assert not loaded and not (tmp_path / "mark").exists()  # not even the files that are in order


def test_truncated_original(tmp_path, monkeypatch):
    folder = fake_cifar.write_original(tmp_path, monkeypatch)
    (folder / "train0").write_bytes((folder / "train0").read_bytes()[:-1])
    cifar_refused(tmp_path, str(folder / "train0"), "truncated")


# The download

def test_download_of_something_else(tmp_path):
    refused(lambda: sources.prepare("digits", tmp_path), "'digits'", "cifar10, cifar100, svhn, folder")


@pytest.mark.parametrize("error", [
    urllib.error.URLError("no route"), RuntimeError("File not found or corrupted."),
    OSError(28, "No space left on device"), EOFError()])
def test_download_that_fails(tmp_path, monkeypatch, error):
    import torchvision.datasets

    def fail(self):
        raise error

    monkeypatch.setattr(torchvision.datasets.CIFAR100, "download", fail)
    refused(lambda: cifar.CIFARS["cifar100"].download(tmp_path), "https://", str(error) or "EOFError", str(tmp_path),
            "cifar100-train.npz")


# Folders of images

def test_folder_not_found(tmp_path):
    refused(lambda: sources.load("folder", tmp_path), str(tmp_path / "train"), "DIETSB_DATA")


def test_folder_without_test_images(tmp_path):
    fake_cifar.write_tree(tmp_path, test="elsewhere")
    refused(lambda: sources.load("folder", tmp_path), "neither test/ nor val/")


def test_folder_with_an_empty_class(tmp_path):
    fake_cifar.write_tree(tmp_path)
    (tmp_path / "train" / "door").mkdir()
    refused(lambda: sources.load("folder", tmp_path), "door")


def test_folder_whose_parts_differ_in_classes(tmp_path):
    fake_cifar.write_tree(tmp_path)
    (tmp_path / "test" / "cup").rename(tmp_path / "test" / "door")
    refused(lambda: sources.load("folder", tmp_path), "'cup'", "only one of train/ and test/")


@pytest.mark.parametrize("size, words", [((31, 31), ["31 x 31", "32 x 32"]),
                                         ((32, 20), ["32 x 20", "32 x 32"])])
def test_folder_with_an_image_of_another_size(tmp_path, size, words):
    from PIL import Image

    fake_cifar.write_tree(tmp_path)
    Image.new("RGB", size).save(tmp_path / "train" / "bear" / "odd.png")
    refused(lambda: sources.load("folder", tmp_path), "odd.png", *words)


def test_folder_with_a_damaged_image(tmp_path):
    fake_cifar.write_tree(tmp_path)
    file = tmp_path / "train" / "bear" / "bad.png"
    for content in (b"", b"not an image", next((tmp_path / "test" / "cup").iterdir()).read_bytes()[:-900]):
        file.write_bytes(content)
        refused(lambda: sources.load("folder", tmp_path), str(file), "truncated or not an image")


def test_folder_with_one_name_twice_in_a_class(tmp_path):
    fake_cifar.write_tree(tmp_path)
    name = next((tmp_path / "train" / "bear").iterdir())
    (tmp_path / "train" / "bear" / "below").mkdir()
    (tmp_path / "train" / "bear" / "below" / name.name).write_bytes(name.read_bytes())
    refused(lambda: sources.load("folder", tmp_path), name.name, "twice")


# A source made by hand

def test_source_with_parts_of_different_sizes():
    train, test = fake_cifar.rows("train"), fake_cifar.rows("test")
    small = Split(np.ascontiguousarray(test.images[:, :16, :16]), test.labels, test.names)
    refused(lambda: Source("fake", fake_cifar.CLASSES, train, small), "32 px", "16 px")


def test_source_with_truth_of_the_wrong_length():
    train, test = fake_cifar.rows("train"), fake_cifar.rows("test")
    refused(lambda: Source("fake", fake_cifar.CLASSES, train, test, {"rare": np.zeros(6, bool)}),
            "'rare'", "bool [6]", "[12]")


def test_source_with_too_few_classes():
    train, test = fake_cifar.rows("train"), fake_cifar.rows("test")
    refused(lambda: Source("fake", ("one",), train, test), "1 classes", "two or more")
    refused(lambda: Source("fake", ("a", "b", "a"), train, test), "3 classes with 2 different")
