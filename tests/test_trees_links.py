"""Folders of images with links that lead back, with very many folders, and with too little in them: one line each."""

from __future__ import annotations

import os

import pytest
from image_tree import touch
from one_line import refused
from small_trees import (
    image,
    load,
    names,
    root,  # noqa: F401
)

from dietsb_core.sources import walk


@pytest.mark.parametrize(("place", "target"), [
    ("train/z", "."), ("train/z", ".."), ("train/z", "../.."), ("train/z", "/"), ("train/a/loop", "."),
    ("train/a/loop", ".."), ("train/a/loop", "../.."), ("train/a/loop", "/"), ("train/a/p/q", ".."),
    ("train/a/p/q", "."), ("train/a/p/q", "../.."), ("train/a/p/q", "../../../train")])
def test_a_link_that_leads_back_is_one_line(root, place, target):
    """`z` is a class that is its own part, the data folder, or the whole disk."""
    (root / place).parent.mkdir(parents=True, exist_ok=True)
    os.symlink(target, root / place)
    refused(lambda: load(root), root / place, "is a link to", "remove the link")


def test_links_that_multiply_are_one_line(root):
    """Thirty folders, each with two links to the next: 2^30 paths."""
    at = root / "train" / "a"
    farm = [root / "farm" / str(i) for i in range(30)]
    for folder, following in zip(farm, [*farm[1:], root / "test" / "a"], strict=True):
        folder.mkdir(parents=True)
        for link in "xy":
            os.symlink(following, folder / link)
    os.symlink(farm[0], at / "farm")
    refused(lambda: load(root), "is a link to", "remove the link")


def test_folders_deeper_than_a_stack_are_read(root):
    places = [root / "train" / "a" / "/".join("d" * depth) for depth in range(1, 1200)]
    for place in places:
        place.mkdir()
    deep = image(places[-1] / "deep.png")
    try:
        assert names(load(root)) == ["a/1.png", "a/deep.png", "b/1.png"]
    finally:  # what pytest clears away afterwards it clears with recursion
        deep.unlink()
        for place in reversed(places):
            place.rmdir()


# Too few

def test_one_class_or_none(root):
    for part in ("train", "test"):
        (root / part / "b" / "1.png").unlink()
        (root / part / "b").rmdir()
    refused(lambda: load(root), f"{root / 'train'} has 1 class folders (a)", "two or more")


def test_every_class_without_an_image_is_named(root):
    for name in ("p", "q"):
        (root / "train" / name).mkdir()
    refused(lambda: load(root), "no image in p, q;", ".png", "remove the empty folders")


def test_a_folder_that_cannot_be_read(root, monkeypatch):
    plain = os.scandir

    def barred(path):
        if str(path).endswith("b"):
            raise PermissionError(13, "Permission denied", path)
        return plain(path)

    monkeypatch.setattr(walk.os, "scandir", barred)
    refused(lambda: load(root), str(root / "train" / "b"), "cannot be read (Permission denied)")


def test_a_file_that_came_after_its_tree_was_listed_is_found_next_time(root):
    load(root)
    touch(image(root / "train" / "a" / "2.png"))
    assert len(load(root).train) == 3
