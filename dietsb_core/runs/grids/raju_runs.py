"""The runs behind the second source's claims: accuracy against rate, total cost and length of training."""

from __future__ import annotations

from dataclasses import replace

from dietsb_core.runs.grids.build import Method, compare, members, run, setting
from dietsb_core.runs.grids.regimes import batched
from dietsb_core.runs.presets import Preset
from dietsb_core.runs.run import Run

TELLING = (0.5, 0.1)  # the rates that are compared first: kept half, and a tenth
CLAIM7 = (("full", 1.0), ("random_backprop", 0.25), ("selective_backprop", 0.5), ("el2n", 0.75), ("diet_sb", 0.5))
LENGTH_METHODS = ("dynamic_random", "el2n", "selective_backprop")
# One constant at a time, from the defaults. A period must leave training more than one.
SWEEPS: tuple[tuple[str, str, tuple[float, ...]], ...] = (
    ("dynamic_random", "period", (1, 3, 10)), ("epsilon_greedy", "period", (1, 3, 10)),
    ("epsilon_greedy", "alpha", (0.2, 0.8)), ("epsilon_greedy", "epsilon", (0.0, 0.1, 0.5)),
    ("ucb", "period", (1, 3, 10)), ("ucb", "alpha", (0.2, 0.8)), ("ucb", "c", (0.0, 1.0, 4.0)),
)


def methods(p: Preset, rates: tuple[float, ...]) -> tuple[Method, ...]:
    """Full training, and every method of the preset at each of `rates`."""
    return (("full", 1.0), *((policy, keep) for keep in rates for policy in p.methods))


def controls(p: Preset) -> list[Run]:
    """Full data with a shorter (or longer) schedule: what the same cost buys without any selection."""
    return [run(p, "full", 1.0, seed, epochs) for seed in p.seeds for epochs in p.controls]


def cost(p: Preset) -> list[Run]:
    """Every method at the two telling rates, with the controls, of which those in half of the epochs also have half of
    the batch."""
    rates = tuple(keep for keep in TELLING if keep in p.rates)
    return [*interleave(compare(p, methods(p, rates)), controls(p), len(p.seeds)), *tuned(p)]


def batches(p: Preset) -> list[Run]:
    """Random-Backprop at half of each batch, and full training in half as many epochs: with the preset's batch, and
    `tuned` with half of it. Of an odd number of epochs the last is left out, so that half of them costs as much."""
    epochs = p.recipe.epochs // 2
    short = [run(p, "full", 1.0, seed, epochs) for seed in p.seeds]
    return [*compare(p, (("random_backprop", 0.5),), 2 * epochs), *short, *tuned(p)]


def tuned(p: Preset) -> list[Run]:
    """Full training in half as many epochs with half of the batch, which is what Random-Backprop's steps are of under
    the rule `shrink`."""
    short = [run(p, "full", 1.0, seed, p.recipe.epochs // 2) for seed in p.seeds]
    return [replace(one, recipe=batched(one.recipe, p.recipe.batch // 2, linear=False)) for one in short]


def interleave(one: list[Run], other: list[Run], seeds: int) -> list[Run]:
    """Both lists, which are in order of seeds, a seed at a time."""
    a, b = len(one) // seeds, len(other) // seeds
    return [r for i in range(seeds) for r in (*one[i * a:(i + 1) * a], *other[i * b:(i + 1) * b])]


def rates(p: Preset) -> list[Run]:
    """Every method at every rate of the preset, and the bandits by full passes."""
    return [*compare(p, methods(p, p.rates)), *passes(p)]


def passes(p: Preset) -> list[Run]:
    """ε-greedy and UCB by losses of a full pass at the highest rate, where a running loss of training first tours the
    data for as many epochs as 1 / keep."""
    bandits = [policy for policy in ("epsilon_greedy", "ucb") if policy in p.methods]
    return [run(p, policy, min(TELLING), seed, source="pass") for seed in p.seeds for policy in bandits]


def lengths(p: Preset) -> list[Run]:
    """Half of the data at several lengths of training, with full training of each length, of half of it and of what
    `cost` compares with: the more controls, the less is between two of them, and with half of the batch."""
    pruned = tuple((policy, 0.5) for policy in LENGTH_METHODS)
    whole = sorted({*p.controls, *(epochs for length in p.lengths for epochs in (length, length // 2))})
    return [*(r for epochs in p.lengths for r in compare(p, pruned, epochs)),
            *(r for epochs in whole for r in compare(p, (("full", 1.0),), epochs)), *tuned(p)]


def sensitivity(p: Preset) -> list[Run]:
    """One constant at a time at half of the data, and the score from a full pass."""
    settings = [(policy, setting(policy, name, value)) for policy, name, values in SWEEPS for value in values
                if name != "period" or 2 * value <= p.recipe.epochs]
    settings += [(policy, {"source": "pass"}) for policy in ("epsilon_greedy", "ucb")]
    runs = (run(p, policy, 0.5, seed, **options) for seed in p.seeds for policy, options in settings)
    return list(dict.fromkeys(runs))


def gradients(p: Preset) -> list[Run]:
    """GraNd by the full gradient and by the last layer's, and EL2N, of the same network."""
    return [members(p, score=score)[0] for score in ("grand", "grand_last", "")]


def second(p: Preset) -> Preset:
    """The same comparison on the preset's second data set: CIFAR-10, for a preset of CIFAR-100."""
    return replace(p, data=p.second, drawn=p.drawn and p.second == p.data)


def claim7(p: Preset) -> list[Run]:
    """The poster's claim 7: CIFAR-10 with ResNet-20; elsewhere, the preset's second network."""
    model = "resnet20" if p.second == "cifar10" else p.other
    return compare(replace(second(p), model=model, recipe=p.other_recipe), CLAIM7)
