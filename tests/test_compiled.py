"""A compiled network is compiled for each run and shape, whatever looked into another one before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import torch
from conftest import tiny_net
from torch import nn

from dietsb_core.compiled import compiled, plain
from dietsb_core.cost import forward_flops
from dietsb_core.gradients import grand, grand_last

IMAGES, LABELS = torch.zeros(4, 3, 16, 16, dtype=torch.float64), torch.zeros(4, dtype=torch.int64)


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    torch.compiler.reset()
    yield
    torch.compiler.reset()


def counting(shapes: list[int]) -> Callable:
    """A backend that notes the batch size of each graph, and runs it as it is."""
    def backend(graph: torch.fx.GraphModule, inputs: list[torch.Tensor]) -> Callable:
        shapes.extend(one.shape[0] for one in inputs if getattr(one, "ndim", 0) == 4 and one.shape[1] == 3 and
                      not isinstance(one, nn.Parameter))
        return graph.forward
    return backend


def test_a_code_for_each_shape_and_none_that_is_dynamic():
    shapes: list[int] = []
    model = compiled(tiny_net(), backend=counting(shapes))
    for size in (4, 2, 3, 4, 2):
        model(IMAGES[:size])
    assert shapes == [4, 2, 3]  # numbers, each once: a dynamic size is none


@pytest.mark.parametrize("look", [
    lambda model: forward_flops(model, 16),
    *(lambda model, score=score: score(plain(model), IMAGES, LABELS) for score in (grand, grand_last))])
def test_what_looks_into_it_leaves_the_next_one_to_be_compiled(look):
    """Not reset in between, as `compiled` would, so that this holds by itself."""
    first, second = [], []
    look(torch.compile(tiny_net().eval(), backend=counting(first)))
    torch.compile(tiny_net(), backend=counting(second), dynamic=False)(IMAGES)
    assert first == [] and second == [4]


def test_weights_have_the_same_names_compiled_or_not(make_trainer):
    trainer = make_trainer()
    names = list(trainer.state_dict()["model"])
    trainer.model = compiled(trainer.model, backend=counting([]))
    assert list(trainer.state_dict()["model"]) == names and plain(plain(trainer.model)) is plain(trainer.model)
    trainer.load_state_dict(trainer.state_dict())
