"""The sources: what they hold, that it never changes, and that a file's form does not matter."""
from __future__ import annotations

from pathlib import Path

import fake_cifar
import numpy as np
import pytest
from fake_cifar import TINY

from dietsb_core import sources
from dietsb_core.sources import cifar, procedural
from dietsb_core.sources.shapes import SHAPES
from dietsb_core.sources.source import Source, Split


@pytest.fixture(scope="module")
def shapes_4000() -> Source:
    return sources.load("procedural")


def assert_same(split: Split, other: Split) -> None:
    for name in ("images", "labels", "names"):
        np.testing.assert_array_equal(getattr(split, name), getattr(other, name))


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


# Digits

def test_digits():
    from sklearn.datasets import load_digits

    source, bunch = sources.load("digits"), load_digits()
    assert source.train.images.shape == (1437, 8, 8, 3) and len(source.test) == 360 and source.truth == {}
    rows = [int(name.removeprefix("digit_")) for split in (source.train, source.test) for name in split.names]
    assert sorted(rows) == list(range(1797))
    assert rows[:1437] == sorted(rows[:1437]) and rows[1436] > 1700  # in order, and not simply the first rows
    row = int(source.test.names[7][-5:])
    np.testing.assert_array_equal(source.test.images[7, :, :, 1], np.rint(bunch.images[row] * 255 / 16))
    assert source.test.labels[7] == bunch.target[row]
    assert np.bincount(source.test.labels).min() > 20  # every class is in both splits
    assert sources.load("digits").fingerprint == source.fingerprint


# The fingerprint

def two_splits() -> tuple[Split, Split]:
    return fake_cifar.rows("train"), fake_cifar.rows("test")


def source_of(train: Split, test: Split) -> Source:
    return Source("fake", fake_cifar.CLASSES, train, test)


@pytest.mark.parametrize("part", [0, 1])
@pytest.mark.parametrize("what", ["images", "labels", "names"])
def test_fingerprint_sees_every_change(part, what):
    splits = two_splits()
    splits[part].names[3] = "lone.png"  # so that its class may change
    before = source_of(*splits).fingerprint
    array = getattr(splits[part], what)
    if what == "names":
        array[3] = "other.png"
    else:
        array.flat[3] = (array.flat[3] + 1) % 3
    assert source_of(*splits).fingerprint != before


def test_fingerprint_ignores_how_wide_the_names_are_stored():
    train, test = two_splits()
    wide = Split(train.images, train.labels, train.names.astype("<U60"))
    assert source_of(wide, test).fingerprint == source_of(train, test).fingerprint


# CIFAR: three forms, one order

def write(form: str, root, monkeypatch) -> None:
    if form == "npz":
        fake_cifar.write_npz(root)
    elif form == "npz below":
        fake_cifar.write_npz(root / "cifar100")
    elif form == "original":
        fake_cifar.write_original(root, monkeypatch)
    elif form == "original in batches":  # as CIFAR-10 comes
        fake_cifar.write_original(root / "cifar100", monkeypatch, batches=3, key="labels")
    elif form == "tree":
        fake_cifar.write_tree(root / "cifar100")
    else:
        fake_cifar.write_tree(root / "cifar100", test="val")


FORMS = ["npz", "npz below", "original", "original in batches", "tree", "tree with val"]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_cifar_gives_identical_rows(form, tmp_path, monkeypatch):
    write(form, tmp_path, monkeypatch)
    source = TINY.load(tmp_path)
    assert source.classes == fake_cifar.CLASSES and source.name == "cifar100"
    assert_same(source.train, fake_cifar.rows("train"))
    assert_same(source.test, fake_cifar.rows("test"))
    assert source.fingerprint == source_of(*two_splits()).fingerprint
    assert source.train.images.flags.c_contiguous


def test_the_tables_name_whole_data_sets():
    for name, classes in (("cifar10", 10), ("cifar100", 100)):
        known = cifar.CIFARS[name]
        assert (known.name, known.classes, known.side) == (name, classes, 32)
        assert (known.train, known.test) == (50_000, 10_000)
        assert known.torchvision().__name__ == name.upper()


def test_a_checksum_beside_the_file_is_accepted(tmp_path):
    import hashlib

    file = fake_cifar.write_npz(tmp_path)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    for line in (f"{digest}  {file.name}\n", f"{'0' * 64}  other.npz\n{digest.upper()} *{file.name}\n"):
        file.with_name(file.name + ".sha256").write_text(line)
        assert len(TINY.load(tmp_path).train) == 12


def test_labels_of_any_integer_type_are_taken(tmp_path):
    fake_cifar.write_npz(tmp_path, labels=fake_cifar.arrays("train")["labels"].astype(np.uint8))
    assert TINY.load(tmp_path).train.labels.dtype == np.int64


def test_download_returns_a_verified_folder_without_asking_the_network(tmp_path, monkeypatch):
    folder = fake_cifar.write_original(tmp_path, monkeypatch)
    assert cifar.CIFARS["cifar100"].download(tmp_path) == folder


# Folders of images, and where files are looked for

def test_folder(tmp_path, monkeypatch):
    fake_cifar.write_tree(tmp_path)
    monkeypatch.setenv("DIETSB_DATA", str(tmp_path))
    source = sources.load("folder")
    assert source.name == "folder" and source.classes == fake_cifar.CLASSES
    assert_same(source.train, fake_cifar.rows("train"))


def test_folder_makes_grey_images_rgb(tmp_path):
    from PIL import Image

    fake_cifar.write_tree(tmp_path)
    Image.new("L", (32, 32), 77).save(tmp_path / "train" / "apple" / "a.png")
    image = sources.load("folder", tmp_path).train.images[0]
    assert image.shape == (32, 32, 3) and (image == 77).all()


def test_data_root(monkeypatch, tmp_path):
    monkeypatch.setenv("DIETSB_DATA", "/some/where")
    assert str(sources.data_root()) == "/some/where" and sources.data_root(tmp_path) == tmp_path
    monkeypatch.setenv("DIETSB_DATA", "~/images")
    assert sources.data_root() == Path.home() / "images"


@pytest.mark.parametrize("value", ["", None])
def test_data_root_is_the_projects_wherever_it_is_called_from(monkeypatch, tmp_path, value):
    """A notebook runs in notebooks/, the command line anywhere: they must agree."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DIETSB_DATA", "") if value == "" else monkeypatch.delenv("DIETSB_DATA", raising=False)
    assert sources.data_root() == Path(__file__).resolve().parents[1] / "data"
    monkeypatch.setattr(sources, "PROJECT", tmp_path / "site-packages")  # installed without its project
    assert sources.data_root() == Path("data")


def test_canonical_reorders_truth_with_the_rows():
    split = fake_cifar.shuffled("train")
    source = Source("fake", ("cup", "apple", "bear"), split, fake_cifar.rows("test"),
                    {"key": split.images[:, 0, 0, 0].copy()}).canonical()
    np.testing.assert_array_equal(source.truth["key"], source.train.images[:, 0, 0, 0])
    assert source.classes == ("apple", "bear", "cup")
    cup = np.isin(source.train.images[:, 0, 0], split.images[split.labels == 0][:, 0, 0]).all(1)
    assert set(source.train.labels[cup]) == {2}
