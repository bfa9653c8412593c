"""Trains one run from its value to its record, resuming where an earlier attempt was stopped."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import nn

from dietsb_core import evaluate, models
from dietsb_core.compiled import compiled
from dietsb_core.cost import forward_flops
from dietsb_core.data import Dataset
from dietsb_core.device import pick_device, pick_precision, use
from dietsb_core.energy import Joules
from dietsb_core.environment import environment
from dietsb_core.errors import UserError
from dietsb_core.ledger import Ledger
from dietsb_core.locks import locked
from dietsb_core.policies.static import check_scores
from dietsb_core.policy import Policy
from dietsb_core.redundancy import redundancy
from dietsb_core.rng import generator, seed_of
from dietsb_core.runs import checkpoint, records
from dietsb_core.runs.presets import PRESETS
from dietsb_core.runs.records import Record
from dietsb_core.runs.run import Run, canonical
from dietsb_core.runs.store import find, room, store
from dietsb_core.sources import loaded
from dietsb_core.train import Trainer
from dietsb_core.warmup import telling, warm_up

Progress = Callable[[Run, dict], None]


def build_model(run: Run, data: Dataset, device: torch.device, dtype: torch.dtype) -> nn.Module:
    """The run's network, initialised from its seed alone; the process's random state is left as it was.

    Initial weights are drawn in the run's own precision: float32 draws differ in their last digit between CPUs."""
    usual = torch.get_default_dtype()
    with torch.random.fork_rng(devices=[]):  # of the CPU's generator, the one that is used
        torch.default_generator.manual_seed(seed_of(run.seed, "init"))
        torch.set_default_dtype(dtype)
        try:
            model = models.build(run.model, data.classes, data.train.side)
        finally:
            torch.set_default_dtype(usual)
    model = model.to(device, dtype, memory_format=torch.channels_last)
    if hasattr(model, "fit_input"):
        n, few = len(data.train), 5000 * 32**2 // max(32, data.train.side)**2  # as many pixels, whatever the side
        ids = torch.randperm(n, generator=generator(device, run.seed, "whitening"), device=device)[:few]
        model.fit_input(data.train.fetch(ids))
    return model


def trainer_of(run: Run, policy: Policy, device: torch.device) -> Trainer:
    """Everything that `run` trains with, at its first epoch; `policy` is what it builds."""
    precision = pick_precision(run.recipe.precision, device)
    dtype = torch.float64 if precision == "float64" else torch.float32
    check_size(run, len(loaded(run.data).train))
    data = Dataset(loaded(run.data), run.recipe, device, dtype)
    ledger = Ledger(len(data.train), device, dtype)
    for name in policy.needs:
        ledger.columns[name] = static_score(run, name, ledger.size).to(device, dtype)
    model = build_model(run, data, device, dtype)
    if run.recipe.compile and device.type == "cuda":
        model = compiled(model)
    return Trainer(model, data, policy, run.recipe, run.seed, ledger, precision)


def check_size(run: Run, size: int) -> None:
    """Refuse a training set of less than one batch, in words that every command knows."""
    if size < run.recipe.batch:
        able = ", ".join(f"{p.name} ({p.recipe.batch})" for p in PRESETS.values() if p.recipe.batch <= size)
        other = f", or take a preset of smaller batches: {able}" if able else ""
        raise UserError(f"{run.data} has {size} training examples, and a step needs {run.recipe.batch}: add training "
                        f"examples until there are {run.recipe.batch} or more{other}")


def static_score(run: Run, name: str, size: int) -> torch.Tensor:
    """The score `name` [size] that `run` prunes by: the mean over the runs that score for it."""
    makers = [member for member in run.scored_by if member.makes.serves((name,))]
    if not makers:
        raise UserError(f"policy {run.policy!r} prunes by {name!r}, but no run scores for it: give scored_by")
    members = [find(member) for member in makers]
    if None in members:
        raise UserError(f"policy {run.policy!r}: its scores are not on record yet; run those first, through execute()")
    same_data(run.data, members)
    mean = np.mean([record.column(member.score) for record, member in zip(members, makers, strict=True)], axis=0)
    return check_scores(torch.from_numpy(mean), size, name)


