"""Folders of images decoded once: made right, resumed after a kill, and mended where damaged."""
from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from one_line import refused
from PIL import Image
from torchvision import transforms

from dietsb_core import progress, sources
from dietsb_core.errors import UserError
from dietsb_core.sources import array_reader as rows
from dietsb_core.sources import cache, folder
from dietsb_core.sources.source import Source, Split

TRAIN, TEST = 42, 12  # images; with 4 a chunk that is 11 chunks and 3


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A data folder of oblong images of three sizes, in three classes and three formats."""
    monkeypatch.setattr(cache, "CHUNK", 4)
    rng = np.random.default_rng(0)
    for part, count in (("train", TRAIN), ("val", TEST)):
        for i in range(count):
            file = tmp_path / part / "abc"[i % 3] / f"{i:03d}.{('png', 'JPEG', 'bmp')[i % 5 % 3]}"
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(rng.integers(0, 256, (20 + i % 3, 31, 3), dtype=np.uint8)).save(file)
    return tmp_path


@pytest.fixture
def decoded(monkeypatch) -> Counter:
    """How often each file was decoded."""
    count, plain = Counter(), folder._pixels

    def counting(file: str, *rest) -> np.ndarray:
        count[Path(file).name] += 1
        return plain(file, *rest)

    monkeypatch.setattr(folder, "_pixels", counting)
    return count


def load(tree: Path, name: str = "folder-16") -> Source:
    return sources.load(name, tree)


def files(tree: Path) -> SimpleNamespace:
    """The one cache below `tree`."""
    (place,) = (tree / ".cache").iterdir()
    return SimpleNamespace(place=place, images=place / "train.u8", manifest=place / "train.json")


def touch(file: Path) -> None:
    """What is written within a tick of the clock would not show."""
    os.utime(file, ns=(0, time.time_ns() + 10**9))


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


def test_the_headless_door_makes_and_verifies_it(tree, decoded, monkeypatch):
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


# What stops it, and what then is left

@pytest.mark.parametrize("error", [KeyboardInterrupt, UserError, MemoryError])
def test_what_is_decoded_stays(tree, decoded, monkeypatch, error):
    whole = load(tree, "folder-24").fingerprint
    shutil.rmtree(tree / ".cache")
    decoded.clear()
    counting, allowed = folder._pixels, iter(range(25))

    def stopping(*args) -> np.ndarray:
        if next(allowed, None) is None:
            raise error("stop")
        return counting(*args)

    with monkeypatch.context() as patch, pytest.raises(error):
        patch.setattr(os, "sched_getaffinity", lambda process: {0, 1}, raising=False)  # two chunks at a time
        patch.setattr(folder, "_pixels", stopping)
        load(tree, "folder-24")
    assert sum(decoded.values()) == 25 and not workers()
    decoded.clear()
    assert load(tree, "folder-24").fingerprint == whole
    assert TRAIN - 25 <= sum(decoded.values()) - TEST <= TRAIN - 25 + 14  # what two chunks had begun, or not yet noted


def workers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("ThreadPool")]


def test_ctrl_c_while_others_decode(tree, decoded, monkeypatch):
    def pressed(self, count: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(progress.Progress, "add", pressed)
        load(tree)
    assert not workers() and json.loads(files(tree).manifest.read_text())["sums"].count("") < 11
    decoded.clear()
    load(tree)
    assert sum(decoded.values()) < TRAIN + TEST


SLOW = """
import sys, time
from dietsb_core import sources
from dietsb_core.sources import cache, folder
cache.CHUNK, plain = 4, folder._pixels
def slow(*args):
    time.sleep(.05)
    return plain(*args)
