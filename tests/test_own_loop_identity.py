"""In your own loop: which data set a saved state is of, without a row of it being asked for."""

from __future__ import annotations

import random
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from one_line import refused
from torch.utils.data import ConcatDataset, Dataset, Subset, TensorDataset

from dietsb_core.own_loop import Selector
from dietsb_core.policies import policy

LABELS = torch.arange(40) % 4


class Holds(Dataset):
    """40 rows, of which the attributes `held` are all that can be seen; to read one draws from every random state."""

    def __init__(self, **held):
        vars(self).update(held)
        self.rng = np.random.default_rng()

    def __len__(self) -> int:
        return 40

    def __getitem__(self, row: int) -> tuple[torch.Tensor, int]:
        noise = torch.rand(2) + random.random() + np.random.rand() + self.rng.random()
        return noise, row


class Closed(Holds):
    """May not be read in the main process: a file that its workers open, say."""

    def __getitem__(self, row: int) -> tuple[torch.Tensor, int]:
        raise AssertionError("a row was read")


def selector(data: Dataset, **given) -> Selector:
    return Selector(policy("full"), data, epochs=2, **given)


def pictures(value: int, row: int = 0) -> np.ndarray:
    made = np.zeros((40, 8, 8, 3), np.uint8)
    made[row] = value
    return made


def listed(*names: str) -> list[tuple[str, int]]:
    return [(name, row) for row, name in enumerate(names)]


ROWS = TensorDataset(torch.arange(80.0))
PAIRS = {  # two data sets of one size and without labels that are known
    "tensors": (TensorDataset(torch.zeros(40, 2), LABELS), TensorDataset(torch.ones(40, 2), LABELS)),
    "labels": (TensorDataset(torch.zeros(40, 2), LABELS), TensorDataset(torch.zeros(40, 2), LABELS.flip(0))),
    "dtype": (TensorDataset(torch.zeros(40, 2)), TensorDataset(torch.zeros(40, 2, dtype=torch.int32))),
    "half": (TensorDataset(torch.zeros(40, dtype=torch.bfloat16)), TensorDataset(torch.ones(40, dtype=torch.bfloat16))),
    "array": (Holds(data=pictures(1)), Holds(data=pictures(2))),
    "the last row": (Holds(data=pictures(1, 39)), Holds(data=pictures(2, 39))),
    "files": (Holds(samples=listed("a/x.png", "a/y.png")), Holds(samples=listed("a/x.png", "a/z.png"))),
    "list": ([(torch.zeros(2), 0)] * 40, [(torch.ones(2), 0)] * 40),
    "dicts": ([{"x": 1.0}] * 40, [{"x": 2.0}] * 40),
    "wrapped": (Holds(dataset=Holds(data=pictures(1))), Holds(dataset=Holds(data=pictures(2)))),
    "part": (Subset(ROWS, range(40)), Subset(ROWS, range(40, 80))),
    "parts": (ConcatDataset([TensorDataset(torch.zeros(20)), TensorDataset(torch.ones(20))]),
              ConcatDataset([TensorDataset(torch.ones(20)), TensorDataset(torch.zeros(20))])),
}


@pytest.mark.parametrize(("one", "other"), PAIRS.values(), ids=PAIRS)
def test_the_state_of_another_set_is_refused(one, other):
    state = selector(one).state_dict()
    selector(one).load_state_dict(state)
    refused(lambda: selector(other).load_state_dict(state), "another data set", "40 examples")


@pytest.mark.parametrize("held", [{"data": pictures(1)}, {"tensors": (LABELS,)}, {"samples": listed("a/x.png")}])
def test_the_same_set_is_taken_whatever_its_transforms_draw(held):
    """Made anew, as in another process, and read in between."""
    for _ in range(20):
        one, other = Holds(**held), Holds(**held)
        state = selector(one).state_dict()
        assert not torch.equal(one[0][0], one[0][0])
        selector(other).load_state_dict(state)


def test_files_may_lie_in_another_folder():
    state = selector(Holds(samples=listed("/here/cats/x.png", "/here/dogs/y.png"))).state_dict()
    selector(Holds(samples=listed("/there/cats/x.png", "/there/dogs/y.png"))).load_state_dict(state)


@pytest.mark.parametrize("given", [{"name": "mine"}, {"labels": LABELS}])
def test_no_row_is_read(given):
    for data in (Closed(), Closed(data=pictures(1))):
        selector(data, **given).load_state_dict(selector(data, **given).state_dict())


@pytest.mark.parametrize("data", [
    Holds(), Holds(data=np.full(40, None)), Holds(samples=[object()] * 40), Holds(data=SimpleNamespace()),
    Holds(tensors=(torch.eye(40).to_sparse(),)), Subset(Holds(), range(40))])
def test_a_set_that_shows_nothing_must_be_named(data):
    refused(lambda: selector(data), type(data).__name__, "40 examples", "Selector(name=...)")
    selector(data, labels=LABELS)
    state = selector(data, name="birds").state_dict()
    refused(lambda: selector(data, name="fish").load_state_dict(state), "'birds'", "'fish'")


def test_a_set_that_holds_itself_must_be_named():
    data = Holds()
    data.dataset = data
    refused(lambda: selector(data), "name=")


def test_by_name_it_is_the_users_word_that_counts():
    """So a set may be held in another way than it was; its labels are compared all the same."""
    one, other = Holds(data=pictures(1)), Holds(data=pictures(2))
    state = selector(one, name="mine", labels=LABELS).state_dict()
    selector(other, name="mine", labels=LABELS).load_state_dict(state)
    refused(lambda: selector(other, name="mine", labels=LABELS.flip(0)).load_state_dict(state), "another data set")
