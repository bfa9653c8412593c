"""What the prose counts and names: the tree has every folder, what is named is there, and the table of presets has
their runs and epochs."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nbformat
import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

import headline
from dietsb_core.environment import PROJECT
from dietsb_core.own_loop import Selector
from dietsb_core.policies import POLICIES, policy
from dietsb_core.policy import G
from dietsb_core.runs.grids import grid
from dietsb_core.runs.presets import PRESETS
from dietsb_core.runs.run import expand

FOLDERS = ("dietsb_core", "notebooks", "book", "tests", "bench", "results")
TREE = ("dietsb_core", "book", "notebooks", "bench", "tests")  # whose folders the tree names, each on a line


def named() -> list[str]:
    """The folders that the tree in CONTRIBUTING.md names."""
    text = (PROJECT / "CONTRIBUTING.md").read_text()
    lines = text.split("```text\n")[1].split("```")[0].splitlines()
    return [line.split("/ ")[0] for line in lines if re.fullmatch(r"[\w/]+/\s{1,}\S.*", line)]


def there() -> set[str]:
    """The folders that hold a committed file of a kind that people read."""
    files = (path for folder in TREE for path in (PROJECT / folder).rglob("*.*"))
    folders = {path.parent.relative_to(PROJECT) for path in files if path.suffix in (".py", ".ipynb", ".md", ".css")}
    return {str(path) for path in folders if not any(part.startswith((".", "__")) for part in path.parts)}


def test_the_tree_is_whole_and_true():
    listed = named()
    assert len(listed) == len(set(listed)) and set(listed) - {"results"} == there()


PROSE = [path for folder in (".", "book", "bench") for path in sorted((PROJECT / folder).glob("*.md"))]
EXAMPLES = {"dietsb_core/policies/highest.py", "notebooks/highest.ipynb"}  # a reader adds these
PATH = re.compile(rf"(?:{'|'.join(FOLDERS)})/[\w./-]*|[\w./-]+\.(?:py|ipynb|md|bib|toml|yml)")


def paths_in(text: str) -> set[str]:
    """What `text` has in backquotes, outside of listings, that is a path of this repository."""
    quoted = " ".join(re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", text, flags=re.S)))
    return {word for word in quoted.split() if PATH.fullmatch(word)}


@pytest.mark.parametrize("path", PROSE, ids=lambda path: path.stem)
def test_paths_in_the_prose_are_there(path):
    text = path.read_text()
    found = {name for name in paths_in(text) if not name.startswith("../")}
    assert not {name for name in found - EXAMPLES if not (PROJECT / name).exists()}
    for name, file in re.findall(r"`(\w+)`\s+\(`([\w/]+\.py)`", text):  # `GRIDS` (`dietsb_core/grids/__init__.py`)
        assert re.search(rf"^{name}\b", (PROJECT / file).read_text(), re.M), f"{file} defines no {name}"


def test_the_check_sees_paths():
    text = "`a.py` `LOG.md`, `dietsb_core/x`, `python book/y.py`; {doc}`data` `.npz` `runs/`"
    assert paths_in(f"{text}\n```\n`tests/z.py`\n```") == {"a.py", "LOG.md", "dietsb_core/x", "book/y.py"}
    assert sum(len(paths_in(path.read_text())) for path in PROSE) > 20


PAGES = [*sorted((PROJECT / "book").glob("*.md")), *sorted((PROJECT / "notebooks").glob("*.ipynb"))]


def markdown(path: Path) -> str:
    """The Markdown of a page, without listings."""
    text = path.read_text()
    if path.suffix == ".ipynb":
        text = "\n\n".join(cell.source for cell in nbformat.reads(text, 4).cells if cell.cell_type == "markdown")
    return re.sub(r"```.*?```", "", text, flags=re.S)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_no_line_of_a_page_is_lost_as_a_comment(path):
    """MyST takes a line that begins with a percent sign for a comment, and ends the paragraph there."""
    assert not re.findall(r"^\s*%.*", markdown(path), re.M)


@pytest.mark.parametrize("preset", PRESETS)
def test_the_table_of_presets_counts_their_runs(preset):
    text = (PROJECT / "book" / "running.md").read_text()
    row = next(line for line in text.splitlines() if line.startswith(f"| `{preset}` |"))
    said = [int(cell.strip().replace(",", "")) for cell in row.split("|")[2:6]]
    runs = [expand(grid(name, preset)) for name in ("poster", "all")]
    assert said == [n for found in runs for n in (len(found), round(sum(r.epochs * r.build().floor(G) for r in found)))]


def test_every_policy_has_its_section():
    text = (PROJECT / "book" / "methods.md").read_text()
    headings = " ".join(line for line in text.splitlines() if line.startswith("## "))
    assert not [name for name in POLICIES if f"`{name}`" not in headings]


def test_the_headline_figure_is_drawn_from_what_is_on_record(tmp_path, monkeypatch):
    monkeypatch.setattr(headline, "PICTURE", tmp_path / "headline.svg")
    headline.draw()
    assert (tmp_path / "headline.svg").read_text().startswith("<svg")
    assert (PROJECT / "book" / "_static" / "headline.svg").exists()


def test_what_the_readme_says_was_found_is_computed_from_what_is_on_record():
    said = headline.FOUND.search((PROJECT / "README.md").read_text())[0]
    assert said == headline.found() and len(re.findall(r"\d+\.\d\s+points", said)) >= 2


def test_the_readme_is_one_screen_to_the_point():
    text = (PROJECT / "README.md").read_text()
    assert len(text.split()) <= 600
    assert len(re.findall(r"^make \w+    # <- (?:main job|tests)$", text, re.M)) == 2


def test_the_drop_in_of_the_readme_runs_as_it_stands():
    text = (PROJECT / "README.md").read_text()
    lines = re.search(r"```python\n(selector = .*?)```", text, re.S)[1]
    train = TensorDataset(torch.randn(320, 8, generator=torch.Generator().manual_seed(0)), torch.arange(320) % 4)
    model = nn.Linear(8, 4)
    given = {"train": train, "model": model, "optimiser": torch.optim.SGD(model.parameters(), lr=0.1),
             "Selector": Selector, "policy": policy, "DataLoader": DataLoader, "cross_entropy": F.cross_entropy}
    exec(lines, given)
    assert given["selector"].begun == 2 and int(given["selector"].ledger["selected"].sum()) == 320


def test_the_table_of_tests_names_each_file_once_with_what_its_docstring_says():
    table = dict(re.findall(r"^\| `(\w+\.py)` \| (.*) \|$", (PROJECT / "tests" / "README.md").read_text(), re.M))
    files = {path.name: path for path in (PROJECT / "tests").glob("*.py")}
    assert table.keys() == files.keys()
    for name, path in files.items():
        said = ast.get_docstring(ast.parse(path.read_text())).split("\n\n")[0]
        assert table[name] == " ".join(said.split()), f"tests/README.md: {name}"