folder._pixels = slow
sources.load("folder-16", sys.argv[1])
"""


def test_a_killed_process_is_resumed(tree, decoded):
    process = subprocess.Popen([sys.executable, "-c", SLOW, str(tree)], stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 300
        while not list(tree.glob(".cache/*/train.json")):
            assert time.monotonic() < deadline and process.poll() is None
            time.sleep(0.01)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    source = load(tree)
    assert 0 < sum(decoded.values()) < TRAIN + TEST
    for row in (0, 20, 41):
        file = tree / "train" / source.classes[source.train.labels[row]] / source.train.names[row]
        np.testing.assert_array_equal(source.train.images[row], folder._pixels(str(file), 16, True))


def test_two_at_once_decode_each_image_once(tree, decoded):
    found = []
    threads = [threading.Thread(target=lambda: found.append(load(tree).fingerprint)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3 and len(set(found)) == 1 and sum(decoded.values()) == TRAIN + TEST


def test_a_broken_image_is_named(tree):
    (tree / "train" / "a" / "000.png").write_bytes(b"not an image")
    refused(lambda: load(tree), str(tree / "train" / "a" / "000.png"), "truncated or not an image", "replace it")


def test_a_full_disk(tree, monkeypatch, decoded):
    monkeypatch.setattr(cache.shutil, "disk_usage", lambda path: SimpleNamespace(free=1000))
    refused(lambda: load(tree), "GB free", "DIETSB_CACHE")
    monkeypatch.undo()
    monkeypatch.setattr(cache, "CHUNK", 4)

    def full(*args) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        refused(lambda: load(tree), "No space left", "DIETSB_CACHE", "what is decoded is kept")
    assert len(load(tree).train) == TRAIN


def test_a_cache_that_cannot_be_written(tree, monkeypatch):
    (tree / "file").write_text("")
    monkeypatch.setenv("DIETSB_CACHE", str(tree / "file"))
    refused(lambda: load(tree), str(tree / "file"), "cannot be made", "DIETSB_CACHE")


# Damage

def damage(tree: Path, what: str) -> None:
    found = files(tree)
    content = bytearray(found.images.read_bytes())
    if what == "a byte":
        content[5 * 3 * 16**2] ^= 1  # of the second chunk
        found.images.write_bytes(content)
    elif what == "truncated":
        found.images.write_bytes(content[:-1])
    elif what == "gone":
        found.images.unlink()
    elif what == "no manifest":
        found.manifest.unlink()
    else:
        found.manifest.write_text(what)
    if found.images.exists():
        touch(found.images)


@pytest.mark.parametrize(("what", "again"), [
    ("a byte", 4), ("truncated", 2), ("gone", 42), ("no manifest", 42), ("{", 42), ("[]", 42), ('{"form": 1}', 42),
    ('{"form": [1, 42, 16, 4], "sums": [1], "stamp": []}', 42)])
def test_damage_is_mended(tree, decoded, capsys, what, again):
    before = load(tree)
    images, fingerprint = np.array(before.train.images), before.fingerprint
    damage(tree, what)
    decoded.clear()
    capsys.readouterr()
    source = load(tree)
    assert sum(decoded.values()) == again
    np.testing.assert_array_equal(source.train.images, images)
    assert source.fingerprint == fingerprint
    assert ("chunks are damaged and are made again" in capsys.readouterr().err) == (what in ("a byte", "truncated",
                                                                                             "gone"))
    decoded.clear()
    load(tree)
    assert not decoded


@pytest.mark.parametrize("change", [("{", ""), ("fingerprint", "other"), ("[", "[1, "), (":", ": 7")])
def test_a_memo_that_is_not_as_it_was_is_made_again(tree, change):
    source = load(tree)
    fingerprint, levels = source.fingerprint, source.levels
    (file,) = files(tree).place.glob("memo-*.json")
    file.write_text(file.read_text().replace(*change, 1))
    assert load(tree).fingerprint == fingerprint
    np.testing.assert_array_equal(load(tree).levels, levels)


def test_what_is_remembered_belongs_to_these_images(tree, monkeypatch):
    """Another decoder may make other images of the same files."""
    first = load(tree).fingerprint
    plain = folder._pixels
    damage(tree, "a byte")
    monkeypatch.setattr(folder, "_pixels", lambda *args: 255 - plain(*args))
    assert load(tree).fingerprint != first
