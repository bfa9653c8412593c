"""Drawn shapes with a dial: the share of the training set that is redundant, or how far its classes are out of balance.

They show mechanisms and are no evidence about photographs. At every position of a dial the test set is the same, so
that accuracies compare; and neighbours hold the same images as far as they can. All machines make the same bytes.
"""
from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from dietsb_core.sources import procedural
from dietsb_core.sources.imbalanced import kept, profile, rarest
from dietsb_core.sources.procedural import Bits
from dietsb_core.sources.shapes import SHAPES
from dietsb_core.sources.source import Source, Split

SEED = 20_261_125          # of the data, never of a run
TRAIN, TEST, SIDE = 2_000, 2_000, 16
EASIEST = 0.5              # the least difficulty of what is not easy, in training and test: the upper half
EASY = range(0, 100, 10)   # percent of the training set
MOST = 300                 # training examples of the largest class of a tail


def easy(root: Path | None = None, *, percent: int) -> Source:
    """2,000 training images of which `percent` percent are easy (`procedural.plain`) and the others of the upper half
    of the difficulties; the 2,000 test images are all of the upper half. `root` is not read.

    Each image is drawn in both forms, with one class and name, and the dial says which is shown: what is easy at one
    position is easy at every higher one. truth, each [2000]: `easy` bool, and as of procedural.load `difficulty` (0
    where easy), `rare` and `flipped` (2 % of what is not easy; none of what is), and `clean_label`.
    """
    hard, truth = procedural.draw(TRAIN, SIDE, Bits(SEED, 0), 0, EASIEST)
    test, _ = procedural.draw(TEST, SIDE, Bits(SEED, 1), TRAIN, EASIEST)
    bits = Bits(SEED, 2)
    known = bits.order(TRAIN) < TRAIN * percent // 100
    images = np.where(known[:, None, None, None], procedural.plain(truth["clean_label"], SIDE, bits), hard.images)
    truth = {"easy": known, "difficulty": np.where(known, np.float32(0), truth["difficulty"]),
             "rare": truth["rare"] & ~known, "flipped": truth["flipped"] & ~known,
             "clean_label": truth["clean_label"], "wrong_label": truth["wrong_label"]}
    labels = np.where(truth["flipped"], truth.pop("wrong_label"), truth["clean_label"])
    return Source(f"procedural-easy-{percent}", tuple(SHAPES), Split(images, labels, hard.names), test, truth)


def tail(root: Path | None = None, *, imbalance: int) -> Source:
    """An exponential profile over the ten classes of `procedural`, in alphabetical order, from 300 images to 300 /
    `imbalance`; all labels are right. The 2,000 test images are balanced, and those of the rarest third of classes are
    `rare`. `root` is not read. Sets of less imbalance hold those of more.

    truth, each [len(train)]: `difficulty`, `rare` (an outline) and `clean_label`, as of procedural.load.
    """
    whole = procedural.load()
    clean, sizes = whole.truth["clean_label"], profile(MOST, len(SHAPES), imbalance)
    rows = kept(clean, sizes)
    truth = {column: whole.truth[column][rows] for column in ("difficulty", "rare", "clean_label")}
    return replace(whole, name=f"procedural-lt-{imbalance}", train=replace(whole.train, labels=clean).take(rows),
                   truth=truth, rare=rarest(sizes)[whole.test.labels])


def loader(name: str) -> Callable[[Path], Source] | None:
    """What loads the set called `name`; None where it is not one of these."""
    found = re.fullmatch(r"procedural-(easy|lt)-(0|[1-9]\d*)", name)
    if not found:
        return None
    made, at = found[1], int(found[2])
    if made == "easy":
        return partial(easy, percent=at) if at in EASY else None
    return partial(tail, imbalance=at) if 1 <= at <= MOST else None
