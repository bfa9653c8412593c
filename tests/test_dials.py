"""Drawn shapes with a dial: sizes, what stays as it is turned, and that what is called easy is learnt first."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
from one_line import refused
from source_parts import assert_same

from dietsb_core import sources
from dietsb_core.evaluate import evaluating
from dietsb_core.redundancy import redundancy
from dietsb_core.runs.execute import trainer_of
from dietsb_core.runs.grids import dial, run
from dietsb_core.runs.grids.regimes import scale
from dietsb_core.sources import dials, procedural


def easy(percent: int) -> sources.Source:
    return sources.load(f"procedural-easy-{percent}")


def tail(imbalance: int) -> sources.Source:
    return sources.load(f"procedural-lt-{imbalance}")


@pytest.mark.parametrize("percent", dials.EASY)
def test_the_dial_is_the_share_of_easy_examples_and_the_rest_is_hard(percent):
    made = easy(percent)
    known, truth = made.truth["easy"], made.truth
    assert (len(made.train), len(made.test), made.side) == (2000, 2000, 16) and known.sum() == 20 * percent
    assert not truth["difficulty"][known].any() and not truth["rare"][known].any() and not truth["flipped"][known].any()
    assert truth["difficulty"][~known].min() >= 0.5 and set(truth) == {"easy", "difficulty", "rare", "flipped",
                                                                      "clean_label"}
    np.testing.assert_array_equal(made.train.labels != truth["clean_label"], truth["flipped"])
    assert truth["flipped"].mean() == pytest.approx(0.02 * (~known).mean(), abs=0.005)


def test_what_is_easy_stays_easy_as_the_dial_is_turned_and_all_else_stays_as_it_is():
    for less, more in pairwise(easy(percent) for percent in (0, 30, 60, 90)):
        same = less.truth["easy"] == more.truth["easy"]
        assert not (less.truth["easy"] & ~more.truth["easy"]).any() and same.sum() == 1400
        np.testing.assert_array_equal(less.train.images[same], more.train.images[same])
        assert (less.train.images[~same] != more.train.images[~same]).any((1, 2, 3)).all()
        np.testing.assert_array_equal(less.train.names, more.train.names)
        np.testing.assert_array_equal(less.truth["clean_label"], more.truth["clean_label"])
        assert_same(less.test, more.test)


def test_no_test_image_is_easy():
    split, truth = procedural.draw(2000, 16, procedural.Bits(dials.SEED, 1), 2000, 0.5)
    assert_same(easy(90).test, split)
    assert 0.5 <= truth["difficulty"].min() < 0.51 and list(np.bincount(split.labels)) == [200] * 10


def test_easy_images_of_one_class_differ_by_colours_and_noise_alone():
    """Each image is lighter where the shape is: with its colours taken out, those of a class agree."""
    labels = np.repeat(np.arange(10), 20)
    grey = procedural.plain(labels, 16, procedural.Bits(1)).astype(np.float64).mean(3).reshape(200, -1)
    alike = np.corrcoef(grey)
    same = labels[:, None] == labels
    assert np.median(alike[same]) > 0.95 > 0.9 > np.median(alike[~same])


@pytest.mark.parametrize(("name", "fingerprint"), [
    ("procedural-easy-60", "c1fe17044c5342e3022d1a97501b1809a832f4bac3fa0c742f783c7962b3ca5d"),
    ("procedural-lt-100", "494e1ae28af5b26ffa6b7e3b1eee5396f7646feb4b722cc471b84a252dfb6194")])
def test_a_position_is_the_same_everywhere(name, fingerprint):
    """Recorded runs refer to these bytes: other bytes are another data set."""
    assert sources.load(name).fingerprint == sources.load(name).fingerprint == fingerprint
    assert sources.load(name).name == name


@pytest.mark.parametrize(("imbalance", "sizes"), [
    (1, [300] * 10), (10, [300, 232, 179, 139, 107, 83, 64, 50, 38, 30]),  # 300 · 10^(−c/9)
    (300, [300, 159, 84, 44, 23, 12, 6, 3, 1, 1])])
def test_a_tail_has_an_exponential_profile_and_a_balanced_test_set(imbalance, sizes):
    made = tail(imbalance)
    assert np.bincount(made.train.labels).tolist() == sizes
    assert np.bincount(made.test.labels).tolist() == [200] * 10
    np.testing.assert_array_equal(made.rare, made.test.labels >= 7)  # three classes in ten
    np.testing.assert_array_equal(made.train.labels, made.truth["clean_label"])
    assert set(made.truth) == {"difficulty", "rare", "clean_label"}


def test_less_imbalance_holds_what_more_has_with_its_truth():
    whole = sources.load("procedural")
    row = {name: at for at, name in enumerate(whole.train.names)}
    held = None
    for imbalance in (1, 10, 30, 100, 300):
        made = tail(imbalance)
        rows = [row[name] for name in made.train.names]
        assert rows == sorted(rows) and (held is None or set(rows) < held)
        np.testing.assert_array_equal(made.train.images, whole.train.images[rows])
        for column, values in made.truth.items():
            np.testing.assert_array_equal(values, whole.truth[column][rows])
        held = set(rows)


def one_epoch(percent: int) -> tuple[float, float, float]:
    """After one epoch of full training: the share of examples that are learnt, and the accuracy on what is easy and on
    what is hard, in training."""
    at = scale(dial.SCALE, dial.REDUNDANCY.regime(percent))
    one = run(at, "full", 1.0, 0, 1)
    trainer = trainer_of(one, one.build(), torch.device("cpu"))
    trainer.epoch(0)
    split, known = trainer.data.train, trainer.data.source.truth["easy"]
    with evaluating(trainer.model):
        right = (trainer.model(split.fetch(torch.arange(2000))).argmax(1) == split.labels).numpy()
    return redundancy(trainer)["fit"], right[known].mean() if percent else np.nan, right[~known].mean()


def test_what_is_easy_is_learnt_in_the_first_epoch_and_the_more_of_it_the_more_is_learnt():
    learnt, easy, hard = zip(*map(one_epoch, (0, 30, 60, 90)), strict=True)
    assert learnt[0] < 0.02 and all(a < b for a, b in pairwise(learnt)) and learnt[-1] > 0.25
    assert all(a > 2 * b for a, b in zip(easy[1:], hard[1:], strict=True)) and min(easy[2:]) > 0.6


@pytest.mark.parametrize("name", ["procedural-easy-5", "procedural-easy-100", "procedural-easy-", "procedural-easy-030",
                                  "procedural-lt-0", "procedural-lt-301", "procedural-lt", "procedural-lt-01"])
def test_a_position_that_there_is_not_is_refused_in_one_line_that_says_which_there_are(name):
    refused(lambda: sources.load(name), repr(name), "procedural-easy-<percent>, in steps of 10 from 0 to 90",
            "procedural-lt-<imbalance>, from 1 to 300")
