"""What the browser of the training set puts into a page: names as text, little beside its sprite, and how to get it."""

from __future__ import annotations

import gzip
from html import escape
from types import SimpleNamespace

import numpy as np
import pytest
from few_images import N, coloured
from hostile import HOSTILE

from _ext.sprite import load_as_file
from dietsb_book.images import browser as made
from dietsb_book.images import sprite
from dietsb_book.images.grid import spoken, uri
from dietsb_core.errors import one_line
from dietsb_core.runs.facts import facts


@pytest.mark.parametrize("word", HOSTILE)
def test_names_are_text(word):
    classes, uses = np.array([word] * 3), {word: (np.ones(N), 2)}
    text = made.page(coloured(), classes, np.arange(N) / 100, word, uses)
    for wrong in ("<script>alert", "<img", "<svg", "<!--"):
        assert wrong not in text
    assert text.count("</script>") == 2 and text.count(f"<b>{escape(one_line(spoken(word)))}</b>") == 21


def test_a_page_is_light_beside_its_sprite_which_pages_load_as_a_file():
    found, about = sprite.read(), facts("cifar100")
    uses = {f"method {i}": (np.random.default_rng(i).integers(0, 30, 50000), 30) for i in range(15)}
    source = [made.page(found, about.classes, np.random.default_rng(0).random(50000), "EL2N", uses)]
    embedded = uri(found.file.read_bytes())
    assert embedded in source[0]
    for builder, page, shared in (("singlehtml", "notebooks/images", 0), ("html", "book/data", 0),
                                  ("html", "notebooks/images", 1)):
        load_as_file(SimpleNamespace(builder=SimpleNamespace(name=builder)), page, source)
        assert source[0].count(f'url("../_static/{found.file.name}")') == shared
    assert embedded not in source[0] and len(gzip.compress(source[0].encode())) < 40_000


def test_without_thumbnails_the_images_serve_and_without_both_it_is_said_how_to_get_them(monkeypatch, tmp_path):
    monkeypatch.setattr(sprite.of, "__defaults__", (tmp_path,))
    about, scores = facts("procedural-small"), np.arange(400) / 400
    shown = made.browse("procedural-small", about, scores, "EL2N", {"full training": (np.zeros(400, int), 2)}).data
    assert "data:image/png;base64," in shown and "rank 1 of 400" in shown
    monkeypatch.setattr(made.facts, "images_of", lambda data, rows: None)
    shown = made.browse("cifar10", about, scores, "EL2N", {}).data
    assert "No image of cifar10 is here" in shown and "python -m dietsb_core data cifar10" in shown


def test_uses_are_summed_over_seeds():
    records = {seed: SimpleNamespace(rows=[{}] * 3, column={"selected": np.array([seed, 3])}.get) for seed in (1, 2)}
    (name, (counts, epochs)), = made.used({("ucb", 0.5): records}).items()
    assert (name, counts.tolist(), epochs) == ("UCB", [3, 6], 6)
