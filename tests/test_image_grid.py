"""Which thumbnails are chosen, and how a grid shows them: names are text, and what is missing is an empty frame."""

from __future__ import annotations

from html.parser import HTMLParser

import numpy as np
import pytest
from few_images import out, tiny  # noqa: F401 (fixtures)
from hostile import HOSTILE

from dietsb_book.images import choose, grid, sprite
from dietsb_core.errors import one_line
from dietsb_core.runs import facts
from dietsb_core.runs.store import store

plt = pytest.importorskip("matplotlib.pyplot")
plt.switch_backend("agg")


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
