"""scikit-learn's handwritten digits (Alpaydin and Kaynak 1998): 1,797 images of 8 px, for quick tests."""
from __future__ import annotations

from pathlib import Path

import numpy as np

from dietsb_core.errors import UserError
from dietsb_core.sources.source import Source, Split

TRAIN, SEED = 1_437, 8  # of 1,797; the seed of the split, never of a run


def load(root: Path | None = None) -> Source:
    """1,437 training and 360 test images of 8 px in 10 classes, each split in scikit-learn's order.

    `root` is not read. A name holds the example's row in `sklearn.datasets.load_digits`.
    """
    try:
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise UserError(f"digits: {error}; get it with: pip install scikit-learn") from None
    bunch = load_digits()
    grey = np.rint(bunch.images * (255 / 16)).astype(np.uint8)  # scikit-learn's levels are 0 to 16
    images = np.repeat(grey[..., None], 3, axis=3)
    names = np.array([f"digit_{row:05d}" for row in range(len(grey))])
    everything = Split(images, bunch.target.astype(np.int64), names)
    # Raw bits: the one stream of NumPy's that is the same in every release.
    order = np.argsort(np.random.PCG64(SEED).random_raw(len(grey)), kind="stable")
    train, test = np.sort(order[:TRAIN]), np.sort(order[TRAIN:])
    classes = tuple(str(digit) for digit in bunch.target_names)
    return Source("digits", classes, everything.take(train), everything.take(test))
