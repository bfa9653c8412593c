"""Who may import whom, what a machine without Jupyter needs, and that importing changes nothing elsewhere."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import dietsb_core

PACKAGE = Path(dietsb_core.__file__).parent

# Ground floor first. A module, or a subpackage with all its files, imports from floors below its own, never
# from its own or above. A new module is put on the floor above everything that it needs.
FLOORS = (
    ("errors", "compiled"),
    ("rng", "examples", "ledger", "cost", "energy", "environment", "files", "gradients", "progress",
     "statistics", "timing", "workers"),
    ("draw", "records", "scores", "tradeoff", "recipe", "device", "checkpoint", "sources", "models", "frames"),
    ("ahead",),
    ("policy", "data", "presets"),
    ("policies", "train", "bench_loader"),
    ("evaluate", "runs", "own_loop"),
    ("warmup", "locks", "redundancy"),
    ("execute", "grids", "spending"),
    ("sweeps", "ensure", "facts", "overlap", "bench"),
    ("rows", "scoring", "listing"),
    ("report",),
    ("study", "usage"),
    ("verdicts",),
    ("plots", "tables"),
    ("widgets", "__main__"),
)
FLOOR = {name: number for number, names in enumerate(FLOORS) for name in names}

FOR_NOTEBOOKS = ("plots", "tables", "frames", "widgets", "study")
ABSENT = ("matplotlib", "pandas", "IPython", "ipywidgets", "sklearn", "scipy", "nbformat", "psutil")


def room_of(path: Path) -> str:
    """The top-level module or subpackage that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


FILES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")
ROOMS = {room_of(path) for path in FILES}


def imported(path: Path) -> set[str]:
    """The rooms that a file imports from, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            parts = ("dietsb_core", *path.relative_to(PACKAGE).parent.parts)
            base = ".".join(parts[:len(parts) + 1 - node.level]) if node.level else ""
            module = ".".join(filter(None, [base, node.module]))
            names = [f"{module}.{alias.name}" for alias in node.names]
        found |= {name.split(".")[1] for name in names if name.startswith("dietsb_core.")}
    return found & ROOMS


def test_every_module_has_a_floor():
    assert not ROOMS - FLOOR.keys(), f"put {sorted(ROOMS - FLOOR.keys())} on a floor of FLOORS"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path):
    room = room_of(path)
    upward = [other for other in imported(path) if other != room and FLOOR[other] >= FLOOR[room]]
    assert not upward, f"{room} (floor {FLOOR[room]}) imports {upward}, which is not below it"


def test_the_check_sees_imports_of_every_form(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path)
    path = tmp_path / "sources" / "x.py"
    path.parent.mkdir()
    path.write_text("\n".join(["import dietsb_core.rng", "from dietsb_core import draw as d",
                               "from dietsb_core.policies.static import x", "from ..ledger import Ledger",
                               "from .. import train", "from . import npz",
                               "def f():", "    from ..grids import y"]))
    assert imported(path) == {"rng", "draw", "policies", "ledger", "train", "sources", "grids"}


PROGRAM = """
import sys, random, numpy, torch, torchvision, torch.utils.data
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {absent}:
            raise ModuleNotFoundError(f"{{name}} is not here")
sys.meta_path.insert(0, Absent())
sys.modules.update({{name: None for name in sys.modules if name.split(".")[0] in {absent}}})
def state():
    loader = torch.utils.data
    parts = (loader, loader.DataLoader, loader.dataloader, loader.sampler, torch.optim, torch.nn.functional,
             torch.Tensor, random, numpy.random)
    return [dict(vars(part)) for part in parts], torch.get_rng_state().tolist(), random.getstate(), \\
        numpy.random.get_state()[1].tolist(), torch.get_default_dtype()
before = state()
import importlib
for name in {modules}:
    importlib.import_module("dietsb_core." + name)
after = state()
for one, other in zip(before[0], after[0]):
    changed = [key for key in one if other.get(key) is not one[key]]
    assert not changed, changed
assert before[1:] == after[1:], "importing touched a random state or a default"
"""


def test_headless_modules_need_torch_and_numpy_alone():
    """Nor does importing them patch a library's data loader or a part of it, or touch a random state."""
    modules = [".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")
               for path in FILES if room_of(path) not in (*FOR_NOTEBOOKS, "__main__")]
    program = PROGRAM.format(absent=set(ABSENT), modules=modules)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=PACKAGE.parent,
                          check=False)
    assert done.returncode == 0, done.stderr


def test_a_page_over_records_waits_for_no_network_code():
    """torchvision takes as long to import as torch does; forty notebooks of the book read records and train nothing."""
    program = ("import sys; from dietsb_core import facts, grids, plots, report, study, tables, usage, verdicts; "
               "assert 'torch' in sys.modules; print('torchvision' in sys.modules)")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=PACKAGE.parent,
                          check=True)
    assert done.stdout.strip() == "False"
