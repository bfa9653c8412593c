"""A notebook opened alone, outside of a checkout: its set-up cell gets the project and installs it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv

from built import ROOT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from _ext import takeaway

SAY = """
import dietsb_book, dietsb_core
from dietsb_core.runs import store
print(Path(dietsb_core.__file__).parents[1], Path(dietsb_book.__file__).parents[2], store.RECORDED.is_dir())"""


def git(folder, *words: str) -> None:
    named = ["-c", "user.name=test", "-c", "user.email=test@localhost"]
    subprocess.run(["git", "-C", str(folder), *named, *words], check=True, capture_output=True)


def repository(folder) -> str:
    """The address of a repository with what the project installs, as it stands here, and one record."""
    skip = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for name in ("dietsb_core", "book/dietsb_book"):
        shutil.copytree(ROOT / name, folder / name, ignore=skip)
    for name in ("pyproject.toml", "book/pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder / name)
    record = next((ROOT / "results").glob("*/record.json"))
    (folder / "results" / record.parent.name).mkdir(parents=True)
    shutil.copy(record, folder / "results" / record.parent.name)
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "all")
    return folder.as_uri()


def environment(folder) -> str:
    """The Python of an environment that has what the project needs, and neither of its packages: paths in a .pth file
    are searched, but their own .pth files, by which ours are installed here, are not read."""
    venv.create(folder, with_pip=False, symlinks=True)
    site = folder / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    (site / "needs.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return str(folder / "bin" / "python")


def test_the_set_up_cell_installs_the_project_where_it_is_not(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    nb = new_notebook(cells=[new_markdown_cell("# Title"), new_code_cell("1")])
    cell = takeaway.portable(nb, repository(source)).cells[1].source
    (tmp_path / "cell.ipy").write_text(cell + SAY)
    python = environment(tmp_path / "venv")
    # What it needs is there: pip asks no registry, and builds with the setuptools of these tests.
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "DIETSB", "PIP"))}
    env |= {"PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_NO_DEPS": "1", "HOME": str(tmp_path)}
    done = subprocess.run([python, "-m", "IPython", "cell.ipy"], cwd=tmp_path, env=env, capture_output=True, text=True)
    clone = tmp_path / "diet-sb"
    assert f"{clone} {clone} True" in done.stdout, done.stdout[-2000:] + done.stderr[-2000:]
    found = subprocess.run([python, "-c", "import dietsb_book; print(dietsb_book.__file__)"], cwd=tmp_path, env=env,
                           capture_output=True, text=True)
    assert found.stdout.startswith(str(clone))  # also in the processes that train


def test_inside_of_a_checkout_it_does_nothing():
    assert takeaway.portable(new_notebook(cells=[new_code_cell("1")]), "").cells[0].source == "1"
    cell = takeaway.SETUP.format(url="https://example.org/x")
    lines = cell.splitlines()
    begin = next(nth for nth, line in enumerate(lines) if line.startswith("if "))
    assert 'find_spec("dietsb_book") is None' in lines[begin]
    assert all(line.startswith("    ") for line in lines[begin + 1:])
