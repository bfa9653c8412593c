"""A browser for the tests of the built pages: one that is on the machine, else the distribution's."""

from __future__ import annotations

import contextlib
import functools
import http.server
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def find() -> str:
    """A Chromium's path: $CHROME, one on the PATH, Playwright's own, or Debian's package; or ""."""
    return _named() or _on_path() or _playwrights() or (_on_path() if _install() else "")


def require() -> str:
    """`find()`, or a skip that says why in one line; never a skip in continuous integration."""
    path = find()
    if not path and os.environ.get("CI"):
        pytest.fail("no browser in CI: install chromium or set CHROME to one", pytrace=False)
    if not path:
        pytest.skip("no browser: install chromium or set CHROME to one")
    return path


@pytest.fixture(scope="module")
def chromium():
    """A Chromium without a window."""
    path = require()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address at which this machine serves a folder."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *words: object) -> None:
        pass


def _named() -> str:
    path = os.environ.get("CHROME", "")
    if path and not shutil.which(path):
        pytest.fail(f"CHROME={path!r} is no program: name a Chromium, or unset it", pytrace=False)
    return path


def _on_path() -> str:
    return next(filter(None, map(shutil.which, NAMES)), "")


def _playwrights() -> str:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else ""


def _install() -> bool:
    """Debian's package, where that may be installed."""
    if not shutil.which("apt-get") or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(["apt-get", "update", "-qq"], **quiet)
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
    quiet["env"] = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(install, **quiet).returncode == 0
