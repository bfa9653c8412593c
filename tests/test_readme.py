"""What the prose counts and names: the README's tree has every file, what is named is there, and the table of presets
has their runs and epochs."""

from __future__ import annotations

import re

import pytest

from dietsb_core.cost import G
from dietsb_core.environment import PROJECT
from dietsb_core.grids import grid
from dietsb_core.policies import POLICIES
from dietsb_core.presets import PRESETS
from dietsb_core.runs import expand

FOLDERS = ("dietsb_core", "notebooks", "book", "tests", "bench")
UNNAMED = {"__init__.py"}  # and what lies below a folder that is named as a whole
WHOLE = ("book/_run", "book/_ext", "book/_static", "tests/reference")


def named() -> set[str]:
    """The words of the tree that look like files, with the folder that their indentation puts them in."""
    text = (PROJECT / "README.md").read_text()
    tree = text.split("```text\n")[1].split("```")[0]
    found, stack = set(), {}
    for line in tree.splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        for word in re.split(r"\s{2,}", line.strip(), maxsplit=1)[0].split() + files_after(line):
            if word.endswith("/"):
                stack[depth] = word
            elif re.fullmatch(r"[\w.-]+\.(py|ipynb|md|bib)", word):
                found.add("".join(stack[d] for d in sorted(stack) if d < depth) + word)
    return found


def files_after(line: str) -> list[str]:
    """Further files on a line that names several, apart from one another by two blanks."""
    return [word for part in re.split(r"\s{2,}", line.strip())[1:] if re.fullmatch(r"[\w.-]+\.\w+", part)
            for word in [part]]


def there() -> set[str]:
    paths = (path for folder in FOLDERS for path in (PROJECT / folder).rglob("*")
             if path.suffix in (".py", ".ipynb", ".md", ".bib") and path.name not in UNNAMED)
    names = {str(path.relative_to(PROJECT)) for path in paths if not any(p.startswith(".") for p in path.parts[-2:])}
    return {name for name in names if not name.startswith(WHOLE)}


def test_the_tree_is_whole_and_true():
    inside = {name for name in named() if "/" in name}
    assert inside == there(), f"missing: {sorted(there() - inside)}; gone: {sorted(inside - there())}"


PROSE = [path for folder in (".", "book", "bench") for path in sorted((PROJECT / folder).glob("*.md"))]
EXAMPLES = {"dietsb_core/policies/highest.py", "notebooks/highest.ipynb"}  # a reader adds these
PATH = re.compile(rf"(?:{'|'.join((*FOLDERS, 'results'))})/[\w./-]*|[\w./-]+\.(?:py|ipynb|md|bib|toml|yml)")


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
    import headline

    monkeypatch.setattr(headline, "PICTURE", tmp_path / "headline.svg")
    headline.main()
    assert (tmp_path / "headline.svg").read_text().startswith("<?xml")
    assert (PROJECT / "book" / "_static" / "headline.svg").exists()
