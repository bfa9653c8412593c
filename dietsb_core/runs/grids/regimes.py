"""Regimes: a data set and a length of training, with what is compared there at equal total cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dietsb_core.recipe import Recipe
from dietsb_core.runs.grids.build import lasting, run, setting
from dietsb_core.runs.presets import Preset
from dietsb_core.runs.run import Run
from dietsb_core.sources.imbalanced import profile

POSTER = {"start": 0.5}                                  # SB as the poster's authors ran it
COMPOSER = {"start": 0.5, "end": 0.9, "interrupt": 2}    # SB as Composer deploys it
Setting = tuple[str, float, dict[str, float | int | bool]]  # policy, kept fraction, options

SHORT: tuple[Setting, ...] = (
    ("random_backprop", 0.5, {}), ("selective_backprop", 0.5, {}), ("selective_backprop", 0.5, POSTER),
    ("stale_selective_backprop", 0.5, {}), ("infobatch", 0.5, {}), ("early_stopping", 1.0, {}), ("el2n", 0.75, {}))
METHODS: tuple[Setting, ...] = (
    *SHORT, ("selective_backprop", 0.5, COMPOSER), ("dynamic_random", 0.5, {}), ("ucb", 0.5, {}),
    ("infobatch", 0.5, {"weighted": False}), ("orderdp", 0.5, {}), ("seta", 0.5, {}), ("random_prune", 0.75, {}),
    ("diet_sb", 0.5, {}))
HARDER: tuple[Setting, ...] = (("selective_backprop", 0.25, {}), ("stale_selective_backprop", 0.25, {}))
CAPPED: tuple[Setting, ...] = tuple(("dynamic_balanced", keep, {}) for keep in (0.5, 0.25, 0.1, 0.05))


@dataclass(frozen=True)
class Regime:
    """`epochs` of `data`. `sizes`, where labels show a tail: the examples of the largest class, the number of classes,
    and the imbalance. `controls` are the lengths of full training, as fractions of the regime's; each is tuned over the
    recipe's batch and these `parts` of it, with the learning rate `scaled` in proportion or as it is. `weighted`: full
    training with class weights is a control too."""

    data: str
    epochs: int
    methods: tuple[Setting, ...]
    sizes: tuple[int, int, int] = ()
    controls: tuple[float, ...] = (0.25, 0.5, 1.0)
    mastered: float = 1e-3  # the threshold of early stopping
    parts: tuple[int, ...] = (2, 4)
    scaled: bool = True
    weighted: bool = False

    @property
    def name(self) -> str:
        return f"{self.data}-{self.epochs}"

    @property
    def aware(self) -> bool:
        """Whether some controls look at the labels."""
        return bool(self.sizes or self.weighted)

    @property
    def tail(self) -> str:
        """Whether its classes are balanced, or have a long tail that is shown by the labels or hidden within them."""
        return "shown" if self.sizes else "hidden" if self.data.endswith("-hidden") else "balanced"


REGIMES: tuple[Regime, ...] = (
    Regime("cifar10-lt", 40, METHODS + HARDER, (5000, 10, 100), (0.1, 0.25, 0.5, 1.0)),
    Regime("cifar100-lt", 40, METHODS + HARDER, (500, 100, 100), (0.1, 0.25, 0.5, 1.0), 2e-3),
    Regime("cifar100", 10, METHODS, mastered=2e-3, controls=(0.5, 0.8, 1.0)),
    Regime("cifar100-hidden", 40, METHODS),
    Regime("cifar10", 10, METHODS, controls=(0.5, 0.8, 1.0)),
    Regime("cifar10", 40, METHODS),
    Regime("cifar100", 40, SHORT, mastered=2e-3),
)


def batched(recipe: Recipe, batch: int, linear: bool) -> Recipe:
    """The recipe at another batch size, its learning rate as it is or scaled in proportion."""
    if batch == recipe.batch:
        return recipe
    lr = recipe.lr * batch / recipe.batch if linear else recipe.lr
    return replace(recipe, batch=batch, lr=lr, name=f"{recipe.name}-b{batch}" + (f"-lr{lr:g}" if linear else ""))


def tunings(p: Preset, parts: tuple[int, ...] = Regime.parts) -> Iterator[tuple[int, bool]]:
    """Batch sizes, and whether the learning rate is scaled with them: the preset's own, and `parts` of it."""
    yield p.recipe.batch, False
    for part in parts:
        yield from ((p.recipe.batch // part, True), (p.recipe.batch // part, False))


def scale(p: Preset, regime: Regime) -> Preset:
    """The preset at a regime. Scores come from short whole trainings: a quarter as long, three epochs at least."""
    recipe = lasting(p.recipe, regime.epochs)
    return replace(p, data=regime.data, recipe=recipe, drawn=p.drawn and (regime.data, recipe) == (p.data, p.recipe),
                   annealed=True, start=0.0, score="el2n", score_epoch=max(3, regime.epochs // 4))


def passed_once(one: Run) -> Run:
    """A run on few images evaluates after its last epoch only: after every epoch would cost a third more."""
    return replace(one, curve=False) if "-" in one.data else one


def controls(p: Preset, regime: Regime, seed: int) -> Iterator[Run]:
    """Full training, tuned over length and batch. Where labels show a tail, also with class weights and by
    class-balanced sampling."""
    for share in regime.controls[::-1]:
        yield from tuned(p, "full", 1.0, seed, round(share * regime.epochs), regime, both=share == 0.5)
    if regime.sizes or regime.weighted:
        for share in regime.controls[:0:-1]:
            yield from tuned(p, "class_weights", 1.0, seed, round(share * regime.epochs), regime)
    if regime.sizes:
        yield from balanced_sampling(p, regime, seed)


def tuned(p: Preset, policy: str, keep: float, seed: int, epochs: int, regime: Regime,
          both: bool = False) -> Iterator[Run]:
    """One training at every batch size, with the learning rate as the regime has it, or `both` scaled and as it is."""
    one = run(p, policy, keep, seed, epochs)
    for batch, linear in tunings(p, regime.parts):
        if linear == regime.scaled or both or batch == p.recipe.batch:
            yield replace(one, recipe=batched(one.recipe, batch, linear))


def balanced_sampling(p: Preset, regime: Regime, seed: int) -> Iterator[Run]:
    """Class-balanced sampling without replacement. An epoch takes as many examples of each class as the rarest class
    has, in whole batches. There are as many epochs as give the examples of full training, for each length."""
    counts = profile(*regime.sizes)
    whole, size = len(counts) * int(counts.min()), int(counts.sum())
    keep = round(whole / size, 4)
    for share in regime.controls[-2::-1]:
        one = run(p, "dynamic_balanced", keep, seed)
        for part in regime.parts:  # few are a small batch anyway
            recipe = batched(one.recipe, p.recipe.batch // part, regime.scaled)
            taken = whole // recipe.batch * recipe.batch
            yield replace(one, recipe=lasting(recipe, round(share * regime.epochs * size / taken)))


def methods(p: Preset, regime: Regime, seed: int) -> Iterator[Run]:
    """Every method of the regime."""
    if regime.sizes:
        for policy, keep, options in CAPPED:
            one = run(p, policy, keep, seed, **options)
            yield from (replace(one, recipe=batched(one.recipe, batch, True)) for batch, linear in tunings(p)
                        if linear or batch == p.recipe.batch)
        yield run(p, "balanced_sb", 0.25, seed)
    for policy, keep, options in regime.methods:
        constants = setting(policy, "threshold", regime.mastered) if policy == "early_stopping" else {}
        yield run(p, policy, keep, seed, **options, **constants)


def of(p: Preset) -> tuple[Regime, ...]:
    """The regimes of a preset; one of other data than CIFAR-100 has none."""
    return REGIMES if p.data == "cifar100" else ()


def when(p: Preset) -> list[Run]:
    """All regimes, one seed after another, controls first, since every verdict needs them."""
    runs = (passed_once(one) for seed in p.seeds for regime in of(p) for make in (controls, methods)
            for one in make(scale(p, regime), regime, seed))
    return list(dict.fromkeys(runs))
