"""A JupyterLab of the tests' own: it serves one folder, and writes nothing outside it and its own home."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
QUIET = ["--no-browser", "--allow-root", "--ip=127.0.0.1",
         "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]


@contextmanager
def served(folder: Path, home: Path, **env: str) -> Iterator[str]:
    """The address of the lab that shows `folder`, as a format for a path in it; kernels inherit `env`. On leaving, the
    server ends its kernels; they end by themselves should it have to be killed. SIGTERM, which `timeout` sends, ends
    the tests as Ctrl-C does: by itself it would leave the server running."""
    log = home / "server.log"
    command = [sys.executable, "-m", "jupyterlab", *QUIET, f"--port={_free_port()}", str(folder)]
    with log.open("w") as written:
        server = subprocess.Popen(command, env=environment(home) | env, stdin=subprocess.DEVNULL, stdout=written,
                                  stderr=subprocess.STDOUT)
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        found = _wait_for_server(server, home / "runtime" / f"jpserver-{server.pid}.json", log)
        yield f"{found['url']}lab/tree/{{}}?token={found['token']}"
    finally:
        server.terminate()
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        signal.signal(signal.SIGTERM, before)


def environment(home: Path) -> dict[str, str]:
    """This one's, without the user's settings and folders: of Jupyter, of IPython, of whatever else reads HOME."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "IPYTHON", "XDG_"))}
    packages = os.pathsep.join(map(str, (ROOT, ROOT / "book")))
    return kept | {"HOME": str(home), "JUPYTER_RUNTIME_DIR": str(home / "runtime"), "PYTHONPATH": packages}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for_server(server: subprocess.Popen, told: Path, log: Path, seconds: float = 900) -> dict[str, str]:
    """What the server says of itself, its token too; fails with its last lines."""
    end = time.monotonic() + seconds
    while server.poll() is None and time.monotonic() < end:
        try:
            return json.loads(told.read_text())
        except (FileNotFoundError, json.JSONDecodeError):  # not there yet, or half-written
            time.sleep(0.05)
    raise AssertionError(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")
