"""What a folder of images holds and is not read: hidden names, other endings, damaged files."""

from __future__ import annotations

import os

import numpy as np
import pytest
from one_line import refused
from PIL import Image
from small_trees import (
    image,
    load,
    names,
    root,  # noqa: F401
)

from dietsb_core.sources import cache, picture, walk

# Hidden names, and what is passed over

@pytest.mark.parametrize("hidden", [".ipynb_checkpoints/1-checkpoint.png", "a/.ipynb_checkpoints/1-checkpoint.png",
                                    "a/.DS_Store", ".DS_Store", "a/._1.png", ".Trash/x.png", "b/.hidden.png"])
def test_hidden_names_are_skipped_without_a_word(root, capsys, hidden):
    before = load(root).fingerprint
    image(root / "train" / hidden)
    capsys.readouterr()
    source = load(root)
    assert source.classes == ("a", "b") and names(source) == ["a/1.png", "b/1.png"] and source.fingerprint == before
    assert "passed over" not in capsys.readouterr().err


def test_what_is_passed_over_is_counted_in_one_line(root, capsys):
    for i in range(4):
        image(root / "train" / "a" / f"{i}.jfif")
    image(root / "train" / "b" / "below" / "x.HEIC")
    image(root / "test" / "a" / "x.heic")
    image(root / "test" / "a" / "plain")
    image(root / "train" / "stray.png")  # in no class
    (root / "train" / "a" / "labels.csv").write_text("")
    (root / "train" / "a" / "x.y\nz").write_text("")
    os.mkfifo(root / "train" / "b" / "pipe")
    for _ in range(2):  # also where nothing is decoded
        assert len(load(root).train) == 2
        (line,) = (line for line in capsys.readouterr().err.splitlines() if "passed over" in line)
        assert line.startswith(f"{root}: 11 files in train/ and test/ are passed over (")
        for kind in ("4 .jfif", "2 .heic", "2 without an ending", "1 .csv", "1 .png", "1 with another ending", ".jpeg"):
            assert kind in line


def test_a_val_beside_a_test_is_passed_over_with_a_line(root, capsys):
    image(root / "val" / "a" / "1.png")
    assert len(load(root).test) == 2
    assert f"{root}: val/ is passed over: test images are those in test/" in capsys.readouterr().err


def test_endings_are_those_of_torchvision():
    from torchvision.datasets.folder import IMG_EXTENSIONS

    assert sorted(walk.ENDINGS) == sorted(IMG_EXTENSIONS)


def test_an_ordinary_tree_is_listed_as_torchvision_lists_it(root):
    """With the digest that keys the cache: what was decoded before stays."""
    from hashlib import blake2b

    from torchvision.datasets import ImageFolder

    for place in ("a/below/2.JPG", "b/0.tiff", "b/é ü.webp", "b/p/q/r/3.bmp", "a/0.pgm"):
        image(root / "train" / place)
    os.symlink(root / "test" / "a", root / "train" / "c")
    found, known = walk.listed(root / "train"), ImageFolder(str(root / "train"))
    rows = sorted(known.samples, key=lambda row: (row[1], os.path.basename(row[0])))
    assert list(found.classes) == known.classes == ["a", "b", "c"] and not found.passed_over
    assert [*zip(found.files, found.labels.tolist(), strict=True)] == rows
    digest = blake2b(digest_size=16)
    for file, _ in rows:
        about = os.stat(file)
        digest.update(f"{file[len(str(root / 'train')):]}\0{about.st_size}\0{about.st_mtime_ns}\n".encode())
    assert found.digest == digest.digest()


# Damaged files

@pytest.mark.parametrize(("name", "chunk"), [("folder", 4), ("folder-8", 1024)])
def test_all_damaged_files_are_named_at_once(root, monkeypatch, name, chunk):
    monkeypatch.setattr(cache, "CHUNK", chunk)
    for i in range(40):
        image(root / "train" / "b" / f"{i + 10}.png")
    bad = [root / "test" / "a" / "0.png", *(root / "train" / "b" / f"{i}x.png" for i in range(20, 70))]
    for i, file in enumerate(bad):
        file.write_bytes((b"", b"nothing", b"\x89PNG\r\n\x1a\n")[i % 3])
    line = refused(lambda: load(root, name), f"{root}: 51 images are damaged", "test/a/0.png, train/b/20x.png,",
                   "train/b/28x.png and 41 more", "replace it")
    assert line.count("x.png") == 9 and "train/b/29x.png" not in line
    for file in bad:
        file.unlink()
    assert len(load(root, name).train) == 42


def test_the_line_about_damaged_files_counts_what_is_wrong(root):
    (root / "train" / "a" / "0.png").write_bytes(b"")
    Image.fromarray(np.zeros((16, 16), np.uint16)).save(root / "train" / "a" / "2.png")
    image(root / "train" / "b" / "wide.png", 20)
    os.symlink("/nowhere", root / "train" / "b" / "lost.png")
    os.mkfifo(root / "test" / "b" / "pipe.png")
    os.symlink("/dev/zero", root / "test" / "b" / "zero.png")
    line = refused(lambda: load(root), "6 images", "test/b/pipe.png, test/b/zero.png, train/a/0.png, train/a/2.png",
                   "train/b/lost.png", "train/b/wide.png", "2: is no regular file", "1: is truncated", "1: holds more")
    assert len(line) < 500


def test_damage_is_named_beside_an_oblong_first_image(root):
    Image.new("RGB", (9, 8)).save(root / "train" / "a" / "0.png")
    (root / "train" / "a" / "1.png").write_bytes(b"")
    refused(lambda: load(root), "2 images", "train/a/0.png, train/a/1.png", "square", "it is 9 x 8 px")


def test_very_many_oblong_images_are_refused_by_the_first(root, monkeypatch):
    monkeypatch.setattr(picture, "FIRST", 3)
    for i in range(5):
        Image.new("RGB", (9, 8)).save(root / "train" / "a" / f"0{i}.png")
    line = refused(lambda: load(root), root / "train" / "a" / "00.png", "square", "it is 9 x 8 px", "folder-64")
    assert "images are damaged" not in line


def test_test_images_must_be_of_the_size_of_the_training_images(root):
    for name in "ab":
        image(root / "test" / name / "1.png", 20)
    refused(lambda: load(root), "2 images", "test/a/1.png", "2: must be square, 16 x 16 px (it is 20 x 20 px)",
            "folder-16")


def test_a_published_set_in_a_tree_is_not_told_to_become_another(root):
    for part in ("train", "test"):
        image(root / "cifar10" / part / "a" / "1.png")
        image(root / "cifar10" / part / "b" / "1.png", 20)
    line = refused(lambda: load(root, "cifar10"), "2 images", "must be square, 16 x 16 px",
                   "cifar10 has images of 32 px", "python -m dietsb_core data cifar10")
    assert "folder-" not in line


def test_names_with_line_breaks_give_one_line(root):
    (root / "train" / "a" / "x\ny.png").write_bytes(b"")
    refused(lambda: load(root), r"x\ny.png", "truncated")


def test_a_name_that_is_not_utf8(root):
    image(root / "train" / "a" / os.fsdecode(b"\xff\xfe.png"))
    refused(lambda: load(root), "not UTF-8", "rename")
