"""The wheel is the engine and the drop-in: it holds dietsb_core alone, and needs torch and numpy alone."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from email import message_from_string
from pathlib import Path

import pytest

from dietsb_core.environment import PROJECT

ABSENT = ("torchvision", "PIL", "matplotlib", "pandas", "IPython", "ipywidgets", "sklearn", "scipy", "nbformat",
          "psutil", "dietsb_book", "papermill")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Built from a copy of what is tracked, or about to be, so that no build folder is left in the checkout."""
    place = tmp_path_factory.mktemp("wheel")
    copy = place / "copy"
    listed = subprocess.run(["git", "-C", str(PROJECT), "ls-files", "-co", "--exclude-standard", "pyproject.toml",
                             "README.md", "LICENSE", "dietsb_core", "book", "tests"],
                            capture_output=True, text=True, check=True).stdout.splitlines()
    for name in listed:
        if (PROJECT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes((PROJECT / name).read_bytes())
    subprocess.run([sys.executable, "-m", "pip", "wheel", "-q", "--disable-pip-version-check", "--no-deps",
                    "--no-build-isolation", "-w", str(place), str(copy)], check=True, capture_output=True)
    return next(place.glob("*.whl"))


def test_it_holds_the_package_alone_and_says_what_it_is(wheel):
    with zipfile.ZipFile(wheel) as found:
        names = found.namelist()
        about = message_from_string(found.read(next(n for n in names if n.endswith("METADATA"))).decode())
    folders = {name.split("/")[0] for name in names}
    assert {folder for folder in folders if not folder.endswith(".dist-info")} == {"dietsb_core"}
    assert "dietsb_core/py.typed" in names and "dietsb_core/own_loop/selector.py" in names
    assert about.get_all("Classifier") and about.get_all("Project-URL") and len(about.get_payload()) > 1000
    needs = [line for line in about.get_all("Requires-Dist") if "extra ==" not in line]
    assert sorted(re.match(r"\w+", line)[0] for line in needs) == ["numpy", "torch"]
    assert not [line for line in needs if line.startswith("torch") and "<" in line]


PROGRAM = f"""
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {ABSENT}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Absent())
import dietsb_core, torch
from torch.utils.data import DataLoader, TensorDataset
from dietsb_core.errors import UserError
from dietsb_core import models
from dietsb_core.own_loop import Selector
from dietsb_core.policies import policy
print(dietsb_core.__file__)
model = torch.nn.Linear(2, 4)
each = lambda x, y: torch.nn.functional.cross_entropy(model(x), y, reduction="none")
selector = Selector(policy("selective_backprop", 0.5), TensorDataset(torch.randn(8, 2), torch.arange(8) % 4), epochs=1)
loader = DataLoader(selector.data, 4, sampler=selector.sampler())
print([len(ids) for ids, x, y in selector.epoch(loader, 0, each) if selector.loss(ids, each(x, y)).backward() is None])
print(models.build("airbench_small", 10, 16)(torch.zeros(2, 3, 16, 16)).shape)
try:
    models.build("resnet18", 10, 32)
except UserError as error:
    print(error)
from dietsb_core.__main__ import main
sys.exit(main(["list"]))
"""


def test_it_works_where_there_is_nothing_but_torch_and_numpy(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as found:
        found.extractall(tmp_path / "site")
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, cwd=tmp_path, check=False,
                          env={"PYTHONPATH": str(tmp_path / "site"), "PATH": ""})
    assert done.returncode == 0, done.stderr
    where, sizes, shape, line, *listed = done.stdout.splitlines()
    assert where.startswith(str(tmp_path)) and sizes == "[2, 2]" and "[2, 10]" in shape
    assert "torchvision" in line and "pip install 'dietsb-core[vision]'" in line
    assert [each.split(":")[0] for each in listed] == ["presets", "grids", "policies", "scores", "models", "data"]
