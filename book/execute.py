"""Run the notebooks for the book:  python book/execute.py --preset quick --jobs 2 [NAME ...]

Each goes through papermill into _build/executed/<preset>/, unless its code, its parameters, the package and
the records are what they were. Exit status: 0 all is there, 1 a notebook failed, 2 nothing was run since the
command asks for something that there is not, 130 interrupted.
"""

from __future__ import annotations

import argparse
import ast
import signal
import sys
from pathlib import Path

from _run import notebook, provenance
from _run.schedule import Schedule
from _run.worker import Job
from dietsb_book.parameters import ALLOWED, fault, fits
from dietsb_core.errors import UserError
from dietsb_core.files import BARRED, FULL
from dietsb_core.locks import locked
from dietsb_core.runs import presets

WORDS = {bool: "True or False", int: "a whole number", float: "a number"}


def main(arguments: list[str] | None = None) -> int:
    options = _parse(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # `kill` ends it as orderly as Ctrl-C
    lock, busy = notebook.EXECUTED / f".{options.preset}.lock", "another process runs notebooks: waiting for it"
    try:
        jobs = plan(options)
        with locked(lock, f"{options.preset}: {busy}"):  # two at once would write the same copies
            failures = _run(jobs, options)
    except UserError as error:
        print(f"execute.py: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        if error.errno not in FULL | BARRED:
            raise
        print(f"execute.py: {error.filename or notebook.EXECUTED} cannot be written ({error.strerror}): fix that and "
              "give the same command again; what had finished is kept", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted: what had finished is kept, the rest is left as it was", file=sys.stderr)
        return 130
    return 1 if failures else 0


def _run(jobs: list[Job], options: argparse.Namespace) -> list[str]:
    """Run what is not up to date; a line for each that failed."""
    todo = [job for job in jobs if options.force or job.recorded.get("key") != job.key]
    print(f"{options.preset}: {len(todo)} of {len(jobs)} notebooks to run", flush=True)
    schedule = Schedule(todo, options.jobs, provenance.made() if todo else {})
    schedule.run()
    return schedule.failures


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Run the notebooks for the book.")
    add = parser.add_argument
    add("names", nargs="*", metavar="NAME", help="a notebook; all of them when none is named")
    add("--preset", default="quick", help="passed to each notebook (default: %(default)s)")
    add("--jobs", type=int, default=1, help="how many side by side (default: %(default)s)")
    add("--timeout", type=int, default=3600, help="seconds a cell may take (default: %(default)s)")
    add("--force", action="store_true", help="run also what is up to date")
    add("-p", dest="set", nargs=2, action="append", default=[], metavar=("PARAMETER", "VALUE"))
    options = parser.parse_args(arguments)
    if options.jobs < 1 or options.timeout < 1:
        parser.error("--jobs and --timeout take a whole number from 1 up")
    return options


def plan(options: argparse.Namespace) -> list[Job]:
    """The jobs that the command asks for; a UserError where a name, a preset or a parameter is unknown."""
    presets.preset(options.preset)
    around = [provenance.sources_hash(), provenance.recorded_runs()]
    jobs = []
    for path in _chosen(options.names):
        nb = notebook.read(path)
        if not options.names and not notebook.presets_of(nb, [options.preset]):
            continue  # the book does not show it at this preset; who names it gets it all the same
        values = _values(path.stem, _defaults(path.stem, nb), options)
        code = notebook.code_hash(nb)
        key = notebook.digest([code, values, around])
        target = notebook.executed_path(options.preset, path.stem)
        jobs.append(Job(path, target, options.preset, values, options.timeout, code, key))
    return jobs


def _chosen(names: list[str]) -> list[Path]:
    """The notebooks named, once each, or all; hidden ones are an editor's own."""
    known = {path.stem: path for path in sorted(notebook.NOTEBOOKS.glob("*.ipynb")) if not path.name.startswith(".")}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UserError(f"no notebook {unknown[0]!r}; there are: {', '.join(known)}")
    return [known[name] for name in dict.fromkeys(names or known)]


def _defaults(name: str, nb: notebook.nbformat.NotebookNode) -> dict[str, object]:
    try:
        return notebook.parameters(nb)
    except UserError as error:
        raise UserError(f"{name}: {error}") from None


def _values(name: str, defaults: dict[str, object], options: argparse.Namespace) -> dict[str, object]:
    """The parameters of the notebook `name` with those that the command gives; a UserError where one is not allowed."""
    values = dict(defaults)
    if "preset" in values:
        values["preset"] = options.preset
    for parameter, text in options.set:
        if parameter not in defaults:
            allowed = ", ".join(name for name in defaults if name != "preset") or "none"
            raise UserError(f"{name} has no parameter {parameter!r}; -p takes: {allowed}")
        if parameter == "preset":  # copies lie in their preset's folder, and the book shows them under its name
            raise UserError(f"-p preset {text}: the preset is not one of these; give it as --preset {text}")
        values[parameter] = _typed(name, parameter, text, defaults[parameter])
    return values


def _typed(name: str, parameter: str, text: str, default: object) -> object:
    """`text` as the type of the parameter's default; whole numbers serve as fractions."""
    value = text if isinstance(default, str) else _literal(text)
    words = fault(parameter, value) if parameter in ALLOWED else _fault(value, default)
    if words:
        raise UserError(f"{name}: -p {parameter} {text!r}: {words}")
    return float(value) if isinstance(default, float) else value


def _literal(text: str) -> object:
    """What `text` is in Python; itself where it is nothing."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):  # the last two of a thousand brackets
        return text


def _fault(value: object, default: object) -> str:
    """Of a parameter without a rule: its default says its type."""
    kind = type(default)
    return "" if default is None or fits(value, kind) else f"it must be {WORDS.get(kind, f'a {kind.__name__}')}"


if __name__ == "__main__":
    sys.exit(main())
