"""The runner of notebooks: what it runs, skips and refuses, and how it ends."""

from __future__ import annotations

import os
import signal
import sys

import nbformat
import pytest
from one_line import refused
from toy_notebooks import alive, copies, folder, started, write  # noqa: F401 (a fixture)
from waiting import HANG, wait_until

import execute
from _run import notebook, provenance
from dietsb_book import study


def test_the_book_looks_for_what_notebooks_show():
    assert notebook.RECORDS_MIME == study.RECORDS_MIME


def test_runs_signs_and_skips_what_is_up_to_date(folder, capsys):
    mime = f"display({{{notebook.RECORDS_MIME!r}: [{{'id': 'a'}}]}}, raw=True)"
    write(folder, "one", "import os", "print(preset, keep, os.environ['OMP_NUM_THREADS'])", mime)
    assert execute.main(["--preset", "quick", "-p", "keep", "1"]) == 0
    copy = nbformat.read(folder / "executed" / "quick" / "one.ipynb", as_version=4)
    printed = [out.text for cell in copy.cells for out in cell.get("outputs", []) if "text" in out]
    assert printed == ["quick 1.0 1\n"]
    made = copy.metadata.dietsb
    assert (made.parameters, made.preset) == ({"preset": "quick", "keep": 1.0}, "quick")
    assert made.code == notebook.code_hash(notebook.read(folder / "notebooks" / "one.ipynb"))
    assert made.records == [{"id": "a"}]
    capsys.readouterr()
    assert execute.main(["--preset", "quick", "-p", "keep", "1"]) == 0
    assert capsys.readouterr().out == "quick: 0 of 1 notebooks to run\n"
    write(folder, "one", "print(2)")
    assert [job.recorded["key"] == job.key for job in plan("--preset", "quick")] == [False]


@pytest.mark.parametrize("text", ["1", "1.0", "0.5", "1e-3"])
def test_a_fraction_may_be_written_as_a_whole_number(folder, text):
    write(folder, "one")
    job, = plan("-p", "keep", text)
    assert job.parameters["keep"] == float(text) and type(job.parameters["keep"]) is float


def test_a_parameter_without_a_rule_is_of_the_type_of_its_default():
    assert execute._typed("one", "rate", "2", 0.5) == 2.0 and execute._typed("one", "rates", "[1]", []) == [1]
    refused(lambda: execute._typed("one", "rates", "1", []), "one: -p rates '1': it must be a list")
    refused(lambda: execute._typed("one", "size", "2.5", 1), "one: -p size '2.5': it must be a whole number")


def plan(*arguments: str):
    return execute.plan(execute._parse(list(arguments)))


def test_a_failed_notebook_is_named_and_the_others_go_on(folder, capsys):
    write(folder, "bad", "raise ValueError('no such thing')")
    write(folder, "good", "print(1)")
    assert execute.main(["--preset", "smoke", "--jobs", "2"]) == 1
    assert "bad  failed: ValueError: no such thing" in capsys.readouterr().out
    assert copies(folder) == ["smoke/bad.failed.ipynb", "smoke/good.ipynb"]


def test_a_notebook_shown_at_other_presets_is_left_out_unless_named(folder):
    write(folder, "one", dietsb_book={"presets": ["quick"]})
    assert [job.name for job in plan("--preset", "quick")] == ["one"]
    assert plan("--preset", "cifar-cpu") == []
    assert [job.name for job in plan("one", "--preset", "cifar-cpu")] == ["one"]


def test_a_notebook_is_run_once_and_what_an_editor_hides_is_none(folder):
    write(folder, "one", "print(1)")
    (folder / "notebooks" / ".#one.ipynb").symlink_to("somebody@a-host.1234")
    assert [job.name for job in plan("one", "one")] == [job.name for job in plan()] == ["one"]


def test_hidden_files_are_no_source_files(folder):
    for name in ("a.py", "b/c.py", ".#a.py", ".ipynb_checkpoints/a-checkpoint.py"):
        (folder / "code" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "code" / name).symlink_to("nowhere")
    assert sorted(provenance.python_files(folder / "code")) == [folder / "code/a.py", folder / "code/b/c.py"]


def test_thumbnails_and_what_is_put_into_outputs_are_part_of_what_a_copy_is_made_of(folder, monkeypatch):
    """Else a page would go on to show what was there before."""
    files = ["book/dietsb_book/images/browser.js", "book/dietsb_book/images/images.css", "book/_static/thumbnails.json"]
    monkeypatch.setattr(provenance, "ROOT", folder)
    seen = set()
    for name in [*files, "book/dietsb_book/images/.#browser.js"]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
        seen.add(str((provenance.sources_hash(), provenance.recorded_runs())))
    assert len(seen) == len(files)


