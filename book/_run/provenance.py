"""Where and from what a notebook was executed: what its page says under "How this page was produced"."""

from __future__ import annotations

import hashlib
from importlib import metadata
from pathlib import Path

from .notebook import ROOT, digest

PACKAGES = ["torch", "torchvision", "numpy", "matplotlib", "pandas"]


def made() -> dict[str, object]:
    """Commit, device and versions, the same for every notebook of one call."""
    from dietsb_core.device import pick_device
    from dietsb_core.environment import environment

    here = environment(pick_device(), precision="")
    versions = {"python": here["python"]} | {name: metadata.version(name) for name in PACKAGES}
    return {"commit": here["commit"], "device": here["device"], "versions": versions}


def sources_hash() -> str:
    """A hash of both packages' source files: a notebook's outputs are only as new as the code behind them."""
    files = sorted(file for name in ("dietsb_core", "book/dietsb_book") for file in python_files(ROOT / name))
    files += sorted((ROOT / "book/dietsb_book/images").glob("[!.]*.[cj]s*"))  # style and script in outputs
    return digest([[str(file.relative_to(ROOT)), file.read_text()] for file in files])


def python_files(folder: Path) -> list[Path]:
    """The Python files within `folder`, without what is hidden: copies and locks of editors."""
    return [file for file in folder.rglob("*.py") if not any(part[0] == "." for part in file.relative_to(folder).parts)]


def recorded_runs() -> list[list[str]]:
    """Names and contents of the committed records, facts and thumbnails: a new one, or one made again, changes what a
    notebook shows."""
    files = [*(ROOT / "results").rglob("record.json"), *(ROOT / "results").glob("facts-*.npz"),
             *(ROOT / "book" / "_static").glob("thumbnails.json")]
    return sorted([str(file.relative_to(ROOT)), hashlib.sha256(file.read_bytes()).hexdigest()]
                  for file in files if file.is_file())  # no FIFO, whose reading would never end
