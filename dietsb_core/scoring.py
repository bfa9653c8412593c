"""Static scores for use elsewhere: names, labels and scores of every training example in one file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from dietsb_core.ensure import ensure
from dietsb_core.errors import UserError
from dietsb_core.execute import same_data
from dietsb_core.files import whole
from dietsb_core.grids import members
from dietsb_core.locks import locked, room
from dietsb_core.presets import preset
from dietsb_core.runs import canonical, store
from dietsb_core.sources import loaded


def export(scale: str, data: str | None, model: str | None, out: Path, jobs: int = 1, device: str = "auto") -> str:
    """Write EL2N of `data` by `model` at preset `scale` to `out` (.npz): names str [N], labels int64 [N], scores
    float32 [N], the mean over the ensemble, members float32 [k, N], provenance (the runs, as JSON). At once where they
    are on record.

    Returns a line for the user. Raises UserError where the file cannot be written or a name is not known.
    """
    if out.suffix != ".npz" or not out.resolve().parent.is_dir():
        raise UserError(f"--out {out}: name an .npz file in a folder that exists")
    p = preset(scale)
    runs = members(replace(p, data=data or p.data), model or "")
    train = loaded(runs[0].data).train  # needed for the names; a missing data set stops here, before any training
    records = ensure(list(runs), jobs, device)
    same_data(runs[0].data, records)
    scores = np.stack([record.column(p.score) for record in records])
    lock, mend = store() / ".unfinished" / f"{out.name}.lock", "name a file on another by --out; the scores are kept"
    with room(out.parent, mend), locked(lock), whole(out) as part, open(part, "wb") as file:
        np.savez_compressed(file, names=train.names, labels=train.labels, scores=scores.mean(0), members=scores,
                            provenance=json.dumps([canonical(run) for run in runs]))
    return f"{out}: {scores.shape[1]} scores, the mean of {len(runs)} networks"
