"""Scores and labels in every form that arrays come in, in your own loop: taken as they are, or refused in one line."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from one_line import refused
from torch.utils.data import TensorDataset

from dietsb_core.own_loop import Selector
from dietsb_core.policies import policy

N = 40
DATA = TensorDataset(torch.arange(N) / N)
SCORES = np.linspace(0, 1, N)
LABELS = np.arange(N) * 7 % 4


def series(values: np.ndarray):
    """A column of a table whose rows are named by something else than their places."""
    return pytest.importorskip("pandas").Series(values, index=range(N, 0, -1))


def step(values: np.ndarray) -> np.ndarray:
    return np.repeat(values, 3)[::3]


def fixed(values: np.ndarray) -> np.ndarray:
    return np.broadcast_to(values, values.shape)


FORMS = {"big-endian": lambda values: values.astype(values.dtype.newbyteorder(">")), "step": step, "fixed": fixed,
         "backwards": lambda values: values[::-1].copy()[::-1], "series": series, "list": np.ndarray.tolist,
         "tuple of tensors": lambda values: tuple(map(torch.tensor, values.tolist())), "tensor": torch.tensor}


def kept(name: str, **given) -> list[int]:
    one = Selector(policy(name, 0.3), DATA, epochs=2, name="x", **given)
    pool = one.pool().kept.nonzero().squeeze(1).tolist()
    copy.deepcopy(one.state_dict())
    return pool


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.filterwarnings("error")
def test_every_form_of_an_array_is_taken(form):
    assert kept("el2n", scores={"el2n": FORMS[form](SCORES)}) == [*range(28, 40)]
    assert kept("dynamic_balanced", labels=FORMS[form](LABELS)) == kept("dynamic_balanced", labels=LABELS)


def test_scores_with_a_gradient_are_taken_without_it():
    for scores in (torch.tensor(SCORES, requires_grad=True), torch.nn.Parameter(torch.tensor(SCORES)) * 2):
        assert kept("el2n", scores={"el2n": scores}) == [*range(28, 40)]


NONE = {
    "sparse": torch.tensor(SCORES).to_sparse(), "no data": torch.zeros(N, device="meta"),
    "masked": np.ma.masked_array(SCORES, SCORES > 0.5), "objects": SCORES.astype(object), "text": SCORES.astype(str),
    "dates": LABELS.astype("M8[s]"), "large": [2**70] * N,
    "by row": dict(enumerate(SCORES)), "one by one": iter(SCORES), "a set": set(range(N)), "bytes": bytes(N),
}


@pytest.mark.parametrize("what", NONE)
def test_what_is_no_number_an_example_is_one_line(what):
    """The line says what it is."""
    kind = str(NONE[what].dtype) if hasattr(NONE[what], "dtype") else type(NONE[what]).__name__
    for given in ({"scores": {"el2n": NONE[what]}}, {"labels": NONE[what]}):
        refused(lambda given=given: kept("el2n", **{"scores": {"el2n": SCORES}} | given),
                "give one number an example, as an array or a dense tensor", kind)


def test_complex_scores_are_not_cut_to_real_ones():
    refused(lambda: kept("el2n", scores={"el2n": SCORES + 1j}), "'el2n'", "complex128")


@pytest.mark.parametrize("labels", [LABELS / 1, LABELS[:-1], LABELS[:, None], np.eye(4)[LABELS], 3])
def test_labels_that_are_none_are_told_what_labels_are(labels):
    refused(lambda: kept("dynamic_balanced", labels=labels), "must be whole numbers [40]", "a class index for each")
