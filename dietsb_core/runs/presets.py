"""At what scale a figure is reproduced, as plain values. The same notebook serves them all."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dietsb_core.errors import UserError
from dietsb_core.recipe import Recipe
from dietsb_core.sources import SIZED, SOURCES, TAILED, folder, imbalanced

# What is compared at every rate.
METHODS = ("random_prune", "el2n", "grand_last", "forgetting", "random_backprop", "selective_backprop",
           "dynamic_random", "epsilon_greedy", "ucb", "infobatch", "diet_sb", "diet_dynamic", "forgetting_sb")
FEWER = ("random_prune", "el2n", "random_backprop", "selective_backprop", "dynamic_random",
         "ucb", "infobatch")  # for a preset that has minutes


@dataclass(frozen=True)
class Preset:
    """Data, networks and recipe. `model` trains everywhere; `other` is the second one that scores are compared with.

    EL2N is averaged over `members` networks, each trained for the first `score_epoch` epochs of its recipe or,
    where `annealed`, for a whole schedule of that length. `rule` is the batch rule and `start` the fraction of
    training before which selection while training is off. `methods` are compared at the kept fractions `rates`;
    full training in `controls` epochs is what the same cost buys without selection, from less than a method costs
    to more. The sign of what pruning does is looked for over `lengths` of training, in epochs. `second` is the data
    that claims are checked on again. `drawn`: whether a page draws accuracy over epochs, for which the test set is
    passed after every one.
    """

    name: str
    data: str
    model: str
    other: str
    recipe: Recipe
    other_recipe: Recipe
    seeds: tuple[int, ...] = (0, 1, 2)
    members: int = 3
    score: str = "el2n"
    score_epoch: int = 2
    annealed: bool = False
    rule: str = "shrink"
    start: float = 0.0
    methods: tuple[str, ...] = METHODS
    rates: tuple[float, ...] = (0.7, 0.5, 0.3, 0.2, 0.1)
    controls: tuple[int, ...] = (1, 3, 5, 8, 10, 18)
    lengths: tuple[int, ...] = (2, 4, 10, 30)
    second: str = "cifar10"
    drawn: bool = True

    def recipe_of(self, model: str) -> Recipe:
        """The recipe for one of this preset's networks."""
        if model not in (self.model, self.other):
            raise UserError(f"preset {self.name!r} has no model {model!r}; it has {self.model} and {self.other}")
        return self.recipe if model == self.model else self.other_recipe


SMOKE = Recipe("smoke", epochs=2, batch=32, lr=0.05, crop=1, flip=True, precision="float64")
QUICK = Recipe("quick", epochs=5, batch=64, lr=0.25, label_smoothing=0.1, crop=1, flip=True, precision="float32")
CPU = Recipe("airbench-cpu-10", epochs=10, batch=256, lr=0.46, label_smoothing=0.1, crop=3, flip=True)
GPU = Recipe("modern-30", epochs=30, batch=256, lr=0.4, label_smoothing=0.1, crop=4, flip=True, compile=True)
POSTER = Recipe("poster-200", epochs=200, batch=128, lr=0.1, nesterov=False, schedule="step", warmup=1 / 200,
                crop=4, reflect=False, flip=True, rotate=15.0, precision="float32")
AS_RUN = replace(POSTER, name="poster-200-as-run", shuffle=False)

PRESETS: dict[str, Preset] = {preset.name: preset for preset in (
    Preset("smoke", "procedural-small", "airbench_small", "resnet8", SMOKE, SMOKE, seeds=(0, 1), members=2,
           score_epoch=1, rates=(0.5, 0.1), controls=(1, 2), lengths=(2,),
           second="procedural-small"),
    Preset("quick", "procedural", "airbench_small", "resnet8", QUICK,
           replace(QUICK, name="quick-resnet", lr=0.1), score_epoch=1, methods=FEWER, rates=(0.5, 0.1),
           controls=(1, 2, 3, 5), lengths=(2, 3, 5), second="procedural-medium"),
    Preset("cifar-cpu", "cifar100", "airbench", "resnet8", CPU, replace(CPU, name="resnet-cpu-10", lr=0.2),
           score_epoch=2),
    Preset("gpu", "cifar100", "resnet18", "googlenet", GPU, GPU, score_epoch=3, controls=(3, 6, 9, 15, 24, 30, 54),
           lengths=(4, 12, 30)),
    Preset("poster", "cifar100", "resnet18", "googlenet", POSTER, POSTER, members=10, score_epoch=20,
           controls=(20, 60, 100, 160, 200, 370), lengths=(30, 100, 200)),
    Preset("as_run", "cifar100", "resnet18", "googlenet", AS_RUN, AS_RUN, members=1, score="el2n_as_run",
           score_epoch=20, start=0.5, controls=(20, 60, 100, 160, 200, 370), lengths=(30, 100, 200)),
)}


def known(name: str) -> bool:
    """Whether `preset` takes `name`."""
    try:
        return bool(preset(name))
    except UserError:
        return False


def preset(name: str) -> Preset:
    """The preset called `name`; "gpu@svhn" is `gpu` on the data set svhn, with all else as it is."""
    scale, at, data = name.partition("@")
    if scale not in PRESETS:
        raise UserError(f"no preset {scale!r}; there are: {', '.join(PRESETS)}")
    if at and not data:
        raise UserError(f"preset {name!r} names no data set behind its @; one that does is {scale}@cifar10")
    if at and not (data in SOURCES or folder.side_of(data) or imbalanced.loader(data)):
        raise UserError(f"unknown source {data!r} in preset {name!r}; allowed are {', '.join(SOURCES)}, {SIZED}, and "
                        f"{TAILED}")
    return replace(PRESETS[scale], name=name, data=data) if at else PRESETS[scale]
