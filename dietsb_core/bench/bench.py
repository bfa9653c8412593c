"""How fast: each policy's epoch over the baseline's beside its floor, the engine beside a DataLoader loop."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

import torch

from dietsb_core.bench.plain_loop import WORKERS, PlainLoop
from dietsb_core.bench.timing import Times, interleaved
from dietsb_core.budget import RULES
from dietsb_core.data import Dataset
from dietsb_core.device import pick_device, pick_precision, use
from dietsb_core.environment import environment
from dietsb_core.errors import UserError
from dietsb_core.ledger import Ledger
from dietsb_core.policies import policy
from dietsb_core.policy import G, Policy
from dietsb_core.recipe import Recipe
from dietsb_core.rng import generator
from dietsb_core.runs.execute import build_model
from dietsb_core.runs.run import Run
from dietsb_core.sources import procedural
from dietsb_core.train import Trainer

NEVER = 10**6  # epochs between refreshes of stale SB: what is timed lies between two of them
PROBES = 8     # passes of one batch that g is measured on in a round
SELECTING = (("random_backprop", 0.5), ("random_backprop", 0.25),
             ("selective_backprop", 0.5), ("selective_backprop", 0.25), ("stale_selective_backprop", 0.5),
             ("diet_sb", 0.5), ("diet_sb", 0.375), ("diet_random", 0.5))
RANDOM_SCORES = "random EL2N scores; making real ones is not timed"
NOTES = {"stale_selective_backprop": "between refreshes; one every k epochs adds g/k",
         "cdf_selective_backprop": "how many are kept is random; whole batches, by a queue",
         "el2n": RANDOM_SCORES, "el2n_balanced": RANDOM_SCORES, "diet_sb": RANDOM_SCORES, "diet_random": RANDOM_SCORES,
         "infobatch": "the floor as if all were easy; what it skips depends on the losses",
         "pass": "by a pass over all examples before each epoch"}


@dataclass(frozen=True)
class Case:
    """A method at a kept fraction, with the batch rule where it selects within a batch, and other options."""

    policy: str
    keep: float
    rule: str = ""
    options: tuple[tuple[str, str | int | float], ...] = ()

    def build(self) -> Policy:
        return policy(self.policy, self.keep, **({"rule": self.rule} if self.rule else {}), **dict(self.options))

    def note(self) -> str:
        """What to know of the row."""
        return NOTES.get(str(dict(self.options).get("source", self.policy)), "")


def selecting(name: str, keep: float, rule: str) -> Case:
    """A case of a method that selects within a batch; stale SB without a refresh in what is timed."""
    return Case(name, keep, rule, (("refresh", NEVER),) if name == "stale_selective_backprop" else ())


BASELINE = Case("full", 1.0)
CASES = (*(selecting(*method, rule) for method in SELECTING for rule in RULES),
         Case("cdf_selective_backprop", 0.5), Case("el2n", 0.75), Case("el2n_balanced", 0.75),
         Case("random_prune", 0.75), Case("dynamic_random", 0.5), Case("epsilon_greedy", 0.5), Case("ucb", 0.5),
         Case("ucb", 0.5, options=(("source", "pass"),)), Case("infobatch", 0.5, options=(("delta", 1.0),)))


def bench(rounds: int = 5, model: str = "resnet8", side: int = 32, images: int = 3072, batch: int = 128,
          device: str = "auto") -> dict:
    """Time all policies and the plain loop, `rounds` times after a warm-up, on drawn images of `side` pixels.

    Training and selection are timed; evaluation, and making EL2N scores, are not. UserError where `images` are not
    whole batches for every row whose number is fixed: an epoch would drop more of one's examples than of another's.
    """
    if min(rounds, batch, images) < 1 or batch % 4 or images % (8 * batch):
        raise UserError(f"bench: rounds={rounds}, batch={batch}, images={images}: take at least 1 round, a "
                        "batch that 4 divides, and images that 8 batches divide: whole batches for every row")
    use(where := pick_device(device))
    recipe = Recipe("bench", epochs=rounds + 1, batch=batch, lr=0.1, crop=4, reflect=False, flip=True)
    precision = pick_precision(recipe.precision, where)
    few = len(procedural.SHAPES)  # of each class one, of which nothing is measured
    source = procedural.load(name=f"procedural-{side}", train=images, test=max(batch, few), side=side)
    data = Dataset(source, recipe, where)
    net = build_model(Run(source.name, model, recipe, seed=0), data, where, torch.float32)
    trainers = {case: trainer(case, deepcopy(net), data, recipe, precision) for case in (BASELINE, *CASES)}
    loops = {(matched, n): PlainLoop(source.train, deepcopy(net), recipe, where, n, matched, precision)
             for matched in (False, True) for n in WORKERS}
    works = {key: worker.epoch for key, worker in (trainers | loops).items()} | probes(trainers[BASELINE])
    times = interleaved(works, rounds, where)
    env = environment(where, precision)
    return {key: env[key] for key in ("device", "device_type", "threads", "precision", "torch", "commit")} | {
        "model": model, "side": side, "images": images, "batch": batch, "rounds": rounds,
        "images_per_second": round(rounds * images / sum(times.wall[BASELINE])),
        "g": times.ratio("forward", "step"), "spread_is": "least and greatest of the rounds",
        "rows": [row(case, times) for case in CASES],
    } | beside_loops(times)


def trainer(case: Case, net: torch.nn.Module, data: Dataset, recipe: Recipe, precision: str) -> Trainer:
    """What trains one row: with its own network and ledger, in which EL2N is random numbers."""
    device = data.train.labels.device
    ledger = Ledger(len(data.train), device)
    ledger.columns["el2n"] = torch.rand(ledger.size, generator=generator(device, 0, "bench"), device=device)
    return Trainer(net, data, case.build(), recipe, 0, ledger, precision)


def probes(baseline: Trainer) -> dict[str, Callable[[int], None]]:
    """What g is the ratio of: a forward pass without gradients and a full step, on images at hand."""
    ids = torch.arange(baseline.recipe.batch, device=baseline.device)
    images = baseline.data.train.fetch(ids)

    def forward(_: int) -> None:
        with torch.no_grad(), baseline.autocast():
            for _ in range(PROBES):
                baseline.model(images)

    def step(_: int) -> None:
        for _ in range(PROBES):
            baseline.backprop(ids, images)

    return {"forward": forward, "step": step}


def row(case: Case, times: Times) -> dict:
    """One method's line. `cpu_over_baseline` compares this process's CPU seconds: on a CPU that others use
    they are steadier than the clock's; on a GPU they are the host's part alone."""
    method = case.build()
    return {
        "policy": case.policy, "keep": case.keep, "rule": case.rule or None, "options": dict(case.options),
        "epoch_over_baseline": times.ratio(case, BASELINE), "spread": times.spread(case, BASELINE),
        "cpu_over_baseline": times.ratio(case, BASELINE, "cpu"),
        "floor": round(method.floor(G), 4),
        "floor_measured": round(method.floor(times.ratio("forward", "step")), 4),
        "note": case.note(),
    }


def beside_loops(times: Times) -> dict:
    """The plain loop's epoch over the engine's, with as many loading processes as serve the loop best."""
    plain, matched = (min(((kind, n) for n in WORKERS), key=lambda loop: times.ratio(loop, BASELINE))
                      for kind in (False, True))
    return {"engine_over_dataloader": times.ratio(plain, BASELINE),
            "engine_over_dataloader_spread": times.spread(plain, BASELINE), "dataloader_workers": plain[1],
            "engine_over_dataloader_same_arithmetic": times.ratio(matched, BASELINE)}


def table(result: dict) -> str:
    """A result of `bench` as text, for a terminal."""
    head = ("{device}, {threads} threads, {precision}; {model} at {side} px, batch {batch}, {images} images, "
            "{rounds} rounds; full training {images_per_second} images/s; g = {g:.3f}")
    line = "{:25}{:>6}  {:7}{:>15}{:>16}{:>7}{:>7}{:>7}  {}"
    titles = "policy", "keep", "rule", "epoch/baseline", "[min, max]", "cpu", "floor", "at g", ""
    lines = [line.format(*titles)]
    for r in result["rows"]:
        low, high = r["spread"]
        numbers = (f"{r[key]:.3f}" for key in ("cpu_over_baseline", "floor", "floor_measured"))
        lines.append(line.format(r["policy"], r["keep"], r["rule"] or "", f"{r['epoch_over_baseline']:.3f}",
                                 f"[{low:.3f}, {high:.3f}]", *numbers, r["note"]))
    foot = ("engine over plain DataLoader loop ({dataloader_workers} workers): {engine_over_dataloader:.2f}; "
            "over that loop in the engine's arithmetic: {engine_over_dataloader_same_arithmetic:.2f}")
    return "\n".join([head.format(**result), "", *map(str.rstrip, lines), "", foot.format(**result)])
