"""Thumbnails: the pixels of the data, chosen by rank, refused where damaged, and empty frames for what is missing."""

from __future__ import annotations

import json
import os
from html.parser import HTMLParser

import fake_cifar
import numpy as np
import pytest
from damaging import cut
from fake_cifar import TINY
from hostile import HOSTILE
from one_line import refused
from PIL import Image

import thumbnails
from dietsb_book.images import choose, grid, sprite
from dietsb_core.errors import DataMissing, one_line
from dietsb_core.runs import facts, records
from dietsb_core.runs.grids import grid as runs_of
from dietsb_core.runs.run import canonical
from dietsb_core.runs.store import store

plt = pytest.importorskip("matplotlib.pyplot")
plt.switch_backend("agg")
SCALE = "smoke@cifar100"


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """A CIFAR-100 of twelve images, with its facts and its scores on record."""
    fake_cifar.write_npz(tmp_path / "data")
    source = TINY.load(tmp_path / "data")
    for module in (thumbnails, facts):
        monkeypatch.setattr(module, "loaded", lambda data: source)
    facts.measure("cifar100")
    info = {"fingerprint": source.fingerprint, "environment": {}}
    for seed, run in enumerate(runs_of("panel_f", SCALE)):
        columns = {name: np.random.default_rng(seed).permutation(12) for name in ("el2n", "selected")}
        records.write(store() / run.name, canonical(run), [{"epoch": 1, "accuracy": 0.5}], info, columns)
    return source


@pytest.fixture
def out(tiny, tmp_path):
    """The folder of a sprite of that data."""
    assert thumbnails.main(["--preset", SCALE, "--out", str(tmp_path / "out")]) == 0
    return tmp_path / "out"


def test_the_command_takes_the_pixels_of_the_data(tiny, out, capsys):
    found = sprite.of("cifar100", facts.facts("cifar100"), out)
    assert found.rows.tolist() == list(range(12)) and (found.labels == tiny.train.labels).all()
    assert (found.images == tiny.train.images).all()
    sheet = np.asarray(Image.open(found.file))
    assert (sheet[:32, 7 * 32:8 * 32] == tiny.train.images[7]).all() and sheet.shape == (32, 640, 3)
    assert sprite.of("cifar10", facts.facts("cifar100"), out) is None
    assert sorted(path.name for path in out.iterdir()) == [found.file.name, "thumbnails.json"]


def test_more_tiles_than_a_line_holds_come_back_as_they_were(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (47, 16, 16, 3), np.uint8)
    new = sprite.Sprite("x", "y", np.arange(47) * 3, np.arange(47) % 5, images)
    sprite.write(new, tmp_path)
    found = sprite.read(tmp_path)
    assert (found.images == images).all() and (found.rows == new.rows).all() and (found.labels == new.labels).all()
    tiles = found.tiles(np.array([138, 1, 3]))
    assert (tiles[0] == images[46]).all() and tiles[1] is None and (tiles[2] == images[1]).all()


def test_the_committed_sprite_is_of_the_facts_on_record():
    found = sprite.of("cifar100", facts.facts("cifar100"))
    assert found.images.shape == (len(found.rows), 32, 32, 3) and len(set(found.rows.tolist())) == len(found.rows)
    assert len(found.rows) <= 400 and np.bincount(found.labels, minlength=100).min() >= choose.LEAST
    assert [path.name for path in sprite.STATIC.glob("thumbnails-*.png")] == [found.file.name]
    if (here := facts.images_of("cifar100", found.rows)) is not None:
        assert (here == found.images).all()


def edit(folder, **changed: object) -> None:
    index = folder / sprite.INDEX
    index.write_text(json.dumps(json.loads(index.read_text()) | changed))


def fifo(path) -> None:
    path.unlink()
    os.mkfifo(path)


def png_of(folder):
    return next(folder.glob("*.png"))


