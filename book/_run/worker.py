"""One notebook, run by papermill in a process of its own."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import nbformat

from dietsb_core.errors import one_line

from . import notebook


@dataclass(frozen=True)
class Job:
    """A notebook to execute, and what its executed copy will say of itself."""

    source: Path
    target: Path
    preset: str
    parameters: dict[str, object]  # all of them, defaults included
    timeout: int  # seconds a cell may take
    code: str  # hash of the code cells, by which the book knows a stale copy
    key: str  # hash of all that the outputs depend on, taken before the run

    @property
    def name(self) -> str:
        return self.source.stem

    @property
    def part(self) -> Path:
        return self.target.with_name(f".{self.name}.part.ipynb")

    @property
    def failed(self) -> Path:
        return self.target.with_name(f"{self.name}.failed.ipynb")

    @property
    def recorded(self) -> dict:
        """What the executed copy says of itself, {} where there is none, or none that verifies."""
        copy = notebook.executed(self.target)
        return copy.metadata["dietsb"] if copy else {}


def work(job: Job, made: dict[str, object], answer: Connection) -> None:
    """Execute `job` into its part file and send its last error line, "" when all went well."""
    if hasattr(os, "setsid"):
        os.setsid()  # Ctrl-C reaches the runner alone, which then ends its workers in order
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # an exit, unlike a kill, ends the kernel as well
    threading.Thread(target=_end_with_the_runner, daemon=True).start()
    runtime = tempfile.mkdtemp(prefix="nb")
    os.environ |= {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "JUPYTER_RUNTIME_DIR": runtime}
    start = time.monotonic()
    try:
        _execute(job, _connection(Path(runtime)))
        _sign(job, made, time.monotonic() - start)
        answer.send("")
    except Exception as error:
        answer.send(_one_line(error))
    finally:
        shutil.rmtree(runtime, ignore_errors=True)


def _end_with_the_runner() -> None:
    """End this process, and with it the kernel, once the runner was killed: the next one would write the same file."""
    if runner := multiprocessing.parent_process():
        runner.join()
        os.kill(os.getpid(), signal.SIGTERM)


def _execute(job: Job, connection: dict[str, str]) -> None:
    from papermill import PapermillExecutionError, execute_notebook
    from traitlets.config import Config

    try:
        execute_notebook(
            job.source,
            job.part,
            parameters=job.parameters,
            kernel_name="python3",
            progress_bar=False,
            execution_timeout=job.timeout,
            cwd=job.source.parent,
            extra_arguments=["--log-level=CRITICAL"],  # it tells of every ordered end as of an error
            config=Config({"KernelManager": connection | {"shutdown_wait_time": 1.0}}),
        )
    except PapermillExecutionError as error:
        if error.ename != "NothingRecorded":
            raise
        _only_say(job.part, error.evalue)


def _only_say(path: Path, line: str) -> None:
    """Make of a notebook that stopped, because nothing is on record yet, one that says so and shows nothing else."""
    nb = notebook.read(path)
    nb.cells = [cell for cell in nb.cells if "papermill-error-cell-tag" not in cell.metadata.get("tags", [])]
    for cell in nb.cells:
        if any(output.output_type == "error" for output in cell.get("outputs", [])):
            cell.outputs = [nbformat.v4.new_output("stream", text=f"{line}\n")]
    nbformat.write(nb, path)


def _sign(job: Job, made: dict[str, object], seconds: float) -> None:
    """Write into the executed copy where it comes from."""
    nb = notebook.read(job.part)
    nb.metadata["dietsb"] = {
        **made,
        "preset": job.preset,
        "parameters": job.parameters,
        "code": job.code,
        "key": job.key,
        "seconds": round(seconds, 1),
        "finished": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "records": notebook.records_shown(nb),
    }
    notebook.write_executed(nb, job.part)


def _one_line(error: Exception) -> str:
    """papermill's own message is the whole traceback: a cell's error is named in two of its fields."""
    kind, message = getattr(error, "ename", type(error).__name__), getattr(error, "evalue", str(error))
    return one_line(f"{kind}: {message}".splitlines()[0])


def _connection(runtime: Path) -> dict[str, str]:
    """Sockets in files where the machine has them: parallel kernels race each other for TCP ports.

    The files need a name of their own too: by default every kernel of a folder takes the same one there.
    """
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.bind(str(runtime / "probe"))
        return {"transport": "ipc", "ip": str(runtime / "ipc")}
    except (AttributeError, OSError):  # Windows; a temporary folder with a long path or without sockets
        return {"transport": "tcp"}
