"""Executed copies of notebooks: what does not verify is set aside and made again, and never shown."""

from __future__ import annotations

import json
import os

import pytest
from damaging import cut
from hypothesis import given, settings, strategies
from nbformat.v4 import new_code_cell, new_output
from one_line import refused
from test_random_damage import TRIES, damage
from toy_notebooks import copies, folder, write  # noqa: F401 (a fixture)

import execute
from _run import notebook


def plan(*arguments: str) -> list[execute.Job]:
    return execute.plan(execute._parse(list(arguments)))


def made(folder) -> execute.Job:
    """A notebook and its executed copy, whose key is not that of anything now."""
    write(folder, "one", "print(1)")
    job, = plan()
    nb = notebook.read(job.source)
    nb.cells[1] = new_code_cell("print(1)", id="cell-0", outputs=[new_output("stream", text="1\n")])
    nb.metadata["dietsb"] = {"code": job.code, "key": job.key, "seconds": 2.5, "preset": "quick"}
    job.target.parent.mkdir(parents=True)
    notebook.write_executed(nb, job.target)
    return job


def edit(path, change) -> None:
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content, indent=1))


def nested(path) -> None:
    path.write_text('{"cells": ' + "[" * 100_000 + "]" * 100_000 + "}")


def folder_instead(path) -> None:
    path.unlink()
    path.mkdir()


DAMAGE = {
    "cut short": (cut, ""), "empty": (lambda path: path.write_text(""), ""),
    "no text": (lambda path: path.write_bytes(b"\xff\xfe\x00"), ""),
    "a list": (lambda path: path.write_text("[1]"), ""),
    "an object": (lambda path: path.write_text("{}"), "metadata"), "nested deeply": (nested, ""),
    "a FIFO": (lambda path: (path.unlink(), os.mkfifo(path)), "is a FIFO or a device"),
    "a folder": (folder_instead, "Is a directory"),
    "a byte of an output": (lambda path: path.write_bytes(path.read_bytes().replace(b'"1\\n"', b'"7\\n"')), "checksum"),
    "an output more": (lambda path: edit(path, lambda nb: nb["cells"][1]["outputs"].append({})), "checksum differs"),
    "another commit": (lambda path: edit(path, lambda nb: nb["metadata"]["dietsb"].update(commit="x")), "differs"),
    "no checksum": (lambda path: edit(path, lambda nb: nb["metadata"]["dietsb"].pop("sha256")), "no checksum"),
    "nothing of itself": (lambda path: edit(path, lambda nb: nb["metadata"].pop("dietsb")), "dietsb"),
    "text for what it says of itself": (lambda path: edit(path, lambda nb: nb["metadata"].update(dietsb="x")), ""),
}


@pytest.mark.parametrize("kind", DAMAGE)
@pytest.mark.parametrize("words", [[], ["--force"]])
def test_a_damaged_copy_is_set_aside_and_run_again(kind, words, folder, capsys, monkeypatch):
    job, (do, why) = made(folder), DAMAGE[kind]
    ran = []
    monkeypatch.setattr(execute.Schedule, "run", lambda self: ran.extend(self.waiting))
    assert execute.main([]) == 0 and not ran
    do(job.target)
    assert execute.main(words) == 0 and [one.name for one in ran] == ["one"]
    assert [path.name for path in (job.target.parent / ".set-aside").iterdir()] == ["one.ipynb"]
    message = capsys.readouterr().err
    assert message.count("\n") == 1 and "one.ipynb does not verify" in message and why in message


def test_a_copy_that_was_only_laid_out_anew_is_as_good(folder):
    """The control of the above: a checksum is of what the file says."""
    job = made(folder)
    job.target.write_text(json.dumps(json.loads(job.target.read_text()), indent=4, sort_keys=True))
    assert job.recorded["seconds"] == 2.5


def test_a_damaged_copy_is_made_again_in_a_kernel(folder, capsys):
    job = made(folder)
    cut(job.target)
    assert execute.main([]) == 0 and "1 of 1 notebooks to run" in capsys.readouterr().out
    assert copies(folder) == ["quick/.set-aside/one.ipynb", "quick/one.ipynb"]
    assert notebook.executed(job.target).metadata["dietsb"]["preset"] == "quick"


@given(data=strategies.data())
@settings(TRIES, max_examples=100)
def test_a_copy_reads_as_it_was_written_or_is_set_aside(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("copy") / "one.ipynb"
    nb = notebook.nbformat.v4.new_notebook(cells=[new_code_cell("1", id="a")], metadata={"dietsb": {"key": "é"}})
    notebook.write_executed(nb, path)
    whole = path.read_bytes()
    path.write_bytes(changed := data.draw(damage(whole)))
    found = notebook.executed(path)
    if found is None:
        assert not path.exists() and changed != whole
    else:
        assert found == nb


BAD = {
    "cut short": cut, "a list": lambda path: path.write_text("[1]"), "an object": lambda path: path.write_text("{}"),
    "nested deeply": nested, "not text": lambda path: path.write_bytes(b"\xff\xfe\x00"),
    "a folder": folder_instead, "no ids": lambda path: edit(path, lambda nb: nb["cells"][0].pop("id")),
    "cells of text": lambda path: edit(path, lambda nb: nb.update(cells=["x"])),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_notebook_that_is_none_is_one_line(kind, folder, capsys):
    write(folder, "one", "print(1)")
    BAD[kind](folder / "notebooks" / "one.ipynb")
    assert execute.main([]) == 2
    told = capsys.readouterr().err
    assert "one.ipynb cannot be read as a notebook" in told and "git checkout" in told and told.count("\n") == 1


@pytest.mark.parametrize("source", ["jobs: int = len('ab')", "jobs: int =", "jobs = {[]: 1}"])
def test_parameters_that_are_computed_are_one_line(source, folder):
    write(folder, "one")
    edit(folder / "notebooks" / "one.ipynb", lambda nb: nb["cells"][0].update(source=source))
    refused(plan, "one: its cell of parameters must assign plain values", "jobs = 1")


def test_where_copies_cannot_be_written_it_is_one_line(folder, capsys):
    write(folder, "one")
    (folder / "executed").write_text("a file")
    assert execute.main([]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"execute.py: {folder / 'executed'} cannot be written") and told.count("\n") == 1