DAMAGE = {
    "a row": lambda folder: edit(folder, rows=[1]), "its checksum": lambda folder: edit(folder, sha256="0"),
    "the JSON cut short": lambda folder: cut(folder / sprite.INDEX),
    "a list": lambda folder: (folder / sprite.INDEX).write_text("[]"),
    "nested deeply": lambda folder: (folder / sprite.INDEX).write_text("[" * 100_000),
    "no PNG": lambda folder: png_of(folder).unlink(), "the PNG cut short": lambda folder: cut(png_of(folder)),
    "a pixel": lambda folder: png_of(folder).write_bytes(png_of(folder).read_bytes()[:-20] + bytes(20)),
    "a FIFO for the PNG": lambda folder: fifo(png_of(folder)),
    "a FIFO for the JSON": lambda folder: fifo(folder / sprite.INDEX),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_sprite_is_one_line(kind, out):
    DAMAGE[kind](out)
    refused(lambda: sprite.read(out), out / sprite.INDEX, "do not verify", "git checkout", "python book/thumbnails.py")


def test_a_sprite_of_another_data_set_is_one_line(out):
    about = facts.facts("cifar100")
    other = facts.Facts(about.names, about.labels, about.classes, about.diversity, "another")
    refused(lambda: sprite.of("cifar100", other, out), "another cifar100", "python book/thumbnails.py")


def test_a_sprite_is_never_half_written(out, monkeypatch):
    """Whatever ends the writing between its two files, the older sprite is there; the next writing removes what is
    left."""
    before, whole = sprite.read(out), sprite.whole

    def ends(path):
        if path.name == sprite.INDEX:
            raise KeyboardInterrupt
        return whole(path)

    monkeypatch.setattr(sprite, "whole", ends)
    new = sprite.Sprite("cifar100", before.fingerprint, before.rows, before.labels, before.images[::-1])
    with pytest.raises(KeyboardInterrupt):
        sprite.write(new, out)
    assert (sprite.read(out).images == before.images).all()
    monkeypatch.setattr(sprite, "whole", whole)
    sprite.write(new, out)
    assert (sprite.read(out).images == new.images).all() and len(list(out.iterdir())) == 2


def test_where_the_command_cannot_work_it_is_one_line(tiny, tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("")
    assert thumbnails.main(["--preset", SCALE, "--out", str(tmp_path / "file")]) == 2

    def missing(data: str) -> None:
        raise DataMissing(f"{data} is not here")

    monkeypatch.setattr(thumbnails, "loaded", missing)
    assert thumbnails.main(["--preset", SCALE, "--out", str(tmp_path / "out")]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2 and "cannot be written" in lines[0] and lines[1] == "thumbnails.py: cifar100 is not here"
    assert not (tmp_path / "out").exists()


# What is chosen

def test_the_ends_of_both_rankings_and_even_distances_between_are_chosen():
    rng = np.random.default_rng(0)
    el2n, combined = rng.permutation(5000) / 5000, rng.permutation(5000) / 5000
    rows = choose.chosen(el2n, combined, np.arange(5000) % 7, 300)
    assert len(rows) == 300 and (np.diff(rows) > 0).all()
    for values in (el2n, combined):
        assert set(np.argsort(values)[:20]) | set(np.argsort(values)[-20:]) <= set(rows.tolist())
    ranks = np.sort(el2n[rows])
    assert np.diff(ranks).max() < 2.5 * 5000 / 220 / 5000  # no gap is wider than two parts and the ends that they lost


def test_each_class_is_there_twice_and_each_part_gives_one_image():
    labels = np.zeros(1000, np.int64)
    labels[[100, 500, 901]], labels[[152, 300]] = 1, 2
    places = choose.between(labels, 20)
    assert np.bincount(labels[places]).tolist() == [16, 2, 2]
    assert (places * 20 // 1000).tolist() == list(range(20))
    assert set(places.tolist()) - {100, 500, 901, 152, 300} <= set(range(25, 1000, 50))  # others are where they were


@pytest.mark.parametrize("n, most, count", [(12, 400, 12), (50, 45, 45), (50, 10, 40), (1, 5, 1)])
def test_small_sets_are_taken_as_far_as_they_go(n, most, count):
    values = np.arange(n)
    assert len(choose.chosen(values, values, np.zeros(n, np.int64), most)) == count


# The grid

class Read(HTMLParser):
    """The tags of a figure, and its text without style."""

    def __init__(self, page: str):
        super().__init__()
        self.tags, self.named, self.text = set(), [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.named += [value for name, value in attributes if name in ("alt", "aria-label")]

    def handle_data(self, data):
        self.text.append(data)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_grid_shows_names_as_text(name):
    read = Read(grid.grid([np.zeros((4, 4, 3), np.uint8), None], [name] * 2, ["1"] * 2, name, name))
    shown = one_line(grid.spoken(name))
    assert read.tags <= {"figure", "style", "ul", "li", "img", "i", "b", "span", "figcaption", "code"}
    assert read.named == [one_line(name), shown, f"{shown}, no image here"] and read.text.count(shown) == 2


def test_an_image_that_is_missing_is_an_empty_frame_and_the_caption_counts(out, tiny, monkeypatch, capsys):
    monkeypatch.setattr(sprite.of, "__defaults__", (out,))
    monkeypatch.setattr(facts, "images_of", lambda data, rows: None)
    found = sprite.read(out)
    keep = found.rows != 3
    sprite.write(sprite.Sprite("cifar100", found.fingerprint, found.rows[keep], found.labels[keep],
                               found.images[keep]), out)
    shown = []
    monkeypatch.setattr(grid, "display", lambda one: shown.append(one.data))
    about = facts.facts("cifar100")
    grid.show("cifar100", np.array([2, 3]), about, "The lowest", np.array([0.5, 0.25]))
    page, = shown
    assert page.count("<img") == 1 and page.count('class="empty"') == 1 and "1 of 2 images are missing here" in page
    assert "Krizhevsky 2009" in page and f"<b>{about.classes[about.labels[3]]}</b><span>0.25</span>" in page
    monkeypatch.setattr(facts, "images_of", lambda data, rows: tiny.train.images[rows])
    grid.show("cifar100", np.array([2, 3]), about, "The lowest", np.array([0.5, 0.25]))
    assert shown[1].count("<img") == 2 and "missing" not in shown[1]


def test_without_thumbnails_images_are_drawn_and_without_both_the_page_says_how_to_get_them(tiny, monkeypatch):
    shown, about = [], facts.facts("cifar100")
    monkeypatch.setattr(sprite.of, "__defaults__", (store(),))
    monkeypatch.setattr(grid, "display", lambda one: shown.append(one.data))
    grid.show("cifar100", np.arange(3), about, "The lowest", np.zeros(3))
    axes = plt.gcf().axes
    assert not shown and [one.get_title() for one in axes[:3]] == about.classes[about.labels[:3]].tolist()
    plt.close()
    monkeypatch.setattr(facts, "images_of", lambda data, rows: None)
    grid.show("cifar100", np.arange(3), about, "The lowest", np.zeros(3))
    assert "3 of 3 images are missing" in shown[0] and "python -m dietsb_core data cifar100" in shown[0]
