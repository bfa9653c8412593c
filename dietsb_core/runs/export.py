"""Static scores for use elsewhere: names, labels and scores of every training example in one file."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np

from dietsb_core import files
from dietsb_core.errors import UserError
from dietsb_core.files import whole
from dietsb_core.locks import locked
from dietsb_core.runs import sealed
from dietsb_core.runs.ensure import ensure
from dietsb_core.runs.execute import same_data
from dietsb_core.runs.facts import known
from dietsb_core.runs.grids import members
from dietsb_core.runs.presets import preset
from dietsb_core.runs.records import Record
from dietsb_core.runs.run import canonical
from dietsb_core.runs.store import room, store
from dietsb_core.sources import PUBLISHED, loaded


def export(name: str, scale: str, data: str | None, model: str | None, out: Path, jobs: int = 1,
           device: str = "auto") -> str:
    """Write the score `name` of `data` by `model` at preset `scale` to `out` (.npz): names str [N], labels int64 [N],
    scores float32 [N], the mean over the ensemble, members float32 [k, N], provenance (the runs, as JSON), and a
    checksum that sealed.read verifies. At once, and without an image of a published set, where scores, names and labels
    are on record.

    Returns a line for the user. Raises UserError where the file cannot be written or a name is not known.
    """
    check_out(out)
    p = preset(scale)
    runs = members(replace(p, data=data or p.data), model or "", name)
    records = ensure(list(runs), jobs, device)
    names, labels = examples(runs[0].data, records)
    scores = np.stack([record.column(name) for record in records]).astype(np.float32)
    lock, busy = store() / ".unfinished" / f"{out.name}.lock", f"{out}: another process writes it; waiting for it"
    with room(), locked(lock, busy), files.room(out.parent, "--out"), whole(out) as part:
        sealed.write(part, {"names": names, "labels": labels, "scores": scores.mean(0), "members": scores,
                            "provenance": json.dumps([canonical(run) for run in runs])})
    many = "the mean of {} networks" if len(runs) > 1 else "of one network"
    return f"{out}: {name} of {scores.shape[1]} examples, {many.format(len(runs))}"


def check_out(out: Path) -> None:
    """Refuse, before any training, an `out` that cannot be written afterwards."""
    try:
        os.lstat(out.with_name(f".{out.name}.part-{os.getpid()}0"))
    except FileNotFoundError:
        pass
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise UserError(f"--out {str(out)[:100]}: it cannot be written ({reason}): name an .npz file in a folder that "
                        "exists") from None
    if out.suffix != ".npz" or out.is_dir() or not out.absolute().parent.is_dir():
        raise UserError(f"--out {out}: name an .npz file, and no folder, in a folder that exists")
    if not os.access(out.absolute().parent, os.W_OK):
        raise UserError(f"--out {out}: its folder may not be written: name an .npz file in another, or allow it")


def examples(data: str, records: list[Record]) -> tuple[np.ndarray, np.ndarray]:
    """Names str [N] and labels int64 [N] of the examples that `records` scored: the facts on record, where they are of
    the same data, else from the images. A published set is what it was; a folder may have changed, so it is read."""
    about = known(data, store()) if data in PUBLISHED else None
    if about and all(record.info["fingerprint"] == about.fingerprint for record in records):
        return about.names, about.labels
    same_data(data, records)
    train = loaded(data).train
    return train.names, train.labels
