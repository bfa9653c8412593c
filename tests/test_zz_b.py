"""Trees of folders at random, by hypothesis: read as a slow listing says, or refused in a line."""

from __future__ import annotations

import io
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from dietsb_core.errors import UserError
from dietsb_core.sources import folder, walk


def content(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


GOOD = content(Image.new("RGB", (8, 8), (1, 2, 3)))
KINDS = {"image": GOOD, "empty": b"", "text": b"text", "cut": GOOD[:-9], "deep": content(Image.new("I;16", (8, 8))),
         "wide": content(Image.new("RGB", (9, 8))), "black": content(Image.new("RGB", (8, 8))), "pipe": None,
         "lost": None}
NAMES = st.sampled_from(["1", "2", "é", "a b", "x\ny", "<b>", "{x}"])
ENDINGS = st.sampled_from([".png"] * 6 + [".PNG", ".jpg", ".jfif", ".txt", "", ".webp"])
FILES = st.builds(lambda hidden, name, end: hidden + name + end, st.sampled_from([""] * 7 + ["."]), NAMES, ENDINGS)
CLASSES = st.sampled_from(["a", "b", "a", "b", "c", ".ipynb_checkpoints"])
PLACES = st.tuples(st.sampled_from(["train", "test"]), CLASSES, st.sampled_from(["", "p/", "p/q/", ".h/"]), FILES)
TREES = st.dictionaries(PLACES, st.sampled_from(["image"] * 12 + list(KINDS)), max_size=14)
BASE = {(part, name, "", "base.png"): "image" for part in ("train", "test") for name in "ab"}


def planted(root: Path, tree: dict[tuple[str, ...], str]) -> None:
    """Put the files of `tree` below `root`."""
    for (part, name, below, file), kind in tree.items():
        path = root / part / name / below / file
        path.parent.mkdir(parents=True, exist_ok=True)
        if kind == "pipe":
            os.mkfifo(path)
        elif kind == "lost":
            path.symlink_to("/nowhere/x")
        else:
            path.write_bytes(KINDS[kind])


def visible(tree: dict[tuple[str, ...], str], part: str) -> list[tuple[str, str, str, str]]:
    """(class, folder below, name, kind) of what is not hidden in a part."""
    return [(name, below, file, kind) for (where, name, below, file), kind in tree.items()
            if where == part and not any(word.startswith(".") for word in (name, below, file))]


def images(tree: dict[tuple[str, ...], str], part: str) -> list[tuple[str, str, str, str]]:
    return sorted((one for one in visible(tree, part) if one[2].lower().endswith(walk.ENDINGS)),
                  key=lambda one: (one[0], one[2]))


def fit(tree: dict[tuple[str, ...], str]) -> bool:
    """Whether the two parts have the same classes, each with an image, and each name once in a class."""
    classes = [{name for name, *_ in visible(tree, part)} | folders(tree, part) for part in ("train", "test")]
    filled = [{name for name, *_ in images(tree, part)} for part in ("train", "test")]
    keys = [[(name, file) for name, _, file, _ in images(tree, part)] for part in ("train", "test")]
    return classes[0] == filled[0] == classes[1] == filled[1] and all(len(set(one)) == len(one) for one in keys)


def folders(tree: dict[tuple[str, ...], str], part: str) -> set[str]:
    """The classes for which there is a folder, be it with hidden files alone."""
    return {name for where, name, _, _ in tree if where == part and not name.startswith(".")}


@settings(max_examples=300, deadline=None, database=None, derandomize=False)
@given(TREES)
def test_a_tree_is_read_as_a_slow_listing_says_or_refused(more):
    tree = BASE | more
    bad = [one for part in ("train", "test") for one in images(tree, part) if one[3] not in ("image", "black")]
    with TemporaryDirectory() as place:
        root = Path(place)
        planted(root, tree)
        try:
            source = folder.load(root)
        except UserError as error:
            line = str(error)
            assert "\n" not in line and str(root) in line and (";" in line or ", so " in line)
            assert bad or not fit(tree), line
            if fit(tree) and len(bad) > 1:  # all are named, up to ten
                assert f"{len(bad)} images" in line and all(repr(one[2])[1:-1] in line for one in bad[:10])
            return
        assert fit(tree) and not bad
        for split, part in ((source.train, "train"), (source.test, "test")):
            rows = images(tree, part)
            assert [source.classes[label] for label in split.labels] == [name for name, *_ in rows]
            assert split.names.tolist() == [file for _, _, file, _ in rows]
            levels = [[1, 2, 3] if kind == "image" else [0, 0, 0] for *_, kind in rows]
            np.testing.assert_array_equal(split.images, np.array(levels)[:, None, None].repeat(8, 1).repeat(8, 2))
            passed = walk.listed(root / part).passed_over.total()
            assert passed == len(visible(tree, part)) - len(rows)


@settings(max_examples=600, deadline=None, database=None, derandomize=False)
@given(st.lists(st.tuples(st.sampled_from(["train/a", "train/b", "train/a/p", "train/b/q", "train", "test/a"]),
                          st.sampled_from(["x", "y", "c"]),
                          st.sampled_from([".", "..", "../..", "../a", "../b/q", "/", "x", "../../test/a", "nowhere"])),
                max_size=6, unique_by=lambda link: link[:2]))
def test_links_at_random_end(links):
    """However links lead about, a listing ends, and reads no file twice within a class."""
    with TemporaryDirectory() as place:
        root = Path(place)
        planted(root, BASE | {("train", "a", "p/", "1.png"): "image", ("train", "b", "q/", "1.png"): "image"})
        for where, name, target in links:
            os.symlink(target, root / where / name)
        try:
            found = walk.listed(root / "train")
        except UserError as error:
            assert "\n" not in str(error) and ";" in str(error)
            return
        for label in range(len(found.classes)):
            real = [os.path.realpath(found.files[row]) for row in np.flatnonzero(found.labels == label)]
            assert len(set(real)) == len(real) > 0
