"""The sources: what they hold, that it never changes, and that a file's form does not matter."""

from __future__ import annotations

import numpy as np
import pytest
from source_parts import assert_same

from dietsb_core import sources
from dietsb_core.sources import procedural
from dietsb_core.sources.shapes import SHAPES
from dietsb_core.sources.source import Source


@pytest.fixture(scope="module")
def shapes_4000() -> Source:
    return sources.load("procedural")


# The procedural set

def test_procedural_sizes_and_names(shapes_4000):
    source = shapes_4000
    assert source.train.images.shape == (4000, 16, 16, 3) and source.test.images.shape == (2000, 16, 16, 3)
    assert source.train.names[17] == "shape_00017" and source.test.names[0] == "shape_04000"
    assert len(set(source.train.names) | set(source.test.names)) == 6000
    assert list(np.bincount(source.truth["clean_label"])) == [400] * 10  # balanced before the flips
    assert list(np.bincount(source.test.labels)) == [200] * 10


def test_procedural_truth(shapes_4000):
    truth, labels = shapes_4000.truth, shapes_4000.train.labels
    assert {name: values.dtype.name for name, values in truth.items()} == {
        "difficulty": "float32", "rare": "bool", "flipped": "bool", "clean_label": "int64"}
    assert truth["flipped"].sum() == 80 and truth["rare"].sum() == 200  # 2 % and 5 %, exactly
    np.testing.assert_array_equal(labels != truth["clean_label"], truth["flipped"])
    assert 0 <= truth["difficulty"].min() < 0.01 and 0.99 < truth["difficulty"].max() < 1
    assert abs(np.corrcoef(truth["difficulty"], truth["flipped"])[0, 1]) < 0.06  # drawn independently


def test_procedural_test_labels_are_all_clean(shapes_4000):
    redrawn, truth = procedural.draw(2000, 16, procedural.Bits(procedural.SEED, 1), first=4000)
    np.testing.assert_array_equal(shapes_4000.test.labels, truth["clean_label"])
    np.testing.assert_array_equal(shapes_4000.test.images, redrawn.images)


def test_procedural_is_the_same_everywhere():
    """Recorded runs refer to these bytes: other bytes are another data set."""
    once, again = sources.load("procedural-small"), sources.load("procedural-small")
    assert_same(once.train, again.train)
    assert_same(once.test, again.test)
    assert once.fingerprint == again.fingerprint
    assert once.fingerprint == "142c54fafa1c0f32a915dd1fd6decf01f22622b8f582f6c1e8c25b3bb64d7fb9"


def test_procedural_leaves_numpys_own_generator_alone():
    before = np.random.get_state()[1].copy()
    sources.load("procedural-small")
    np.testing.assert_array_equal(before, np.random.get_state()[1])


def test_procedural_variants():
    small, large = sources.load("procedural-small"), sources.load("procedural-32")
    assert (len(small.train), len(small.test), small.side) == (400, 200, 16)
    assert small.truth["flipped"].sum() == 8
    assert (len(large.train), large.side) == (4000, 32)


def test_harder_images_are_harder_to_tell(shapes_4000):
    """The nearest training image names the class far better in the easiest third than in the hardest."""
    train, test = (split.images.reshape(len(split), -1).astype(np.float32)
                   for split in (shapes_4000.train, shapes_4000.test))
    train, test = (x - x.mean(1, keepdims=True) for x in (train, test))
    train, test = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in (train, test))
    nearest = shapes_4000.truth["clean_label"][(test @ train.T).argmax(1)]
    _, truth = procedural.draw(2000, 16, procedural.Bits(procedural.SEED, 1), first=4000)
    right = nearest == shapes_4000.test.labels
    easy, hard = right[truth["difficulty"] < 1 / 3].mean(), right[truth["difficulty"] > 2 / 3].mean()
    assert easy > 0.5 and hard < easy - 0.25 and hard > 0.1


def test_only_rare_examples_are_outlined():
    _, truth = procedural.draw(60, 16, procedural.Bits(1), first=0)
    truth["rare"] = np.arange(60) < 20
    some = procedural._paint(truth, 16, procedural.Bits(2))
    none = procedural._paint(truth | {"rare": np.zeros(60, bool)}, 16, procedural.Bits(2))
    np.testing.assert_array_equal((some != none).any((1, 2, 3)), truth["rare"])


@pytest.mark.parametrize("name", SHAPES)
def test_a_signed_distance_never_changes_faster_than_the_distance(name):
    rng = np.random.default_rng(0)
    p, q = rng.uniform(-1.6, 1.6, (2, 2, 5000)).astype(np.float32)
    slope = np.abs(SHAPES[name](*p) - SHAPES[name](*q)) / np.hypot(*(p - q))
    assert 0.9 < slope.max() < 1.001


@pytest.mark.parametrize("name", SHAPES)
def test_shapes_have_a_like_size_and_differ(name):
    grid = np.linspace(-1.6, 1.6, 65, dtype=np.float32)
    x, y = np.meshgrid(grid, grid)
    inside = {other: shape(x, y) < 0 for other, shape in SHAPES.items()}
    own = inside[name]
    assert 0.8 < own.sum() * (grid[1] - grid[0]) ** 2 < 2.4 and np.hypot(x, y)[own].max() < 1.2
    for other, area in inside.items():
        if other != name:
            assert (own & area).sum() < 0.85 * (own | area).sum(), other


def test_draws_are_uniform_and_normal():
    bits = procedural.Bits(3)
    u, z = bits.uniform(-1, 3, 100_000), bits.normal(100_000)
    assert u.dtype == z.dtype == np.float32 and u.min() >= -1 and u.max() <= 3
    assert abs(u.mean() - 1) < 0.02 and abs(z.mean()) < 0.01 and abs(z.std() - 1) < 0.01
    assert np.abs(np.bincount(bits.below(9, 90_000), minlength=9) - 10_000).max() < 500
    np.testing.assert_array_equal(np.sort(bits.order(1000)), np.arange(1000))