def same_data(name: str, made: list[Record]) -> None:
    """Refuse records that were made from other data than what `name` is on this machine."""
    if any(record.info["fingerprint"] != loaded(name).fingerprint for record in made):
        raise UserError(f"the scores on record are of another {name} than the one here: point DIETSB_DATA at the data "
                        "they were made from, or name an empty folder for records with DIETSB_RUNS")


def execute(run: Run, device: str = "auto", progress: Progress | None = None) -> Record:
    """Train `run` unless it is on record. After a kill, the next call resumes after the last whole epoch."""
    policy, where = run.build(), pick_device(device)  # bad values stop here, before any data is read
    for member in run.scored_by:
        execute(member, device, progress)  # waits where another process is at it
    busy = f"{run.title}: another process trains {run.name}; waiting for it"
    with room(), locked(store() / ".unfinished" / f"{run.name}.lock", busy):
        record = find(run) or _train(run, policy, where, progress)
        checkpoint.discard(store() / ".unfinished", {run.name})
        return record


def _train(run: Run, policy: Policy, device: torch.device, progress: Progress | None) -> Record:
    use(device)
    trainer = trainer_of(run, policy, device)
    path, joules = store() / ".unfinished" / f"{run.name}.pt", Joules(device)
    made = {"data": trainer.data.source.fingerprint, "device": device.type, "precision": trainer.precision}
    rows = resume(trainer, path, made, run.epochs)
    if device.type == "cuda":
        warm_up(trainer, telling(trainer, len(rows), run.epochs))
    for epoch in range(len(rows), run.epochs):
        start = time.perf_counter()
        last = epoch + 1 == run.epochs
        with joules:
            row = {"epoch": epoch + 1, **trainer.epoch(epoch)}
        if last or run.curve:
            row |= evaluate.test(trainer, by_class=last)
        if last:
            row |= redundancy(trainer)
        if last and run.score:
            with joules:
                trainer.ledger.columns[run.score] = evaluate.score(trainer, run.score)
        row |= joules.read() | trainer.clock.read()
        rows.append(row | {"epoch_seconds": round(time.perf_counter() - start, 4)})
        if not last:
            checkpoint.save(path, trainer.state_dict() | {"rows": rows, "made": made})
        if progress:
            progress(run, rows[-1])
    return finish(run, trainer, rows, device)


def resume(trainer: Trainer, path: Path, made: dict[str, str], epochs: int) -> list[dict]:
    """Take up the checkpoint at `path`, if there is one that was `made` from the same data in the same way; returns
    the rows of the epochs that are done, fewer than `epochs`."""
    trained = [tensor.shape for group in trainer.optimiser.param_groups for tensor in group["params"]]
    state = checkpoint.load(path, like=trainer.state_dict() | {"made": made, "trained": trained, "epochs": epochs})
    if state is None:
        return []
    trainer.load_state_dict(state)
    return state["rows"]


def finish(run: Run, trainer: Trainer, rows: list[dict], device: torch.device) -> Record:
    """Write the record: counts as the smallest integers that hold them, losses in half precision."""
    columns = {name: compact(value.cpu().numpy(), name == run.score) for name, value in trainer.ledger.columns.items()
               if name not in trainer.policy.needs or name == run.score}
    columns["member"] = compact(trainer.ledger.memory["member"].cpu().numpy(), exact=False)
    info = {
        "environment": environment(device, trainer.precision),
        "fingerprint": trainer.data.source.fingerprint,
        "examples": trainer.ledger.size,
        "forward_flops": forward_flops(trainer.model, trainer.data.train.side),
        "parameters": sum(p.numel() for p in trainer.model.parameters()),
    }
    return records.write(store() / run.name, canonical(run), rows, info, columns)


def compact(values: np.ndarray, exact: bool) -> np.ndarray:
    """Small on disk: a score keeps float32, a loss half precision, a whole number the smallest type that holds all."""
    if values.dtype.kind == "f":
        return values.astype(np.float32 if exact else np.float16)
    least, most = int(values.min()), int(values.max())
    return values.astype(np.min_scalar_type(min(least, -most - 1) if least < 0 else most))
