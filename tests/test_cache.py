"""Folders of images decoded once: made right, resumed after a kill, and made again where damaged."""

from __future__ import annotations

import os

import numpy as np
import pytest
from image_tree import (
    TEST,
    TRAIN,
    decoded,  # noqa: F401
    files,
    load,
    touch,
    tree,  # noqa: F401
)
from one_line import refused
from PIL import Image
from torchvision import transforms

from dietsb_core import progress, sources
from dietsb_core.sources import array_reader as rows
from dietsb_core.sources.source import Source, Split

# What is made

def test_images_are_torchvisions_resize_and_crop(tree):
    source = load(tree)
    assert (source.name, source.classes, source.side) == ("folder-16", ("a", "b", "c"), 16)
    reference = transforms.Compose([transforms.Resize(16), transforms.CenterCrop(16)])
    for part, split, count in (("train", source.train, TRAIN), ("val", source.test, TEST)):
        assert len(split) == count and isinstance(split.images, np.memmap) and not split.images.flags.writeable
        for image, label, name in zip(split.images, split.labels, split.names, strict=True):
            plain = Image.open(tree / part / source.classes[label] / name).convert("RGB")
            np.testing.assert_array_equal(image, np.asarray(reference(plain)))
        assert split.by_label_and_name().tolist() == list(range(count))  # canonical


def test_it_is_made_once_and_says_so(tree, decoded, capsys):
    first = load(tree)
    assert max(decoded.values()) <= 2 and sum(decoded.values()) == TRAIN + TEST  # names are in both parts
    assert "folder-16 train: 42 of 42 images to decode" in capsys.readouterr().err
    decoded.clear()
    again = load(tree)
    assert not decoded and capsys.readouterr().err == ""
    np.testing.assert_array_equal(first.train.images, again.train.images)


def test_fingerprint_and_levels_are_those_of_the_arrays_and_remembered(tree, monkeypatch):
    source = load(tree)
    splits = (Split(np.array(s.images), s.labels, s.names) for s in (source.train, source.test))
    plain = Source("plain", source.classes, *splits)
    assert source.fingerprint == plain.fingerprint
    np.testing.assert_array_equal(source.levels, plain.levels)
    assert plain.levels[1, 77] == (plain.train.images[..., 1] == 77).sum()
    monkeypatch.setattr(rows, "parts", None)
    assert load(tree).fingerprint == plain.fingerprint and load(tree).levels.sum() == 3 * TRAIN * 256


def test_another_side_is_another_source(tree):
    assert load(tree, "folder-24").side == 24 and load(tree).side == 16
    assert len(list((tree / ".cache").iterdir())) == 2
    refused(lambda: load(tree, "folder"), "31 x 20 px", "square", "folder-64")


@pytest.mark.parametrize("name", ["folder-7", "folder-1025", "folder-016", "folder-x", "folder-", "folder-16-2"])
def test_a_side_that_is_not_allowed(tree, name):
    refused(lambda: load(tree, name), repr(name), "folder-<side>, with a side from 8 to 1024")
    refused(lambda: sources.prepare(name, tree), repr(name), "folder-<side>", "svhn")


@pytest.mark.parametrize("change", ["time", "content", "name", "more", "fewer"])
def test_a_changed_tree_makes_a_new_cache(tree, decoded, change):
    load(tree)
    decoded.clear()
    file = tree / "train" / "b" / "001.JPEG"
    if change == "time":
        touch(file)
    elif change == "content":
        Image.new("RGB", (30, 20)).save(file)
    elif change == "name":
        file.rename(file.with_name("new.JPEG"))
    elif change == "more":
        Image.new("RGB", (30, 20)).save(file.with_name("new.png"))
    else:
        file.unlink()
    source = load(tree)
    assert sum(decoded.values()) == len(source.train) + TEST and len(list((tree / ".cache").iterdir())) == 2


def test_where_it_lies(tree, tmp_path_factory, monkeypatch):
    elsewhere = tmp_path_factory.mktemp("fast-disk")
    monkeypatch.setenv("DIETSB_CACHE", str(elsewhere))
    load(tree)
    assert not (tree / ".cache").exists() and len(list(elsewhere.iterdir())) == 1


def test_the_command_line_makes_and_verifies_it(tree, decoded, monkeypatch):
    assert "42 + 12 images of 16 px in 3 classes" in sources.prepare("folder-16", tree)
    decoded.clear()
    images, listing = files(tree).images, files(tree).images.stat()
    content = bytearray(images.read_bytes())
    content[5] ^= 1
    images.write_bytes(content)
    os.utime(images, ns=(listing.st_atime_ns, listing.st_mtime_ns))  # damage that leaves no trace
    sources.prepare("folder-16", tree)
    assert sum(decoded.values()) == 4


def test_progress_has_an_estimate(tree, monkeypatch, capsys):
    monkeypatch.setattr(progress, "EVERY", 0.0)
    load(tree)
    lines = capsys.readouterr().err.splitlines()
    assert any("folder-16 train: decoding: 4 of 42" in line and "left" in line for line in lines)
    assert any("folder-16 train: verifying: 42 of 42" in line for line in lines)
