"""Fixtures of the core: one thread, records in a temporary folder, and a training that takes milliseconds."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from types import SimpleNamespace

os.environ["OMP_NUM_THREADS"] = "1"  # before torch reads it; processes that a test starts inherit it

import pytest
import torch
from torch import nn

from dietsb_core import sources
from dietsb_core.data import Dataset
from dietsb_core.examples import Examples
from dietsb_core.ledger import Ledger
from dietsb_core.policies import policy
from dietsb_core.policy import Context, Policy
from dietsb_core.recipe import Recipe
from dietsb_core.rng import generator
from dietsb_core.scores import SCORES
from dietsb_core.sources import Source
from dietsb_core.train import Trainer

torch.set_num_threads(1)


# Tests that share something dear stay in one process where tests run side by side; others go to whoever is free.
TOGETHER = {"test_book": "book", "test_pages": "book", "test_page_inputs": "book", "test_reference": "reference",
            "test_lab": "lab", "test_bench": "bench", "test_bench_sides": "bench"}


@pytest.hookimpl(tryfirst=True)  # xdist reads the marks in this same hook, and its own would come first
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.stem in TOGETHER:
            item.add_marker(pytest.mark.xdist_group(TOGETHER[item.path.stem]))


def rng(seed: int = 0) -> torch.Generator:
    """A test's own randomness."""
    return torch.Generator().manual_seed(seed)


# The `smoke` preset with an epoch more. Of 400 examples full training makes 12 steps of 32; 16 are over.
TINY = Recipe("tiny", epochs=3, batch=32, lr=0.05, crop=1, flip=True, precision="float64")


@pytest.fixture(scope="session", autouse=True)
def _session_runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What a fixture of wider scope records goes to a temporary folder as well."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DIETSB_RUNS", str(tmp_path_factory.mktemp("session") / "runs"))
        yield


@pytest.fixture(autouse=True)
def runs_folder(tmp_path, monkeypatch):
    """Every test has a `runs/` of its own: none reads or writes the project's."""
    monkeypatch.setenv("DIETSB_RUNS", str(tmp_path / "runs"))
    return tmp_path / "runs"


@pytest.fixture(scope="session")
def small() -> Source:
    """The procedural set of 400 + 200 images of 16 × 16."""
    return sources.load("procedural-small")


def tiny_net(seed: int = 0) -> nn.Module:
    """A convolution with batch norm, whose statistics are state too, and a linear layer: 1 ms a step."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        net = nn.Sequential(nn.Conv2d(3, 8, 3, stride=2, bias=False), nn.BatchNorm2d(8), nn.ReLU(),
                            nn.MaxPool2d(2), nn.Flatten(), nn.Linear(72, 10))
    return net.to(torch.float64, memory_format=torch.channels_last)


@pytest.fixture(scope="session")
def make_trainer(small: Source) -> Callable[..., Trainer]:
    """`make_trainer("el2n", keep=.5, seed=0, epochs=3, **options)`: always the same net, data and scores."""
    def make(method: str | Policy = "full", keep: float = 1.0, *, seed: int = 0, recipe: Recipe = TINY,
             net: nn.Module | None = None, **options) -> Trainer:
        data = Dataset(small, recipe, "cpu", torch.float64)
        ledger = Ledger(len(data.train), "cpu", torch.float64)
        for name in SCORES:
            ledger.columns[name] = torch.rand(400, generator=generator("cpu", name), dtype=torch.float64)
        chosen = policy(method, keep, **options) if isinstance(method, str) else method
        return Trainer(net or tiny_net(), data, chosen, recipe, seed, ledger, "float64")

    return make


class Watch:
    """Stands in for a trainer's policy and lists what happens: ids of each epoch's `pools`; of `candidates`,
    `chosen` and `trained`, a tensor a step; of each forward pass `inputs`, whether it was for training and on
    which images, and `modes`, whether the net was in train mode."""

    def __init__(self, trainer: Trainer):
        self.policy, self.backprop = trainer.policy, trainer.backprop
        for hook in ("shape", "observe", "observes"):
            setattr(self, hook, getattr(trainer.policy, hook))
        trainer.policy, trainer.backprop = self, self.watched_backprop
        trainer.model.register_forward_pre_hook(self.look)
        self.seen = nothing()

    def take(self) -> SimpleNamespace:
        """What was listed since the last call."""
        seen, self.seen = self.seen, nothing()
        return seen

    def look(self, net: nn.Module, images: tuple[torch.Tensor]) -> None:
        self.seen.inputs.append((torch.is_grad_enabled(), images[0].clone()))
        self.seen.modes.append(net.training)

    def prune(self, pool: Examples, ctx: Context) -> Examples:
        pruned = self.policy.prune(pool, ctx)
        self.seen.pools.append(pruned.ids)
        return pruned

    def select(self, batch: Examples, ctx: Context) -> Examples:
        chosen = self.policy.select(batch, ctx)
        self.seen.candidates.append(batch.ids)
        self.seen.chosen.append(chosen.ids)
        return chosen

    def watched_backprop(self, ids: torch.Tensor, images: torch.Tensor | None = None) -> None:
        self.seen.trained.append(ids)
        self.backprop(ids, images)


def nothing() -> SimpleNamespace:
    return SimpleNamespace(pools=[], candidates=[], chosen=[], trained=[], inputs=[], modes=[])


@pytest.fixture(scope="session")
def watch() -> type[Watch]:
    """`seen = watch(trainer)`, train, `seen.take()`."""
    return Watch
