"""Every call that a notebook makes to our packages fits its function, whether or not the page has records."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from dietsb_core.environment import PROJECT

NOTEBOOKS = [*sorted((PROJECT / "notebooks").glob("*.ipynb")), *sorted((PROJECT / "tests/reference").glob("*.ipynb"))]
OURS = ("dietsb_core", "dietsb_book")


def code_of(path: Path) -> str:
    return "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code")


def imported(tree: ast.Module) -> dict[str, object]:
    """The names that the code's imports give it."""
    names: dict[str, object] = {}
    imports = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    exec(compile(ast.Module(imports, []), "imports", "exec"), names)
    return names


def resolved(node: ast.expr, names: dict[str, object]) -> object | None:
    """What `verdicts.answer` or `frames` is; None of what is not ours, or is made by the notebook itself."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute) and inspect.ismodule(owner := resolved(node.value, names)):
        return getattr(owner, node.attr)
    return None


def misfits(code: str) -> Iterator[str]:
    """A line for each call of ours whose arguments its signature does not take."""
    tree = ast.parse(code)
    names = imported(tree)
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        function = resolved(call.func, names)
        if not callable(function) or not getattr(function, "__module__", "").startswith(OURS):
            continue
        starred = any(isinstance(arg, ast.Starred) for arg in call.args) or any(not word.arg for word in call.keywords)
        signature = inspect.signature(function)
        bind = signature.bind_partial if starred else signature.bind
        try:
            bind(*(arg for arg in call.args if not isinstance(arg, ast.Starred)),
                 **{word.arg: word.value for word in call.keywords if word.arg})
        except TypeError as error:
            yield f"{ast.unparse(call)}: {error}"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_call_fits_its_function(path):
    assert not list(misfits(code_of(path)))


FROM = "from dietsb_core.evidence import report, verdicts\nfrom dietsb_book.study import Study\n"


@pytest.mark.parametrize(("call", "wrong"), [
    ("verdicts.second_source(results, priced)", "missing"), ("report.absent('cost')", "missing"),
    ("report.absent('cost', 'quick', 1)", "too many"), ("report.absent('cost', scle='quick')", "scle"),
    ("print(verdicts.answer())", "missing"), ("Study()", "missing"), ("Study('a', {}, 1)", "too many"),
    ("report.absent(*both)", ""), ("report.absent('cost', **more)", ""), ("results.absent()", ""), ("print()", ""),
])
def test_the_check_sees_what_is_missing_misspelt_or_too_much(call, wrong):
    found = list(misfits(FROM + call))
    assert len(found) == bool(wrong) and all(wrong in line for line in found)


def test_the_check_sees_calls():
    """Else it would find nothing wrong with anything."""
    seen = [node for path in NOTEBOOKS for code in [code_of(path)] for node in ast.walk(ast.parse(code))
            if isinstance(node, ast.Call) and resolved(node.func, imported(ast.parse(code)))]
    assert len(seen) > 5 * len(NOTEBOOKS) / 2
