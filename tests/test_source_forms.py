"""Sources: fingerprints, CIFAR's three forms, folders, and where files are looked for."""

from __future__ import annotations

from pathlib import Path

import fake_cifar
import numpy as np
import pytest
from fake_cifar import TINY
from source_parts import assert_same

from dietsb_core import sources
from dietsb_core.sources import cifar
from dietsb_core.sources.source import Source, Split

# Digits

def test_digits():
    from sklearn.datasets import load_digits

    source, bunch = sources.load("digits"), load_digits()
    assert source.train.images.shape == (1437, 8, 8, 3) and len(source.test) == 360 and source.truth == {}
    rows = [int(name.removeprefix("digit_")) for split in (source.train, source.test) for name in split.names]
    assert sorted(rows) == list(range(1797))
    assert rows[:1437] == sorted(rows[:1437]) and rows[1436] > 1700  # in order, and not simply the first rows
    row = int(source.test.names[7][-5:])
    np.testing.assert_array_equal(source.test.images[7, :, :, 1], np.rint(bunch.images[row] * 255 / 16))
    assert source.test.labels[7] == bunch.target[row]
    assert np.bincount(source.test.labels).min() > 20  # every class is in both splits
    assert sources.load("digits").fingerprint == source.fingerprint


# The fingerprint

def two_splits() -> tuple[Split, Split]:
    return fake_cifar.rows("train"), fake_cifar.rows("test")


def source_of(train: Split, test: Split) -> Source:
    return Source("fake", fake_cifar.CLASSES, train, test)


@pytest.mark.parametrize("part", [0, 1])
@pytest.mark.parametrize("what", ["images", "labels", "names"])
def test_fingerprint_sees_every_change(part, what):
    splits = two_splits()
    splits[part].names[3] = "lone.png"  # so that its class may change
    before = source_of(*splits).fingerprint
    array = getattr(splits[part], what)
    if what == "names":
        array[3] = "other.png"
    else:
        array.flat[3] = (array.flat[3] + 1) % 3
    assert source_of(*splits).fingerprint != before


def test_fingerprint_ignores_how_wide_the_names_are_stored():
    train, test = two_splits()
    wide = Split(train.images, train.labels, train.names.astype("<U60"))
    assert source_of(wide, test).fingerprint == source_of(train, test).fingerprint


# CIFAR: three forms, one order

def write(form: str, root, monkeypatch) -> None:
    if form == "npz":
        fake_cifar.write_npz(root)
    elif form == "npz below":
        fake_cifar.write_npz(root / "cifar100")
    elif form == "original":
        fake_cifar.write_original(root, monkeypatch)
    elif form == "original in batches":  # as CIFAR-10 comes
        fake_cifar.write_original(root / "cifar100", monkeypatch, batches=3, key="labels")
    elif form == "tree":
        fake_cifar.write_tree(root / "cifar100")
    else:
        fake_cifar.write_tree(root / "cifar100", test="val")

FORMS = ["npz", "npz below", "original", "original in batches", "tree", "tree with val"]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_cifar_gives_identical_rows(form, tmp_path, monkeypatch):
    write(form, tmp_path, monkeypatch)
    source = TINY.load(tmp_path)
    assert source.classes == fake_cifar.CLASSES and source.name == "cifar100"
    assert_same(source.train, fake_cifar.rows("train"))
    assert_same(source.test, fake_cifar.rows("test"))
    assert source.fingerprint == source_of(*two_splits()).fingerprint
    assert source.train.images.flags.c_contiguous


def test_the_tables_name_whole_data_sets():
    for name, classes in (("cifar10", 10), ("cifar100", 100)):
        known = cifar.CIFARS[name]
        assert (known.name, known.classes, known.side) == (name, classes, 32)
        assert (known.train, known.test) == (50_000, 10_000)
        assert known.torchvision().__name__ == name.upper()


def test_a_checksum_beside_the_file_is_accepted(tmp_path):
    import hashlib

    file = fake_cifar.write_npz(tmp_path)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    for line in (f"{digest}  {file.name}\n", f"{'0' * 64}  other.npz\n{digest.upper()} *{file.name}\n"):
        file.with_name(file.name + ".sha256").write_text(line)
        assert len(TINY.load(tmp_path).train) == 12


def test_labels_of_any_integer_type_are_taken(tmp_path):
    fake_cifar.write_npz(tmp_path, labels=fake_cifar.arrays("train")["labels"].astype(np.uint8))
    assert TINY.load(tmp_path).train.labels.dtype == np.int64


def test_download_returns_a_verified_folder_without_asking_the_network(tmp_path, monkeypatch):
    folder = fake_cifar.write_original(tmp_path, monkeypatch)
    assert cifar.CIFARS["cifar100"].download(tmp_path) == folder


# Folders of images, and where files are looked for

def test_folder(tmp_path, monkeypatch):
    fake_cifar.write_tree(tmp_path)
    monkeypatch.setenv("DIETSB_DATA", str(tmp_path))
    source = sources.load("folder")
    assert source.name == "folder" and source.classes == fake_cifar.CLASSES
    assert_same(source.train, fake_cifar.rows("train"))


def test_folder_makes_grey_images_rgb(tmp_path):
    from PIL import Image

    fake_cifar.write_tree(tmp_path)
    Image.new("L", (32, 32), 77).save(tmp_path / "train" / "apple" / "a.png")
    image = sources.load("folder", tmp_path).train.images[0]
    assert image.shape == (32, 32, 3) and (image == 77).all()


def test_data_root(monkeypatch, tmp_path):
    monkeypatch.setenv("DIETSB_DATA", "/some/where")
    assert str(sources.data_root()) == "/some/where" and sources.data_root(tmp_path) == tmp_path
    monkeypatch.setenv("DIETSB_DATA", "~/images")
    assert sources.data_root() == Path.home() / "images"


@pytest.mark.parametrize("value", ["", None])
def test_data_root_is_the_projects_wherever_it_is_called_from(monkeypatch, tmp_path, value):
    """A notebook runs in notebooks/, the command line anywhere: they must agree."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DIETSB_DATA", "") if value == "" else monkeypatch.delenv("DIETSB_DATA", raising=False)
    assert sources.data_root() == Path(__file__).resolve().parents[1] / "data"
    monkeypatch.setattr(sources, "PROJECT", tmp_path / "site-packages")  # installed without its project
    assert sources.data_root() == Path("data")


def test_canonical_reorders_truth_with_the_rows():
    split = fake_cifar.shuffled("train")
    source = Source("fake", ("cup", "apple", "bear"), split, fake_cifar.rows("test"),
                    {"key": split.images[:, 0, 0, 0].copy()}).canonical()
    np.testing.assert_array_equal(source.truth["key"], source.train.images[:, 0, 0, 0])
    assert source.classes == ("apple", "bear", "cup")
    cup = np.isin(source.train.images[:, 0, 0], split.images[split.labels == 0][:, 0, 0]).all(1)
    assert set(source.train.labels[cup]) == {2}
