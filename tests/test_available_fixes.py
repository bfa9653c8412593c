"""Lines that say how to fix what is wrong: the fix is there, and in words of the command that was given."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from one_line import refused
from PIL import Image
from small_runs import RUN

import headline
from dietsb_book.study import Study
from dietsb_core import sources
from dietsb_core.__main__ import main
from dietsb_core.errors import UserError
from dietsb_core.evidence import report
from dietsb_core.runs import execute, facts
from dietsb_core.runs.grids import GRIDS, grid, some
from dietsb_core.runs.presets import PRESETS
from dietsb_core.sources.source import Split


@pytest.fixture
def images(tmp_path, monkeypatch):
    """`images(n)`: a folder of n training images in each of two classes."""
    def make(each: int) -> None:
        for part, label in (("train", "a"), ("train", "b"), ("test", "a"), ("test", "b")):
            for number in range(each):
                path = tmp_path / part / label / f"{number}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                pixels = np.full((16, 16, 3), (100 * (label == "b") + number) % 256, np.uint8)
                pixels[0, 0] = len(part)
                Image.fromarray(pixels).save(path)
        monkeypatch.setenv("DIETSB_DATA", str(tmp_path))
        sources._loaded.cache_clear()
    return make


def test_too_few_images_for_a_batch_are_told_in_words_of_score_and_run(images, tmp_path, capsys):
    """`score` and `run` have no batch, no rate and no rule, but they have --preset and images."""
    images(6)
    for words in (["score", "el2n", "--data", "folder", "--preset", "smoke", "--out", str(tmp_path / "x.npz")],
                  ["run", "panel_e", "--preset", "smoke@folder"]):
        assert main(words) == 2
        line = capsys.readouterr().err.splitlines()[-1]
        assert line == ("dietsb: folder has 12 training examples, and a step needs 32: add training examples until "
                        "there are 32 or more")


def test_a_preset_that_is_named_for_a_small_set_takes_it():
    run = replace(RUN, recipe=PRESETS["cifar-cpu"].recipe)
    line = refused(lambda: execute.check_size(run, 100), "a step needs 256")
    named = re.findall(r"([\w-]+) \((\d+)\)", line.split("smaller batches: ")[1])
    assert named == [("smoke", "32"), ("quick", "64")]
    for name, _ in named:
        execute.check_size(replace(RUN, recipe=PRESETS[name].recipe), 100)


def test_a_preset_that_is_named_for_a_figure_has_runs_of_it(capsys):
    for name in GRIDS:
        for scale in PRESETS:
            try:
                assert some(name, scale) == grid(name, scale)
            except UserError as error:
                able = str(error).split("these presets have: ")[1].split(", ")
                assert able and scale not in able and all(grid(name, other) for other in able)
    assert main(["run", "when", "--preset", "quick"]) == 2
    assert "preset 'quick' has no runs of 'when'; these presets have: cifar-cpu" in capsys.readouterr().err
    refused(lambda: Study("when", {}, preset="quick", train=False), "these presets have: cifar-cpu")


def test_a_cost_without_full_training_says_which_command_makes_it(monkeypatch):
    def judged(*_: object, **__: object) -> None:
        raise UserError("full training is not on record: run it first")

    monkeypatch.setattr(report, "judged", judged)
    command = "python -m dietsb_core run cost --preset quick"
    refused(lambda: report.by_cost([], "cost", "quick"), f"run it first, with: {command}")


def test_facts_of_earlier_images_are_taken_anew_by_the_command_that_is_named(images, monkeypatch, capsys):
    images(20)
    facts.measure("folder")
    before = sources.loaded("folder")
    reversed_ = Split(before.train.images[::-1].copy(), before.train.labels, before.train.names)
    other = replace(before, train=reversed_, memo=None)  # in which its fingerprint is remembered
    monkeypatch.setattr(facts, "loaded", lambda name: other)
    line = refused(lambda: facts.images_of("folder", np.array([0])), "is not the folder of the facts on record")
    command = line.split("python -m dietsb_core ")[1].split()
    assert main(command) == 0
    facts._facts.cache_clear()
    assert np.array_equal(facts.images_of("folder", np.array([0])), other.train.images[:1])


def test_the_readme_is_not_written_from_a_part_of_the_runs(monkeypatch, capsys):
    monkeypatch.setattr(report, "absent", lambda name, scale: ["a run"] if name == "cost" else [])
    before = headline.README.read_bytes()
    assert headline.main() == 2 and headline.README.read_bytes() == before
    line = capsys.readouterr().err
    assert "make it with: python -m dietsb_core run cost --preset cifar-cpu" in line and line.count("\n") == 1


def test_the_readme_without_a_place_for_what_was_found_is_one_line(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(report, "absent", lambda name, scale: [])
    monkeypatch.setattr(headline, "README", tmp_path / "README.md")
    headline.README.write_text("nothing")
    assert headline.main() == 2 and "put <!-- found --> and <!-- /found --> into it" in capsys.readouterr().err
