"""A damaged cache is noticed and made again."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from image_tree import (
    decoded,  # noqa: F401
    files,
    load,
    touch,
    tree,  # noqa: F401
)

from dietsb_core.sources import folder

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
    ('{"form": [1, 42, 16, 4], "sums": [1], "stamp": []}', 42),
    ("[" * 100_000, 42)])
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


def test_a_byte_is_noticed_where_the_time_of_the_file_was_set_back(tree, decoded):
    """As by a program that restores or copies files with their times."""
    images, found = np.array(load(tree).train.images), files(tree).images
    before = found.stat()
    content = bytearray(found.read_bytes())
    content[0] ^= 1
    found.write_bytes(content)
    os.utime(found, ns=(before.st_atime_ns, before.st_mtime_ns))
    decoded.clear()
    np.testing.assert_array_equal(load(tree).train.images, images)
    assert sum(decoded.values()) == 4


@pytest.mark.parametrize("change", [("{", ""), ("fingerprint", "other"), ("[", "[1, "), (":", ": 7"),
                                    ("{", "[" * 100_000)])
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
