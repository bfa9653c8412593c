"""What the parameters of notebooks may be: checked by the runner before a kernel starts, and by each notebook first."""

from __future__ import annotations

import ast
from collections.abc import Callable
from contextlib import suppress
from numbers import Integral, Real
from typing import Any

from dietsb_core.errors import UserError
from dietsb_core.policies import POLICIES
from dietsb_core.runs.presets import PRESETS, known

INJECTED = "# Parameters"  # how the cell begins that papermill puts behind a notebook's own parameters

# What each parameter of a notebook may be: (its type, a test, in words).
ALLOWED: dict[str, tuple[type, Callable[[Any], bool], str]] = {
    "preset": (str, known, f"one of {', '.join(PRESETS)}, or one on another data set: quick@digits"),
    "recorded": (str, known, f"one of {', '.join(PRESETS)}"),
    "jobs": (int, lambda v: v >= 1, "a whole number from 1, such as 2"),
    "train": (bool, lambda v: True, "True or False"),
    "pruned": (float, lambda v: 0 < v < 1, "a fraction above 0 and below 1, such as 0.5"),
    "shown": (int, lambda v: 1 <= v <= 100, "a whole number from 1 to 100, such as 20"),
    "margin": (float, lambda v: 0 <= v < 1, "a fraction from 0, below 1, such as 0.01"),
    "method": (str, lambda v: v in POLICIES, f"one of {', '.join(POLICIES)}"),
    "keep": (float, lambda v: 0 < v <= 1, "a fraction above 0, at most 1, such as 0.5"),
    "epochs": (int, lambda v: v >= 1, "a whole number from 1, such as 2"),
    "seeds": (int, lambda v: v >= 1, "a whole number from 1, such as 3"),
}


def fits(value: Any, kind: type) -> bool:
    """Whether `value` is of `kind`, also as NumPy's number. A whole number is a fraction too: papermill reads the 0 of
    `-p margin 0` as an int."""
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, {int: Integral, float: Real}.get(kind, kind))


def fault(name: str, value: Any) -> str:
    """What `value` must be, in words, where the parameter `name` does not take it; "" where it does."""
    if name not in ALLOWED:
        raise UserError(f"no rule for the parameter {name!r}: add one to ALLOWED in dietsb_book/parameters.py")
    kind, good, words = ALLOWED[name]
    return "" if fits(value, kind) and good(value) else f"it must be {words}"


def check(namespace: dict[str, Any], parameters: dict[str, Any]) -> None:
    """Refuse a value out of range, and a name that papermill was given and that is no parameter. Otherwise papermill
    would put a misspelt name into `namespace`, the notebook's globals, and go on with the default."""
    for name, value in parameters.items():
        if words := fault(name, value):
            raise UserError(f"{name}={value!r}: {words}")
    cells = namespace.get("In", [])
    for name in injected(cells) if isinstance(cells, list) else ["In"]:  # IPython's own list of cells, written over
        if name not in parameters:
            raise UserError(f"unknown parameter {name!r}; this notebook has: {', '.join(parameters)}")


def injected(cells: list[str]) -> list[str]:
    """The names that papermill's cell assigns, of the `cells` that this kernel has run; the last such cell, where a
    reader has changed it. Other names in a notebook's globals come from its own cells."""
    cell = next((cell for cell in reversed(cells) if cell.lstrip().startswith(INJECTED)), "")
    with suppress(SyntaxError):  # a cell that did not run has assigned nothing
        names = [node for node in ast.walk(ast.parse(cell)) if isinstance(node, ast.Name)]
        return [node.id for node in names if isinstance(node.ctx, ast.Store)]
    return []
