"""Bad original files, downloads, folders and sources: one clear line each."""

from __future__ import annotations

import pickle
import urllib.error

import fake_cifar
import numpy as np
import pytest
from bad_cifar import cifar_refused
from fake_cifar import Trap
from one_line import refused

from dietsb_core import sources
from dietsb_core.sources import cifar
from dietsb_core.sources.source import Source, Split

# torchvision's folder

@pytest.mark.parametrize("file", ["train0", "test0", "meta"])
def test_original_with_a_missing_file(tmp_path, monkeypatch, file):
    folder = fake_cifar.write_original(tmp_path, monkeypatch)
    (folder / file).unlink()
    line = cifar_refused(tmp_path, f"{folder / file} is missing", "dietsb_core data cifar100")
    assert "move it away" not in line  # it is not there


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
    refused(lambda: sources.load("folder", tmp_path), "class 'cup' is in train/ and not in test/", "add the missing")


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


@pytest.mark.parametrize("part", ["train", "test"])
def test_a_class_that_training_or_test_lacks(part):
    parts = {"train": fake_cifar.rows("train"), "test": fake_cifar.rows("test")}
    parts[part] = parts[part].take(np.flatnonzero(parts[part].labels != 1))
    refused(lambda: Source("fake", fake_cifar.CLASSES, **parts), f"no {part}", "'bear' (of 1 such classes", "add one")
