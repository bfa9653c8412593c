"""The command line: `python -m dietsb_core list|data|run|score|report|facts|bench`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from dietsb_core import files
from dietsb_core.errors import UserError, one_line


def parser() -> argparse.ArgumentParser:
    """The command line."""
    main = argparse.ArgumentParser(prog="python -m dietsb_core", description=__doc__.split(":")[0])
    verbs = main.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list", help="what there is: presets, grids, policies, scores, models, data sets")

    data = verbs.add_parser("data", help="download and verify a data set, or decode a folder of images into its cache",
                            description="Into $DIETSB_DATA (or data/): cifar10, cifar100 and svhn are downloaded and "
                            "verified by their MD5. Of $DIETSB_DATA: the images of folder (as they are) or "
                            "folder-<side> (made that many pixels wide) are decoded into $DIETSB_CACHE (or .cache in "
                            "the data folder), once, and all of it verified; stopped, the same command goes on.")
    data.add_argument("name", help="cifar10, cifar100, svhn, folder or, for example, folder-64")

    run = verbs.add_parser("run", help="train what a figure needs; finished runs are kept, killed ones resume")
    run.add_argument("grid", help="a grid's name, or all: the most telling runs first")
    scale(run)
    run.add_argument("--jobs", type=int, default=1, help="processes at a time, of one thread each on a CPU")
    run.add_argument("--device", default="auto", help="auto, cpu or cuda")
    run.add_argument("--out", type=Path, help="where records go (default: $DIETSB_RUNS, or runs/)")

    score = verbs.add_parser("score", help="write names, labels and scores of all training examples, for use elsewhere")
    score.add_argument("name", help="a score, such as el2n, grand or forgetting: `list` names them all")
    score.add_argument("--data", help="data set (default: the preset's)")
    score.add_argument("--model", help="one of the preset's two models (default: its first)")
    scale(score)
    score.add_argument("--jobs", type=int, default=1)
    score.add_argument("--device", default="auto")
    score.add_argument("--out", type=Path, required=True, help="an .npz to write")

    report = verbs.add_parser("report", help="a row a method and rate: accuracy with its interval, and what it cost")
    report.add_argument("grid")
    scale(report)
    report.add_argument("--json", action="store_true", help="the rows as a JSON array")

    facts = verbs.add_parser("facts", help="put a data set's names, labels and class diversity on record")
    facts.add_argument("--data", default="cifar100")
    facts.add_argument("--out", type=Path, help="where records go (default: $DIETSB_RUNS, or runs/)")

    bench = verbs.add_parser("bench", help="each policy's epoch over the baseline's, and the engine over a DataLoader")
    bench.add_argument("--json", action="store_true")
    bench.add_argument("--device", default="auto")
    return main


def scale(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--preset", default="quick", help="scale (default: quick, which needs no download), on "
                      "another data set by @: quick@digits")


def do_list(args: argparse.Namespace) -> None:
    from dietsb_core import models, policies, scores, sources
    from dietsb_core.runs import grids, presets

    for title, names in (("presets", presets.PRESETS), ("grids", grids.GRIDS), ("policies", policies.POLICIES),
                         ("scores", scores.SCORES), ("models", models.MODELS),
                         ("data", [*sources.SOURCES, sources.SIZED, sources.DIALLED])):
        print(f"{title + ':':10}{', '.join(names)}")


def do_data(args: argparse.Namespace) -> None:
    from dietsb_core import sources

    print(one_line(sources.prepare(args.name)))


def use_store(out: Path | None) -> None:
    """Have records go to `out`, where it is given; UserError where no folder can be there."""
    if out:
        folder = files.place(out, "--out").absolute()
        there = next(place for place in (folder, *folder.parents) if os.path.lexists(place))
        if not there.is_dir() or not os.access(there, os.W_OK):
            raise UserError(f"--out {out}: {there} is no folder that may be written: name a folder in one that may")
        os.environ["DIETSB_RUNS"] = os.path.abspath(folder)


def do_run(args: argparse.Namespace) -> None:
    from dietsb_core.runs.ensure import ensure
    from dietsb_core.runs.grids import some

    use_store(args.out)
    records = ensure(some(args.grid, args.preset), args.jobs, args.device)
    print(f"{len(records)} runs of {args.grid!r} at preset {args.preset!r} are on record")


def do_score(args: argparse.Namespace) -> None:
    from dietsb_core.runs.export import export

    print(one_line(export(args.name, args.preset, args.data, args.model, args.out, args.jobs, args.device)))


def do_report(args: argparse.Namespace) -> None:
    from dietsb_core.evidence.listing import as_json, table
    from dietsb_core.evidence.report import absent, report

    if args.grid in ("when", "quickest"):
        return report_settings(args)
    rows, lines = report(args.grid, args.preset), absent(args.grid, args.preset)
    if lines:
        print(f"dietsb: not all of it is on record; make it with: python -m dietsb_core run {args.grid} --preset "
              f"{args.preset}", *lines, sep="\n  ", file=sys.stderr)
    print(json.dumps([as_json(row) for row in rows], indent=1, allow_nan=False) if args.json else table(rows))


def report_settings(args: argparse.Namespace) -> None:
    """The regimes, or the races to an accuracy: a row for each setting, beside tuned full training."""
    from dietsb_core.evidence import quickest_words, when

    make, table = {"when": (when.report_when, when.table),
                   "quickest": (quickest_words.report_quickest, quickest_words.table)}[args.grid]
    rows = make(args.preset)
    print(json.dumps(rows, indent=1, allow_nan=False) if args.json else table(rows))


def do_facts(args: argparse.Namespace) -> None:
    from dietsb_core.runs.facts import measure

    use_store(args.out)
    print(one_line(measure(args.data)))


def do_bench(args: argparse.Namespace) -> None:
    from dietsb_core.optional import needed

    bench = needed("dietsb_core.bench.bench", "the bench")
    result = bench.bench(device=args.device)
    print(json.dumps(result, indent=1) if args.json else bench.table(result))


def hush() -> None:
    """Drop what standard output holds and takes no more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main(words: list[str] | None = None) -> int:
    """Run one command. Bad input is one line on standard error and exit status 2."""
    args = parser().parse_args(words)
    if getattr(args, "jobs", 1) > 1:  # before torch is imported: it reads them once
        os.environ.setdefault("OMP_NUM_THREADS", "1")
    try:
        globals()[f"do_{args.verb}"](args)
        print(end="", flush=True)
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        hush()
    except OSError as error:
        if error.errno not in files.FULL:
            raise
        hush()
        print(f"dietsb: what this command says cannot be written ({error.strerror}): send it to a place with room; "
              "what is finished is kept", file=sys.stderr)
        return 2
    except UserError as error:
        print(f"dietsb: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("dietsb: stopped; finished runs are kept, and the same command goes on where this one was",
              file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    if sys.stdout:  # what its encoding lacks becomes an escape, as on standard error
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(main())
