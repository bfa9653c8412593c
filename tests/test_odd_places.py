"""Records and outputs where a file, a folder or a right is not what it should be: a line each, before any training."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from damaging import cut, write
from one_line import refused
from small_runs import RUN

from dietsb_core import __main__
from dietsb_core.environment import PROJECT
from dietsb_core.errors import UserError
from dietsb_core.runs import execute, export, facts
from dietsb_core.runs.ensure import ensure
from dietsb_core.runs.store import find, store
from dietsb_core.sources import loaded

SHORT = replace(RUN, stop=1)


@pytest.fixture
def no_training(monkeypatch) -> None:
    def train(*_: object) -> None:
        raise AssertionError("training was begun")

    monkeypatch.setattr(execute, "_train", train)


@pytest.mark.parametrize(("place", "why"), [
    ("~nobody-of-this-name/runs", "no home folder of that name"), ("{}/" + "x" * 300, "File name too long"),
    ("{}" + "/yyyyyyy" * 600, "File name too long"), ("{}/loop/runs", "symbolic links"),
], ids=["nobody", "a long name", "a long path", "a loop"])
def test_a_folder_of_records_that_can_be_none(place, why, tmp_path, monkeypatch, no_training, capsys):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    monkeypatch.setenv("DIETSB_RUNS", place.format(tmp_path))
    for call in (store, lambda: find(RUN), lambda: ensure([RUN], device="cpu"), lambda: facts.facts("digits")):
        refused(call, "DIETSB_RUNS=", why)
    assert __main__.main(["report", "panel_a", "--preset", "smoke"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.fixture
def open_folder(monkeypatch) -> Iterator[Path]:
    """A folder of records that everybody may search, with one record."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    monkeypatch.setenv("DIETSB_RUNS", str(folder / "runs"))
    write(folder / "runs" / RUN.name)
    yield folder / "runs"
    shutil.rmtree(folder)


def of_another_user(call: Callable[[], object]) -> str:
    """The line that refuses `call()` to a user without rights, in a process of its own."""
    loaded(RUN.data)  # imports what it needs, which that user may not
    ours, theirs = os.pipe()
    if not os.fork():
        try:
            if os.geteuid() == 0:
                os.setuid(65534)
            call()
            said = "nothing was refused"
        except BaseException as error:
            said = str(error) if isinstance(error, UserError) else repr(error)
        os.write(theirs, said.encode())
        os._exit(0)
    os.close(theirs)
    with open(ours) as answer:
        return answer.read()


@pytest.mark.parametrize("part", [".", RUN.name, f"{RUN.name}/record.json", f"{RUN.name}/ledger.npz"])
def test_records_that_another_user_may_not_read(part, open_folder):
    """They may be sound: nothing is set aside, and nothing is trained again."""
    place = open_folder / part
    before, files = place.stat().st_mode, sorted(open_folder.rglob("*"))
    place.chmod(0)
    for call in (lambda: find(RUN), lambda: ensure([RUN], device="cpu")):
        line = of_another_user(call)
        assert "Permission denied" in line and "fix that" in line and str(open_folder) in line, line
    place.chmod(before)
    assert find(RUN) and sorted(open_folder.rglob("*")) == files


@pytest.mark.skipif(not all(place.stat().st_mode & 0o001 for place in (PROJECT, *PROJECT.parents)),
                    reason="the project lies where another user may not look")
def test_records_that_another_user_may_read_and_not_write(open_folder):
    """A record is read; what is missing is refused; what is damaged stays where it is."""
    assert of_another_user(lambda: ensure([RUN], device="cpu")) == "nothing was refused"
    line = of_another_user(lambda: ensure([SHORT], device="cpu"))
    assert "cannot be written (Permission denied)" in line and "DIETSB_RUNS" in line
    cut(open_folder / RUN.name / "ledger.npz")
    line = of_another_user(lambda: find(RUN))
    assert "does not verify" in line and "cannot be set aside" in line and (open_folder / RUN.name).is_dir()


def test_set_aside_that_is_a_file(runs_folder):
    cut(write(runs_folder / RUN.name).folder / "ledger.npz")
    (runs_folder / ".set-aside").write_text("")
    refused(lambda: find(RUN), "does not verify", f"the folder {runs_folder / '.set-aside'}", "move it away")
    assert (runs_folder / RUN.name).is_dir()


@pytest.mark.parametrize("make", [lambda path: path.write_text("x"), lambda path: path.symlink_to("nowhere")])
def test_something_else_in_the_place_of_a_record_is_set_aside_before_it_is_trained(runs_folder, make, capsys):
    runs_folder.mkdir()
    make(runs_folder / SHORT.name)
    assert len(ensure([SHORT], device="cpu")[0].rows) == 1
    assert os.path.lexists(runs_folder / ".set-aside" / SHORT.name) and "it is no folder" in capsys.readouterr().err


def test_a_checkpoint_that_is_a_folder_is_set_aside(runs_folder, capsys):
    (runs_folder / ".unfinished" / f"{SHORT.name}.pt" / "x").mkdir(parents=True)
    assert len(ensure([SHORT], device="cpu")[0].rows) == 1
    assert (runs_folder / ".unfinished" / ".set-aside" / f"{SHORT.name}.pt" / "x").is_dir()


@pytest.mark.parametrize("bad", ["lock", "folder"])
def test_a_lock_that_is_a_folder_and_a_folder_that_is_a_file(runs_folder, no_training, bad, capsys):
    place = runs_folder / ".unfinished"
    (place / f"{RUN.name}.lock").mkdir(parents=True) if bad == "lock" else runs_folder.mkdir()
    if bad == "folder":
        place.write_text("")
    line = refused(lambda: ensure([RUN], device="cpu"), place)
    assert ("where a lock file belongs" if bad == "lock" else "cannot be written") in line


def test_facts_whose_place_is_a_folder_are_taken_all_the_same(runs_folder, capsys):
    (runs_folder / "facts-procedural-small.npz" / "x").mkdir(parents=True)
    assert len(facts.facts("procedural-small").names) == 400
    assert (runs_folder / ".set-aside" / "facts-procedural-small.npz" / "x").is_dir()
    (runs_folder / "facts-digits.npz").mkdir()
    refused(lambda: facts.measure("digits"), runs_folder / "facts-digits.npz", "Is a directory", "DIETSB_RUNS")


@pytest.mark.parametrize("out", ["out.npz", "none/out.npz", "file/out.npz", "out", "x" * 250 + ".npz",
                                 "y" * 300 + ".npz", "/".join(["z" * 200] * 30) + "/out.npz", "",
                                 "~nobody-of-this-name/out.npz", "barred/out.npz"])
def test_scores_that_could_not_be_written_are_refused_before_any_training(tmp_path, no_training, monkeypatch, out):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "out.npz").mkdir()
    (tmp_path / "barred").mkdir()
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(os, "access", lambda path, mode: path.name != "barred")
    refused(lambda: export.export("el2n", "smoke", None, None, Path(out), device="cpu"), "--out", ".npz")
    assert not list((tmp_path / "out.npz").iterdir())


@pytest.mark.parametrize("out", ["file", "file/runs", "x" * 300, "loop/runs", "a\0b", "~nobody-of-this-name/runs"])
def test_an_out_for_records_that_can_be_none(tmp_path, no_training, monkeypatch, out, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    (tmp_path / "loop").symlink_to("loop")
    for words in (["run", "panel_a", "--preset", "smoke"], ["facts", "--data", "procedural-small"]):
        assert __main__.main([*words, "--out", out]) == 2
        said = capsys.readouterr().err
        assert said.startswith("dietsb: --out") and said.count("\n") == 1
