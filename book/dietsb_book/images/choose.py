"""Which training images the sprite holds: the ends of both rankings, and images at even distances between."""

from __future__ import annotations

import numpy as np

ENDS, LEAST = 20, 2  # images of each end of a ranking, and of each class between


def chosen(el2n: np.ndarray, combined: np.ndarray, labels: np.ndarray, most: int) -> np.ndarray:
    """At most `most` rows, ascending: the ENDS lowest and highest by `el2n` [N] and by `combined` [N], and others at
    even distances by rank in `el2n`, of which each class of `labels` [N] has LEAST where that can be."""
    ends = np.unique(np.concatenate([both_ends(el2n), both_ends(combined)]))
    order = np.argsort(el2n, kind="stable")
    rest = order[~np.isin(order, ends)]
    places = between(labels[rest], max(0, min(most - len(ends), len(rest))))
    return np.sort(np.concatenate([ends, rest[places]]))


def both_ends(values: np.ndarray) -> np.ndarray:
    """The rows of the lowest and of the highest of `values` [N]."""
    order = np.argsort(values, kind="stable")
    return np.concatenate([order[:ENDS], order[-ENDS:]])


def between(labels: np.ndarray, count: int) -> np.ndarray:
    """`count` places in `labels` [n], which are in order of rank: the middles of as many equal parts. For a class that
    has fewer than LEAST of them, the place of a class with more is moved to it, within its part."""
    if not count:
        return np.zeros(0, np.int64)
    middles = (2 * np.arange(count) + 1) * len(labels) // (2 * count)
    places = middles.copy()
    for label in np.unique(labels):
        while (labels[places] == label).sum() < LEAST:
            own = np.setdiff1d(np.flatnonzero(labels == label), places)
            part = own * count // len(labels)
            counts = np.bincount(labels[places], minlength=labels.max() + 1)
            free = counts[labels[places[part]]] > LEAST
            if not free.any():
                break
            nearest = np.argmin(np.where(free, np.abs(own - middles[part]), len(labels)))
            places[part[nearest]] = own[nearest]
    return places
