"""The book, built once for all tests that read it: every notebook's copies are brought up to date first."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text())
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text())


def pages() -> list[str]:
    """The names of the book's pages, in the order of its table of contents."""
    chapters = [chapter for part in TOC["parts"] for chapter in part["chapters"]]
    return [TOC["root"]] + [chapter["file"] for chapter in chapters]


def html() -> Path:
    """The folder of the built pages; fails with the last lines of whatever went wrong."""
    folder, error = _built()
    assert not error, error
    return Path(folder.name) / "_build" / "html"


@cache
def _built() -> tuple[tempfile.TemporaryDirectory, str]:
    """A folder that lasts as long as this process, and what went wrong: a failed build is not tried twice."""
    folder = tempfile.TemporaryDirectory(prefix="dietsb-book-")
    python, jobs = sys.executable, str(os.cpu_count())
    presets = CONFIG["sphinx"]["config"]["executed_presets"]
    # As `make book` has it: at the recorded preset notebooks show what is on record, and train nothing.
    commands = [[python, "book/execute.py", "--preset", preset, "--jobs", jobs,
                 *([] if preset == "quick" else ["-p", "train", "False"])] for preset in presets]
    strict = ["--all", "-W", "--keep-going", "-n", "--path-output", folder.name]
    commands.append([str(Path(python).with_name("jupyter-book")), "build", ".", *strict])
    # The project's own records serve: the temporary folder that each test has for its runs would have to be filled.
    env = {name: value for name, value in os.environ.items() if name != "DIETSB_RUNS"}
    for command in commands:
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
        if done.returncode:
            return folder, "\n".join([" ".join(command), done.stdout[-3000:], done.stderr[-3000:]])
    return folder, ""
