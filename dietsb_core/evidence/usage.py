"""Which examples were trained on always, sometimes or never, and what is known about them."""

from __future__ import annotations

import numpy as np

from dietsb_core.errors import DataMissing
from dietsb_core.evidence.overlap import spearman
from dietsb_core.evidence.row import Results, settled
from dietsb_core.evidence.statistics import effective_classes
from dietsb_core.runs.records import Record
from dietsb_core.sources import loaded

GROUPS = ("always", "sometimes", "never")
QUARTER = 0.25  # the hardest quarter by the set's own difficulty counts as hard


def shares(record: Record) -> dict[str, float]:
    """Shares of the training set that are in the set of every settled epoch, of some and of none; NaN where no epoch
    is settled."""
    if (used := uses(record)) is None:
        return dict.fromkeys(GROUPS, float("nan"))
    epochs = sum(settled(record))
    always, never = float((used >= epochs).mean()), float((used == 0).mean())
    return {"always": always, "sometimes": 1 - always - never, "never": never}


def uses(record: Record) -> np.ndarray | None:
    """The number of settled epochs in whose set each example was, int64 [N]; None where no epoch is settled. Older
    records do not separate an epoch's set from what it trained on. For them, the set of full training is everything,
    and the set of any other method is what it trained on."""
    if not any(settled(record)):
        return None
    if "settled" in record.rows[0]:
        return record.column("member").astype(np.int64)
    used = record.column("selected").astype(np.int64)
    return np.full_like(used, len(record.rows)) if older_full(record) else used


def older_full(record: Record) -> bool:
    """Whether a record is of full training, and older than the separation of an epoch's set from what it trained on."""
    return "settled" not in record.rows[0] and record.config.get("policy", "full") == "full"


def turnover(record: Record) -> float:
    """Mean Jaccard index of the sets of two consecutive periods, both settled. 1 means the same set; two independent
    draws of a fraction f have f / (2 − f). NaN where the record has none."""
    if older_full(record):
        return 1.0
    free = settled(record)
    pairs = zip(record.rows[1:], free[1:], free, strict=False)
    return mean([row["jaccard"] for row, now, before in pairs if now and before and "jaccard" in row])


def mean(values: list[float]) -> float:
    return float(np.mean(values)) if values else float("nan")


def worst_class(record: Record) -> float:
    """Test accuracy of the class that does worst, after the last epoch; not a number where it is not on record."""
    return min(record.rows[-1].get("class_accuracy", [float("nan")]))


def class_balance(record: Record, labels: np.ndarray) -> float:
    """exp of the entropy of the classes' shares of training, divided by the number of classes: 1 where all classes
    are trained on equally. labels: int64 [N]."""
    by_class = np.bincount(labels, record.column("selected"))
    return effective_classes(by_class) / len(by_class)


def with_el2n(record: Record, el2n: np.ndarray) -> float:
    """Spearman's ρ between how often each example was in an epoch's set and its EL2N [N]; 0 where all were used
    equally, NaN where no epoch is settled."""
    if (used := uses(record)) is None:
        return float("nan")
    return spearman(used.astype(np.float64), el2n) if np.ptp(used) else 0.0


def truth(data: str) -> dict[str, np.ndarray]:
    """What is known about each training example of a drawn data set: bool [N] each of `hard`, `rare`, `flipped`.
    Empty for other data sets."""
    try:
        known = loaded(data).truth
    except DataMissing:
        return {}
    if "difficulty" not in known:
        return {}
    hard = known["difficulty"] >= np.quantile(known["difficulty"], 1 - QUARTER)
    return {"hard": hard, "rare": known["rare"], "flipped": known["flipped"]}


def emphasis(record: Record, group: np.ndarray) -> float:
    """How often an example of `group` (bool [N]) was in an epoch's set, divided by how often an example outside the
    group was; NaN where no epoch is settled."""
    if (used := uses(record)) is None:
        return float("nan")
    with np.errstate(divide="ignore"):  # nobody outside of it was: infinitely more often
        return float(used[group].mean() / used[~group].mean())


def emphases(results: Results, groups: dict[str, np.ndarray]) -> dict[tuple[str, float], dict[str, list[float]]]:
    """The emphasis of each method and rate on each of `groups` (bool [N] each), one value per seed."""
    return {method: {name: [emphasis(record, group) for record in by_seed.values()] for name, group in groups.items()}
            for method, by_seed in results.items()}


def summary(results: Results, el2n: np.ndarray, labels: np.ndarray) -> dict[tuple[str, float], dict[str, list[float]]]:
    """Of each method and rate the numbers above, a value a seed."""
    def of(record: Record) -> dict[str, float]:
        return shares(record) | {"turnover": turnover(record), "worst class": worst_class(record),
                                 "balance": class_balance(record, labels), "EL2N": with_el2n(record, el2n)}

    return {method: gather([of(record) for record in by_seed.values()]) for method, by_seed in results.items()}


def gather(dicts: list[dict[str, float]]) -> dict[str, list[float]]:
    """A list of dicts with the same keys, as a dict of lists."""
    return {name: [one[name] for one in dicts] for name in dicts[0]}
