"""Libraries that only some tasks need, imported where they are needed; one line says how to get one that is missing."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from types import ModuleType

from dietsb_core.errors import UserError

EXTRAS = {"torchvision": "vision", "PIL": "vision", "scipy": "svhn", "sklearn": "book"}


def needed(module: str, what: str) -> ModuleType:
    """The module, such as "torchvision.datasets"; a UserError that says that `what` needs its library."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        library = (error.name or module).split(".")[0]
        if library not in EXTRAS:
            raise
        raise UserError(f"{what} needs {library}, which is not installed; install it with: "
                        f"pip install 'dietsb-core[{EXTRAS[library]}]'") from None


def version_of(library: str) -> str:
    """The installed version, found without an import; "" where there is none."""
    try:
        return version(library)
    except PackageNotFoundError:
        return ""