@pytest.mark.parametrize(
    "arguments, line",
    [
        (["two"], "no notebook 'two'; there are: one"),
        (["-p", "kep", "1"], "one has no parameter 'kep'; -p takes: keep"),
        (["-p", "keep", "half"], "one: -p keep 'half': it must be a fraction above 0, at most 1"),
        (["-p", "keep", "0"], "one: -p keep '0': it must be a fraction above 0, at most 1"),
        (["-p", "keep", "True"], "one: -p keep 'True': it must be a fraction above 0, at most 1"),
        (["-p", "keep", "(" * 3000], "one: -p keep '((("),
        (["--preset", "huge"], "no preset 'huge'; there are: smoke, quick"),
        (["--preset", "quick@../../here"], "unknown source '../../here' in preset 'quick@../../here'; allowed are"),
        (["--preset", "quick", "one", "-p", "preset", "smoke"], "-p preset smoke: the preset is not one of these"),
    ],
)
def test_refuses_what_there_is_not_in_one_line(folder, capsys, arguments, line):
    write(folder, "one", "print(1)")
    assert execute.main(arguments) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"execute.py: {line}") and told.count("\n") == 1
    assert copies(folder) == []


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to a process on Windows")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_leaves_nothing_half_written_and_no_kernel(folder, sent):
    write(folder, "slow", f"open({str(folder / 'pid')!r}, 'w').write(str(__import__('os').getpid()))",
          f"import time; time.sleep({2 * HANG})")
    runner = started(folder)
    wait_until((folder / "pid").exists, runner)
    runner.send_signal(sent)
    assert "interrupted" in runner.communicate(timeout=HANG)[1]
    assert runner.returncode == 130
    assert copies(folder) == []
    wait_until(lambda: not alive(int((folder / "pid").read_text())))


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL on Windows")
def test_killed_it_leaves_no_kernel_and_the_next_one_makes_all(folder):
    write(folder, "slow", f"open({str(folder / 'pid')!r}, 'w').write(str(__import__('os').getpid()))",
          f"import os, time\nwhile not os.path.exists({str(folder / 'go')!r}): time.sleep(0.1)")
    runner = started(folder)
    wait_until(lambda: (folder / "pid").exists() and (folder / "pid").read_text(), runner)
    runner.kill()
    runner.communicate(timeout=HANG)
    wait_until(lambda: not alive(int((folder / "pid").read_text())))
    (folder / "go").touch()
    part = folder / "executed" / "smoke" / ".slow.part.ipynb"
    part.unlink()
    os.mkfifo(part)  # as if something had put it there: it is not written to
    assert execute.main(["--preset", "smoke"]) == 0 and copies(folder) == ["smoke/slow.ipynb"]


def test_two_at_once_do_not_run_the_same_notebook_twice(folder):
    """Both would write the same copy: the one that comes second waits, and then finds it up to date."""
    write(folder, "slow", f"open({str(folder / 'pid')!r}, 'a').write('run;')",
          f"import os, time\nwhile not os.path.exists({str(folder / 'go')!r}): time.sleep(0.1)")
    first = started(folder)
    wait_until((folder / "pid").exists, first)
    second = started(folder)
    assert second.stderr.readline().startswith("smoke: another process runs notebooks: waiting for it (process ")
    (folder / "go").touch()
    told = [runner.communicate(timeout=HANG)[0] for runner in (first, second)]
    assert (first.returncode, second.returncode) == (0, 0)
    assert "1 of 1 notebooks to run" in told[0] and told[1] == "smoke: 0 of 1 notebooks to run\n"
    assert (folder / "pid").read_text() == "run;" and copies(folder) == ["smoke/slow.ipynb"]


def test_a_notebook_of_which_nothing_is_on_record_says_so_and_is_no_failure(folder, capsys):
    """Its page has the one line and nothing more; cells behind it did not run."""
    stop = "class NothingRecorded(ValueError): pass\nraise NothingRecorded('nothing on record; make it with: x')"
    write(folder, "empty", stop, "print('never')")
    assert execute.main(["--preset", "quick"]) == 0
    copy = nbformat.read(folder / "executed" / "quick" / "empty.ipynb", as_version=4)
    outputs = [out for cell in copy.cells for out in cell.get("outputs", [])]
    assert [(out.output_type, out.get("text")) for out in outputs] == [
        ("stream", "nothing on record; make it with: x\n")]
    assert len(copy.cells) == 4  # papermill's own parameters among them, and none of its error messages
