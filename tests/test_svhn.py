"""SVHN from its MATLAB files and as .npz; and that nothing downstream counts on a hundred classes."""
from __future__ import annotations

import hashlib
import sys
from dataclasses import replace

import numpy as np
import pytest
from one_line import refused

from dietsb_core import sources
from dietsb_core.runs.ensure import ensure
from dietsb_core.runs.export import export
from dietsb_core.runs.facts import facts
from dietsb_core.runs.presets import PRESETS
from dietsb_core.runs.run import Run
from dietsb_core.sources.svhn import SVHN, Svhn

COUNT = {"train": 80, "test": 40}
TINY = Svhn("svhn", "SVHN", 10, **COUNT)


def arrays(part: str) -> tuple[np.ndarray, np.ndarray]:
    """Images uint8 [N, 32, 32, 3] and digits [N], in the order of the file."""
    n = COUNT[part]
    rng = np.random.default_rng(n)
    return rng.integers(0, 256, (n, 32, 32, 3), dtype=np.uint8), rng.permutation(np.arange(n) % 10)


def write_mat(place, monkeypatch) -> None:
    """Both files as they are published; torchvision's table of checksums is patched to fit."""
    from scipy.io import savemat
    from torchvision.datasets import SVHN as known

    table = dict(known.split_list)
    for part in COUNT:
        images, digits = arrays(part)
        file = place / f"{part}_32x32.mat"
        y = np.where(digits == 0, 10, digits).astype(np.uint8)
        savemat(file, {"X": images.transpose(1, 2, 3, 0), "y": y[:, None]})
        table[part] = [known.split_list[part][0], file.name, hashlib.md5(file.read_bytes()).hexdigest()]
    monkeypatch.setattr(known, "split_list", table)


def write_npz(place) -> None:
    for part in COUNT:
        images, digits = arrays(part)
        names = np.array([f"{part}_{row:05d}.png" for row in range(len(digits))])
        np.savez(place / f"svhn-{part}.npz", images=images, labels=digits, names=names,
                 classes=np.array([str(digit) for digit in range(10)]))


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A data folder with the published files."""
    write_mat(tmp_path, monkeypatch)
    return tmp_path


def test_rows_are_the_files(here):
    source = TINY.load(here)
    assert source.classes == tuple("0123456789") and source.name == "svhn"
    for part, split in (("train", source.train), ("test", source.test)):
        images, digits = arrays(part)
        rows = [int(name.removeprefix(f"{part}_").removesuffix(".png")) for name in split.names]
        assert sorted(rows) == list(range(COUNT[part]))
        np.testing.assert_array_equal(split.images, images[rows])
        np.testing.assert_array_equal(split.labels, digits[rows])
        assert split.images.flags.c_contiguous


@pytest.mark.parametrize("below", ["", "svhn"])
def test_npz_files_give_the_same(here, tmp_path_factory, below):
    other = tmp_path_factory.mktemp("npz")
    (other / below).mkdir(exist_ok=True)
    write_npz(other / below)
    assert TINY.load(other).fingerprint == TINY.load(here).fingerprint


def test_the_table_names_the_whole_data_set():
    assert (SVHN.train, SVHN.test, SVHN.classes, SVHN.side) == (73_257, 26_032, 10, 32)
    assert SVHN.original() == "train_32x32.mat" and sources.SOURCES["svhn"] == SVHN.load


def test_not_found(tmp_path):
    refused(lambda: sources.load("svhn", tmp_path), "svhn-train.npz", "train_32x32.mat", "dietsb_core data svhn")


@pytest.mark.parametrize(("part", "damage"), [("test", "missing"), ("train", "altered"), ("test", "altered")])
def test_nothing_is_opened_before_both_checksums_are_verified(here, monkeypatch, part, damage):
    import scipy.io

    opened, file = [], here / f"{part}_32x32.mat"
    monkeypatch.setattr(scipy.io, "loadmat", lambda *args, **kwargs: opened.append(args))
    if damage == "altered":
        file.write_bytes(file.read_bytes()[:-1] + b"?")
    else:
        file.unlink()
    refused(lambda: TINY.load(here), str(file), "missing" if damage == "missing" else "truncated or altered",
            "dietsb_core data svhn")
    assert not opened


def test_incomplete(here):
    refused(lambda: SVHN.load(here), "80 training images, svhn has 73,257", "dietsb_core data svhn")


def test_without_scipy(here, monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.io", None)
    refused(lambda: TINY.load(here), "scipy", "pip install scipy", "svhn-train.npz")


def test_what_is_there_and_verified_is_not_fetched(here, monkeypatch):
    monkeypatch.setattr("torchvision.datasets.utils.download_url", None)
    assert sources.prepare("svhn", here) == str(here / "train_32x32.mat")


def test_a_download_cut_short_leaves_no_such_file(here, monkeypatch):
    def cut(url: str, root: str, file: str, md5: str) -> None:
        from pathlib import Path

        Path(root).mkdir()
        (Path(root) / file).write_bytes(b"half")
        raise RuntimeError("File not found or corrupted.")

    monkeypatch.setattr("torchvision.datasets.utils.download_url", cut)
    (here / "test_32x32.mat").unlink()
    refused(lambda: SVHN.download(here), "http://ufldl.stanford.edu", "corrupted", "svhn-train.npz")
    assert not (here / "test_32x32.mat").exists()


def test_runs_scores_and_facts_on_ten_classes(here, monkeypatch, tmp_path):
    """From the files to records, a score file and the facts of the classes."""
    monkeypatch.setitem(sources.SOURCES, "svhn", TINY.load)
    monkeypatch.setenv("DIETSB_DATA", str(here))
    monkeypatch.setitem(PRESETS, "smoke", replace(PRESETS["smoke"], data="svhn"))
    export("el2n", "smoke", None, None, tmp_path / "scores.npz", device="cpu")
    with np.load(tmp_path / "scores.npz") as found:
        assert found["names"].tolist() == TINY.load(here).train.names.tolist() and found["scores"].shape == (80,)
    known = facts("svhn")
    assert known.classes.tolist() == list("0123456789") and known.diversity.shape == (10,)
    run = Run("svhn", "resnet8", PRESETS["smoke"].recipe, 0, "selective_backprop", 0.5)
    assert ensure([run], device="cpu")[0].info["examples"] == 80
