"""Places of data that can be none: too long, of nobody, a file for a folder. One line and exit status 2."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import fake_cifar
import pytest
from one_line import refused

from dietsb_core import __main__ as command
from dietsb_core import sources
from dietsb_core.files import place
from dietsb_core.sources import folder

LONG = "/tmp/" + "/".join(["d" * 100] * 60)
BAD = {"too long": (LONG, "too long"), "one part too long": ("/tmp/" + "d" * 300, "too long"),
       "nobody": ("~no-such-user/images", "no home folder"), "a NUL": ("a\0b", "null byte")}


@pytest.mark.parametrize("what", BAD)
def test_a_place_that_can_be_none(what):
    named, word = BAD[what]
    refused(lambda: place(named, "DIETSB_DATA"), "DIETSB_DATA", word)
    refused(lambda: sources.load("folder", named), word)


def test_a_home_folder_that_is_not_known(monkeypatch):
    def unknown(self):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "expanduser", unknown)
    refused(lambda: place("~/x", "DIETSB_CACHE"), "DIETSB_CACHE", "whole path")


@pytest.mark.parametrize("what", ["too long", "one part too long", "nobody"])
@pytest.mark.parametrize("variable", ["DIETSB_DATA", "DIETSB_CACHE"])
@pytest.mark.parametrize("words", [["data", "folder-16"], ["facts", "--data", "folder-16"]])
def test_the_command_line_ends_with_one_line(tmp_path, monkeypatch, capsys, what, variable, words):
    fake_cifar.write_tree(tmp_path / "data")
    monkeypatch.setenv("DIETSB_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("DIETSB_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv(variable, BAD[what][0])
    assert command.main(words) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and lines[0].startswith(f"dietsb: {variable}=") and BAD[what][1] in lines[0]
    assert not (tmp_path / "runs").exists() and not (tmp_path / "data" / ".cache").exists()


@pytest.mark.parametrize("part", ["train", "val", "train/apple"])
def test_a_file_where_a_folder_should_be(tmp_path, part):
    fake_cifar.write_tree(tmp_path, test="val")
    (tmp_path / part).rename(tmp_path / "away")
    (tmp_path / part).write_text("")
    refused(lambda: folder.load(tmp_path), "")


def test_a_download_into_what_is_a_file(tmp_path):
    (tmp_path / "data").write_text("")
    line = refused(lambda: sources.prepare("cifar100", tmp_path / "data"), "cannot be made", "DIETSB_DATA")
    assert "try again" not in line  # it would fail again


def test_what_the_system_does_not_let_us_look_at_is_one_line(tmp_path, monkeypatch):
    def barred(self):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "is_dir", barred)
    refused(lambda: sources.load("folder", tmp_path), str(tmp_path / "train"), "cannot be read (Permission denied)")


def commanded(words: str, **options) -> tuple[int, str]:
    """The exit status of a command line, and what it says on standard error."""
    done = subprocess.run(f"{sys.executable} -m dietsb_core {words}", shell=True, stdout=subprocess.DEVNULL, text=True,
                          stderr=subprocess.PIPE, timeout=300, **options)
    return done.returncode, done.stderr


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full, which is always full")
def test_what_a_command_says_has_nowhere_to_go():
    status, said = commanded("list >/dev/full")
    assert status == 2 and said.count("\n") == 1 and "cannot be written (No space left on device)" in said
    assert commanded("list >&-") == (0, "")


def test_a_limit_on_the_size_of_files_is_a_full_disk(tmp_path):
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    for words in ("facts --data procedural-small", "run panel_a --preset smoke"):
        status, said = commanded(f"{words} --out {tmp_path}/runs", preexec_fn=limit)
        assert status == 2 and said.count("\n") == 1 and "is full (File too large)" in said
        assert {path.suffix for path in (tmp_path / "runs").rglob("*") if path.is_file()} == {".lock"}


def test_a_place_that_is_said_is_one_line(tmp_path, capsys):
    out = tmp_path / "w\x1b[31m\n\udcff"
    assert command.main(["facts", "--data", "procedural-small", "--out", str(out)]) == 0
    assert capsys.readouterr().out == f"{tmp_path}/w\\x1b[31m\\n\\udcff/facts-procedural-small.npz\n"
