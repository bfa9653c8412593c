"""Folders of images by name: not UTF-8, alike but for case or blanks, and links that lead nowhere."""

from __future__ import annotations

import os
import shutil

import pytest
from one_line import refused
from small_trees import (
    image,
    load,
    names,
    root,  # noqa: F401
)


@pytest.mark.parametrize("name", ["\udcff", "n\nl", "x" * 200, " ", "\u202e"])
def test_the_data_folder_may_have_any_name(root, name):
    """Also one that is no text. What is decoded is found again."""
    before, place = load(root).fingerprint, root / name
    try:
        place.mkdir()
    except OSError:
        pytest.skip("no such name on this file system")
    for part in ("train", "test"):
        shutil.move(root / part, place / part)
    assert load(place).fingerprint == load(place).fingerprint == before
    assert len(list((place / ".cache").iterdir())) == 1


@pytest.mark.parametrize("place", ["a/\udce9.png", "\udcff/1.png", "a/below\udcff/deeper/2.png"])
def test_a_name_that_is_not_utf8_is_shown_as_it_is_and_no_more(root, place):
    image(root / "train" / place)
    line = refused(lambda: load(root), repr(str(root / "train" / place)), "not UTF-8", "rename the file, or the fol")
    assert "\\x00" not in line  # the size and the time, which are digested with it


def test_a_name_that_is_not_utf8_of_what_is_not_read(root, capsys):
    (root / "train" / "a" / "\udcff.txt").write_text("")
    assert names(load(root)) == ["a/1.png", "b/1.png"] and "1 .txt" in capsys.readouterr().err


@pytest.mark.parametrize(("train", "test"), [("cat", "Cat"), ("dog ", "dog"), ("e\u0301", "\u00e9"),
                                             ("STRASSE", "straße")])
def test_one_class_by_two_names_is_told_from_a_missing_one(root, train, test):
    image(root / "train" / train / "1.png")
    image(root / "test" / test / "1.png")
    refused(lambda: load(root), ascii(train), ascii(test), "in case, blanks or Unicode's form alone: rename one")


def test_a_class_that_is_missing(root):
    image(root / "train" / "c" / "1.png")
    refused(lambda: load(root), "class 'c' is in train/ and not in test/", "add the missing one or remove this")
    shutil.move(root / "train" / "c", root / "test" / "c")
    refused(lambda: load(root), "class 'c' is in test/ and not in train/", "add the missing one or remove this")


def test_classes_that_differ_by_case_are_two(root):
    for part in ("train", "test"):
        image(root / part / "A" / "1.png")
    if len(os.listdir(root / "train")) < 3:
        pytest.skip("one name on this file system")
    assert load(root).classes == ("A", "a", "b")


@pytest.mark.parametrize("place", ["train/c", "test/c", "train/a/more", "train/a/n01.v2", "train/b/notes.txt"])
@pytest.mark.parametrize("target", ["/nowhere/c", "c", "more"])
def test_a_link_that_leads_nowhere_may_have_been_a_folder_of_images(root, place, target):
    os.symlink(target, root / place)
    refused(lambda: load(root), root / place, "a link that leads nowhere", "put it in order, or remove it")


def test_a_hidden_link_that_leads_nowhere_is_skipped(root):
    """Such as an editor's lock."""
    for place in ("train/.#c", "train/a/.#1.png"):
        os.symlink("user@host.1234", root / place)
    assert names(load(root)) == ["a/1.png", "b/1.png"]
