"""Thumbnails: the pixels of the data, written whole, and refused where damaged."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest
from damaging import cut
from few_images import SCALE, out, tiny  # noqa: F401 (fixtures)
from one_line import refused
from PIL import Image

import thumbnails
from dietsb_book.images import choose, sprite
from dietsb_core.errors import DataMissing
from dietsb_core.runs import facts


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
