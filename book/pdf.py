"""The whole book as one PDF, from its pages as they stand:  python book/pdf.py

Sphinx puts all pages into one, and a Chromium prints it, with book/_static/print.css. Run the notebooks first (`make
book` does). Exit status: 0 the PDF is there, 2 there is no browser, or something went wrong.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from _run.notebook import ROOT
from dietsb_core.errors import UserError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PDF = ROOT / "_build" / "book.pdf"
BUILD = [str(Path(sys.executable).with_name("jupyter-book")), "build", "."]
SINGLE = ROOT / "_build" / "singlehtml"


def browser() -> str:
    """The Chromium that $CHROME names, or one on the PATH."""
    named = [os.environ["CHROME"]] if os.environ.get("CHROME") else NAMES
    found = next(filter(None, map(shutil.which, named)), "")
    if not found:
        raise UserError(f"no browser to print the PDF ({', '.join(named)}): install Chromium, or set CHROME to one")
    return found


def command(chromium: str, page: Path, pdf: Path) -> list[str]:
    """What prints `page`. Each PDF has a profile beside it: a browser that is open already keeps its own."""
    return [chromium, "--headless", "--no-sandbox", "--no-pdf-header-footer", "--generate-pdf-document-outline",
            f"--user-data-dir={pdf.with_suffix('.profile')}", f"--print-to-pdf={pdf}", page.as_uri()]


def whole(folder: Path, root: str) -> Path:
    """The page that Sphinx wrote for the whole book, at the top of its folder: there its pictures and styles are found,
    although its first page is in a folder of its own. Links between pages become links within this one. Scripts go, and
    what stands in for them shows."""
    text = re.sub(r"<script.*?</script>|</?noscript>", "", (folder / f"{root}.html").read_text("utf-8"), flags=re.S)
    page = folder / "book.html"
    page.write_text(text.replace(f'href="{root}.html#', 'href="#').replace(f'href="{root}.html"', 'href="#"'), "utf-8")
    return page


def run(words: list[str]) -> None:
    done = subprocess.run(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise UserError(f"{words[0]} ended with status {done.returncode}: {done.stderr.strip()[-500:]}")


def main() -> int:
    try:
        chromium = browser()
        run([*BUILD, "--builder", "singlehtml", "--all", "--quiet"])
        PDF.unlink(missing_ok=True)
        run(command(chromium, whole(SINGLE, yaml.safe_load((ROOT / "_toc.yml").read_text())["root"]), PDF))
        if not PDF.exists():
            raise UserError(f"{chromium} printed nothing to {PDF}: try another browser by setting CHROME")
    except UserError as error:
        print(f"pdf.py: {error}", file=sys.stderr)
        return 2
    print(f"The PDF is there: {PDF.as_uri()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
