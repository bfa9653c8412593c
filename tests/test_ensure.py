"""Training side by side: what it says meanwhile, what ends it, and what it asks for before it begins."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from one_line import refused
from quick_runs import QUICK
from small_runs import RECIPE, RUN
from waiting import HANG, wait_until

from dietsb_core import __main__, progress
from dietsb_core.runs import checkpoint, ensure, grids
from dietsb_core.runs.store import find

LONG = [replace(RUN, seed=seed, recipe=replace(RECIPE, name="long", epochs=1000)) for seed in (0, 2, 3)]


def command() -> None:
    """The command line with a grid of runs that outlast any test, all but one. It hears Ctrl-C though whoever began
    the tests may not, as a shell's background job."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    grids.GRIDS["panel_a"] = lambda p: [LONG[0], QUICK, *LONG[1:]]
    sys.exit(__main__.main(["run", "panel_a", "--preset", "smoke", "--jobs", "2", "--device", "cpu"]))


@contextmanager
def started(store: Path) -> Iterator[subprocess.Popen]:
    """`command` in a process group of its own, as a terminal has it."""
    path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    words = [sys.executable, "-c", "import test_ensure; test_ensure.command()"]
    with subprocess.Popen(words, env=os.environ | {"PYTHONPATH": path, "DIETSB_RUNS": str(store)}, text=True,
                          stderr=subprocess.PIPE, start_new_session=True) as process:
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):  # all have ended, as they should
                os.killpg(process.pid, signal.SIGKILL)


def test_ctrl_c_ends_it_in_seconds_and_the_same_command_goes_on(runs_folder):
    """Two runs are at work and one waits. What workers would say is heard too, and that they are gone: standard error
    ends when the last process that holds it has ended."""
    at_work, kept = [runs_folder / ".unfinished" / f"{run.name}.pt" for run in LONG[:2]], {}
    with started(runs_folder) as process:
        wait_until(lambda: find(QUICK) and all(path.exists() for path in at_work), process)
        os.killpg(process.pid, signal.SIGINT)
        said = process.communicate(timeout=HANG)[1].splitlines()
    said = [line for line in said if not line.endswith(" left of it")]  # of a slow machine's long runs, once a minute
    assert process.returncode == 130 and len(said) == 2, said
    assert said[0].startswith("[1/4] procedural-small") and "seed 1:" in said[0]  # finished first, of those begun later
    assert said[1].startswith("dietsb: stopped; finished runs are kept")
    assert find(QUICK) and not any(map(find, LONG))
    assert not (runs_folder / ".unfinished" / f"{LONG[2].name}.lock").exists()  # it was never begun
    kept = {path: (path.stat().st_mtime_ns, len(checkpoint.load(path)["rows"])) for path in at_work}
    with started(runs_folder) as process:
        for path, (written, done) in kept.items():
            wait_until(lambda path=path, written=written: path.stat().st_mtime_ns > written, process)
            assert len(checkpoint.load(path)["rows"]) > done


def test_workers_hear_no_ctrl_c_and_outlive_nobody(runs_folder):
    """They are sent it again and again, from their first instruction on, and train all the same. Then the one that
    started them is killed and can tell them nothing: they end, and with them what standard error is held by."""
    def at_work() -> bool:
        for child in children.read_text().split():
            os.kill(int(child), signal.SIGINT)
        return len(list(runs_folder.rglob("*.pt"))) == 2

    with started(runs_folder) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        if not children.exists():
            pytest.skip("this system does not tell which processes a process has started")
        wait_until(at_work, process)
        process.kill()
        said = process.communicate(timeout=HANG)[1]
    assert "Traceback" not in said and "dietsb:" not in said


def test_a_long_run_has_a_line_a_minute(monkeypatch, capsys):
    """Of 90 s an epoch each but the last has a line; of 25 s every third, whichever run it is of."""
    clock = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: clock[0])
    run, other = (SimpleNamespace(title=title, epochs=4) for title in ("one", "other"))
    told = progress.Epochs()
    for which, seconds in ((run, 90.0), (other, 25.0)):
        for epoch in range(1, 5):
            clock[0] += seconds
            told(which, {"epoch": epoch, "epoch_seconds": seconds})
    assert capsys.readouterr().err.splitlines() == [
        "  one: epoch 1 of 4; about 4 min left of it", "  one: epoch 2 of 4; about 3 min left of it",
        "  one: epoch 3 of 4; about 2 min left of it",
        "  other: epoch 1 of 4; about 75 s left of it"]


def test_a_run_that_is_refused_ends_the_others(runs_folder):
    bad, before = replace(RUN, recipe=replace(RECIPE, batch=500)), multiprocessing.active_children()  # of other tests
    refused(lambda: ensure.ensure([LONG[0], bad, *LONG[1:]], jobs=2, device="cpu"),
            "400 training examples, and a step needs 500")
    assert set(multiprocessing.active_children()) <= set(before) and not any(map(find, LONG))


SCRIPT = """
import sys
from dataclasses import replace
from small_runs import RUN
from dietsb_core.errors import UserError
from dietsb_core.runs.ensure import ensure
def main():
    try:
        print([len(record.rows) for record in ensure([replace(RUN, stop=1), replace(RUN, seed=1, stop=1)], 2, "cpu")])
    except UserError as error:
        print(error)
"""


@pytest.mark.parametrize(("last", "place", "said"), [
    ("main()", "a script.py", 'put the call under if __name__ == "__main__":'),
    ('if __name__ == "__main__": main()', "a script.py", "[1, 1]"),
    ("main()", None, "a training process ended with exit status 1"),
], ids=["without a guard", "with one", "from standard input"])
def test_a_script_that_its_workers_begin_anew_is_one_line(last, place, said, tmp_path):
    path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    if place:
        (tmp_path / place).write_text(SCRIPT + last)
    done = subprocess.run([sys.executable, str(tmp_path / place) if place else "-"], text=True, capture_output=True,
                          input=SCRIPT + last, env=os.environ | {"PYTHONPATH": path}, cwd=tmp_path, check=False)
    assert done.returncode == 0 and done.stdout.count("\n") == 1 and said in done.stdout and "killed" not in done.stdout
    assert place is None or "Traceback" not in done.stderr
