"""Who may import whom, what a machine without Jupyter needs, and that importing changes nothing elsewhere."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import dietsb_core

PACKAGE = Path(dietsb_core.__file__).parent

GROUND = ("errors", "optional", "rng", "progress", "environment", "files", "owner", "claims", "locks")
CONTRACTS = ("examples", "draw", "ledger", "budget", "policy", "policies", "recipe", "scores", "gradients")
ENGINE = ("compiled", "device", "cost", "energy", "models", "sources", "data", "membership", "train", "evaluate",
          "warmup", "redundancy")
# Which folders and modules those of each floor may import from. `own_loop` is the drop-in.
MAY = {
    GROUND: GROUND,
    CONTRACTS: GROUND + CONTRACTS,
    ENGINE: GROUND + CONTRACTS + ENGINE,
    ("own_loop",): (*GROUND, *CONTRACTS, "own_loop"),
    ("runs",): (*GROUND, *CONTRACTS, *ENGINE, "runs"),
    ("evidence",): (*GROUND, *CONTRACTS, "sources", "runs", "evidence"),
    ("bench",): (*GROUND, *CONTRACTS, *ENGINE, "runs", "bench"),
    ("__main__",): (*GROUND, *CONTRACTS, *ENGINE, "runs", "evidence", "bench"),
}
ALLOWED = {room: set(rooms) for floor, rooms in MAY.items() for room in floor}
NEVER = ("dietsb_book", "pandas", "matplotlib", "IPython", "ipywidgets")  # not even within a function
ABSENT = ("torchvision", "PIL", "matplotlib", "pandas", "IPython", "ipywidgets", "sklearn", "scipy", "nbformat",
          "psutil")

FILES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def module_of(path: Path) -> str:
    """The dotted name below the package: `sources.npz`, and `sources` for its __init__."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")


def room_of(module: str) -> str:
    return module.split(".")[0]


MODULES = {module_of(path): path for path in FILES}


def imported(path: Path) -> set[str]:
    """All that a file imports, wherever in it, by full dotted names."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parts = ("dietsb_core", *path.relative_to(PACKAGE).parent.parts)
            base = ".".join(parts[:len(parts) + 1 - node.level]) if node.level else ""
            module = ".".join(filter(None, [base, node.module]))
            found |= {f"{module}.{alias.name}" for alias in node.names}
    return found


def modules_in(path: Path) -> set[str]:
    """The modules of the package that a file imports from."""
    names = [name.removeprefix("dietsb_core.") for name in imported(path) if name.startswith("dietsb_core.")]
    return {name if name in MODULES else name.rpartition(".")[0] for name in names} & MODULES.keys()


@pytest.mark.parametrize("module", MODULES)
def test_every_module_keeps_to_its_border(module):
    room = room_of(module)
    assert room in ALLOWED, f"put {room!r} on a floor of MAY"
    beyond = {other for other in modules_in(MODULES[module]) if room_of(other) not in ALLOWED[room]}
    assert not beyond, f"{module} imports {sorted(beyond)}"
    assert not {name for name in imported(MODULES[module]) if name.split(".")[0] in NEVER}


@pytest.mark.parametrize("module", [module for module in MODULES if room_of(module) == "evidence"])
def test_evidence_needs_numpy_alone(module):
    outside = {name.split(".")[0] for name in imported(MODULES[module])} - set(sys.stdlib_module_names)
    assert outside <= {"numpy", "dietsb_core"}


def test_no_imports_go_round_in_a_circle():
    left = {module: modules_in(path) - {module} for module, path in MODULES.items()}
    while free := {module for module, needs in left.items() if not needs & left.keys()}:
        left = {module: needs for module, needs in left.items() if module not in free}
    assert not left, f"these import one another: {sorted(left)}"


def test_no_two_modules_have_one_file_name():
    names = Counter(path.name for path in FILES if path.name not in ("__init__.py", "__main__.py"))
    assert not [name for name, count in names.items() if count > 1]


def test_the_check_sees_imports_of_every_form(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path)
    path = tmp_path / "sources" / "x.py"
    path.parent.mkdir()
    path.write_text("\n".join(["import dietsb_core.rng", "from dietsb_core import draw as d",
                               "from dietsb_core.policies.static import x", "from ..ledger import Ledger",
                               "from .. import train", "from . import npz", "import pandas as pd",
                               "def f():", "    from ..runs.grids import y"]))
    assert modules_in(path) == {"rng", "draw", "policies.static", "ledger", "train", "sources.npz", "runs.grids"}
    assert "pandas" in imported(path)


PROGRAM = """
import sys, random, numpy, torch, torch.utils.data
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
    blocks = ("models.resnet", "models.googlenet", "models.wideresnet", "bench.plain_loop", "bench.bench")
    modules = [module for module in MODULES if module not in ("__main__", *blocks)]
    program = PROGRAM.format(absent=set(ABSENT), modules=modules)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=PACKAGE.parent,
                          check=False)
    assert done.returncode == 0, done.stderr


def test_a_page_over_records_waits_for_no_network_code():
    """torchvision takes as long to import as torch does; forty notebooks of the book read records and train nothing."""
    program = ("import sys; from dietsb_book import plots, study, tables; "
               "from dietsb_core.evidence import report, usage, verdicts; "
               "assert 'torch' in sys.modules; print('torchvision' in sys.modules)")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=PACKAGE.parent,
                          check=True)
    assert done.stdout.strip() == "False"
