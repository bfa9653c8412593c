"""The API page: a section for each module of the package, made from its docstrings when the page is read."""

from __future__ import annotations

import re
from pathlib import Path

from sphinx.application import Sphinx

from _run.provenance import python_files

PAGE = "book/api"
PACKAGE = Path(__file__).resolve().parents[2] / "dietsb_core"


def modules() -> list[str]:
    """The dotted names of the package's modules, found on disk: a new one is there at the next build."""
    files = [file.relative_to(PACKAGE.parent) for file in sorted(python_files(PACKAGE))]
    names = [".".join(file.with_suffix("").parts).removesuffix(".__init__") for file in files]
    return [name for name in names if not name.endswith("__main__")]


def _section(name: str) -> str:
    directive = f".. automodule:: {name}\n   :members:\n   :ignore-module-all:"
    return f"\n## {name}\n\n```{{eval-rst}}\n{directive}\n```\n"


def add_modules(app: Sphinx, page: str, source: list[str]) -> None:
    if page == PAGE:
        source[0] += "".join(map(_section, modules()))
        for file in python_files(PACKAGE):
            app.env.note_dependency(str(file))


def escape(app: Sphinx, what: str, name: str, item: object, options: dict, lines: list[str]) -> None:
    """Docstrings are prose with code in backquotes: outside of those, *, | and a final _ mean themselves."""
    text = re.sub(r"(`[^`]+`)|([*|](?=\S)|(?<=\w)_(?!\w))", lambda m: m[1] or f"\\{m[2]}", "\n".join(lines))
    lines[:] = text.split("\n")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("source-read", add_modules)
    app.connect("autodoc-process-docstring", escape, priority=100)  # before napoleon adds markup of its own
    return {"parallel_read_safe": True, "parallel_write_safe": True}
