"""CIFAR with classes out of balance: a long tail that the labels show, or one that they hide. The test set is whole.

Which images stay is drawn once, by a fixed seed, from the user's own files, whatever form those are in. Sets of less
imbalance hold those of more.
"""
from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from dietsb_core.sources.cifar import CIFARS
from dietsb_core.sources.source import Source, Split

SEED = 11          # of the draw, never of a run
IMBALANCE = 100    # the largest class over the smallest, unless the name says another
RARE, RARE_KINDS = 1 / 3, 2  # the rarest third of the classes; the two rarest kinds within a superclass
LONGEST = {"cifar10": 1000, "cifar100": 500}  # a class of cifar100 has 500 images, and one must stay

# Krizhevsky's superclasses of CIFAR-100, each with its five classes.
SUPERCLASSES = {
    "aquatic_mammals": "beaver dolphin otter seal whale",
    "fish": "aquarium_fish flatfish ray shark trout",
    "flowers": "orchid poppy rose sunflower tulip",
    "food_containers": "bottle bowl can cup plate",
    "fruit_and_vegetables": "apple mushroom orange pear sweet_pepper",
    "household_electrical_devices": "clock keyboard lamp telephone television",
    "household_furniture": "bed chair couch table wardrobe",
    "insects": "bee beetle butterfly caterpillar cockroach",
    "large_carnivores": "bear leopard lion tiger wolf",
    "large_man-made_outdoor_things": "bridge castle house road skyscraper",
    "large_natural_outdoor_scenes": "cloud forest mountain plain sea",
    "large_omnivores_and_herbivores": "camel cattle chimpanzee elephant kangaroo",
    "medium_mammals": "fox porcupine possum raccoon skunk",
    "non-insect_invertebrates": "crab lobster snail spider worm",
    "people": "baby boy girl man woman",
    "reptiles": "crocodile dinosaur lizard snake turtle",
    "small_mammals": "hamster mouse rabbit shrew squirrel",
    "trees": "maple_tree oak_tree palm_tree pine_tree willow_tree",
    "vehicles_1": "bicycle bus motorcycle pickup_truck train",
    "vehicles_2": "lawn_mower rocket streetcar tank tractor",
}
NAMES = (*(f"{name}-lt" for name in CIFARS), "cifar100-hidden")


def profile(most: int, classes: int, imbalance: float) -> np.ndarray:
    """Examples of each class, int64 [classes]: exponential from `most` to most / imbalance (Cui et al. 2019)."""
    return np.floor(most * imbalance ** (-np.arange(classes) / (classes - 1)) + 1e-9).astype(np.int64)


def subset(split: Split, groups: np.ndarray, sizes: np.ndarray) -> Split:
    """Of each group g (int64 [N]) `sizes[g]` examples, in the order that they have."""
    return split.take(kept(groups, sizes))


def kept(groups: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """The rows, in ascending order, of `sizes[g]` examples of each group g (int64 [N]). More of a group hold fewer."""
    keys = np.random.PCG64(SEED).random_raw(len(groups))  # raw bits: the one stream that is the same in every release
    order = np.lexsort((keys, groups))
    counts = np.bincount(groups, minlength=len(sizes))
    place = np.arange(len(groups)) - (np.cumsum(counts) - counts)[groups[order]]
    return np.sort(order[place < sizes[groups[order]]])


def rarest(sizes: np.ndarray) -> np.ndarray:
    """bool [classes]: the rarest third of classes of descending `sizes`."""
    return np.arange(len(sizes)) >= len(sizes) - round(RARE * len(sizes))


def long_tailed(root: Path, base: str, imbalance: int = IMBALANCE) -> Source:
    """`base` with an exponential profile over its classes, in alphabetical order; its rarest third is `rare`."""
    whole = CIFARS[base].load(root)
    sizes = profile(whole.train.labels.size // len(whole.classes), len(whole.classes), imbalance)
    return replace(whole, name=named(base, imbalance), train=subset(whole.train, whole.train.labels, sizes),
                   rare=rarest(sizes)[whole.test.labels], memo=None)


def hidden(root: Path) -> Source:
    """CIFAR-100 with its superclasses as labels. Within each, classes have 500, 158, 50, 16 and 5 images, in
    alphabetical order; the labels do not tell. A name says the class too; the two rarest of each are `rare`."""
    whole = CIFARS["cifar100"].load(root)
    kinds = {kind: (label, place) for label, names in enumerate(SUPERCLASSES.values())
             for place, kind in enumerate(names.split())}
    label, place = np.array([kinds[name] for name in whole.classes]).T
    most = whole.train.labels.size // len(whole.classes)
    sizes = np.rint(most * IMBALANCE ** (-place / (place.max()))).astype(np.int64)
    train, test = (replace(split, labels=label[split.labels], names=kind_names(split, whole.classes))
                   for split in (subset(whole.train, whole.train.labels, sizes), whole.test))
    made = Source("cifar100-hidden", tuple(SUPERCLASSES), train, test,
                  rare=place[whole.test.labels] > place.max() - RARE_KINDS)
    return made.canonical()


def kind_names(split: Split, classes: tuple[str, ...]) -> np.ndarray:
    """`<class>/<name>` [N]: two classes of one superclass may have files of one name."""
    return np.array([f"{classes[label]}/{name}" for label, name in zip(split.labels, split.names, strict=True)])


def named(base: str, imbalance: int) -> str:
    return f"{base}-lt" if imbalance == IMBALANCE else f"{base}-lt-{imbalance}"


def loader(name: str) -> Callable[[Path], Source] | None:
    """What loads the set called `name`; None where it is not one of these."""
    if name == "cifar100-hidden":
        return hidden
    found = re.fullmatch(rf"({'|'.join(CIFARS)})-lt(?:-([1-9]\d*))?", name)
    if not found:
        return None
    imbalance = int(found[2] or IMBALANCE)
    if imbalance > LONGEST[found[1]] or named(found[1], imbalance) != name:
        return None
    return partial(long_tailed, base=found[1], imbalance=imbalance)


def base_of(name: str) -> str:
    """The published set that the set called `name` is drawn from."""
    return name.split("-")[0] if loader(name) else name
