"""A method of pruning or selection for your own training loop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import Dataset

from dietsb_core.errors import UserError
from dietsb_core.examples import Examples, examples
from dietsb_core.ledger import Ledger
from dietsb_core.own_loop import checks
from dietsb_core.own_loop.given import NO_ANSWERS, NO_SURVEY, labels_of, scores_of
from dietsb_core.own_loop.identity import check_state, identity_of
from dietsb_core.own_loop.pool import Pool, PoolSampler, WithIds, check_cover, cut, pruned, shuffled
from dietsb_core.policy import Context, Policy
from dietsb_core.rng import generator

Losses = Callable[[], Tensor]


class Selector:
    """Applies `policy` in your own loop: `sampler` and `epoch` prune, `select` selects, `loss` remembers.

    data: the training set, (x, y) by row. epochs: the number of epochs of the training. device: where ids and losses
    are; the ledger is kept there, so that no step waits for a copy. rows: int64 [n], the rows to train on, where `data`
    has others too. scores: {name: [N]}, for a policy that prunes by a score. labels: int64 [N], for a policy that looks
    at classes; the default is `data.targets`, where there is one. survey(ids) -> losses [m], in eval mode, for
    `source="pass"`. name: the name of the data set. `load_state_dict` refuses the state of another data set: it
    compares name, size, rows and labels, and without a name a few rows of what the data set holds in memory. A data set
    that holds nothing in memory needs a name.
    """

    def __init__(self, policy: Policy, data: Dataset, *, epochs: int, seed: int = 0,
                 device: torch.device | str = "cpu", rows: Tensor | None = None,
                 scores: Mapping[str, Any] | None = None, labels: Any = None,
                 survey: Callable[[Tensor], Tensor] | None = None, name: str = ""):
        checks.check_policy(policy).check(checks.check_whole("epochs", epochs))
        self.policy, self.epochs, self.seed = policy, epochs, seed
        self._survey = NO_SURVEY if survey is None else checks.check_function("survey", survey, "ids [m] to losses [m]")
        self.data = data if isinstance(data, WithIds) else WithIds(data)
        self.ledger = Ledger(len(self.data), checks.check_device(device))
        self.rows = torch.arange(self.ledger.size) if rows is None else checks.check_rows(rows, self.ledger.size)
        if not len(self.rows):
            raise UserError("there is no row to train on: give Selector(rows=...) one or more, of data with rows")
        self.ledger.columns |= scores_of(policy.needs, {} if scores is None else scores, self.ledger["loss"])
        self.labels = labels_of(labels, self.data.data, self.ledger["loss"])
        self.identity = identity_of(name, self.data.data, self.rows, self.labels)
        self.begun, self.on, self.step = 0, None, 0  # epochs begun; the one that is on; selections made in it
        self.full = 0  # candidates of a whole batch
        self._pool: Pool | None = None

    def sampler(self, order: Iterable[int] | None = None) -> PoolSampler:
        """A sampler that follows `order`, your own sampler, and leaves out what the epoch prunes. Without `order` it
        draws a fresh permutation each epoch, keyed by the seed, so that a resumed training sees the same order."""
        if order is not None:
            check_cover(order, self.rows)
        return PoolSampler(self._shuffled if order is None else lambda epoch: order, self.pool, self.rows)

    def _shuffled(self, epoch: int) -> list[int]:
        return shuffled(self.rows, self.ledger.size, generator(self.ledger.device, self.seed, epoch, "order"))

    def candidates(self, batch: int) -> int:
        """The batch size to give the DataLoader for steps of `batch`: batch/keep under the rule `refill`."""
        checks.check_whole("batch", batch)
        return max(self.policy.shape(batch, epoch, self.epochs)[0] for epoch in range(self.epochs))

    def pool(self) -> Pool:
        """The pool of the current epoch or, between epochs, of the next one. Each epoch is pruned once."""
        epoch = min(self.begun, self.epochs - 1) if self.on is None else self.on
        if self._pool is None or self._pool.epoch != epoch:
            self._pool = pruned(self.policy, self.rows, self._context(epoch))
        return self._pool

    def epoch(self, loader: Iterable[Any], epoch: int, losses: Callable[..., Tensor] | None = None) -> Iterator[Any]:
        """The batches of `loader` for epoch `epoch`, counted from 0. Each batch begins with its ids (int64 [m]).

        With losses(x, y) -> [m], the clean losses of a batch (ids, x, y) of tensors, each batch is cut to what `select`
        chooses."""
        checks.check_epoch(epoch, self.begun, self.epochs)
        pool, self.step = self.pool(), 0
        self.begun, self.on, batches = epoch + 1, epoch, 0
        try:
            for batches, batch in enumerate(checks.check_loader(loader), 1):
                ids = checks.check_batch(batch, pool.kept, epoch)
                if batches == 1:
                    self.full = len(ids)
                    self.policy.shape(len(ids), epoch, self.epochs)  # refuses a batch too small for the rate
                yield from [batch] if losses is None else self._chosen(batch, losses)
        finally:
            self.on = None if self.on == epoch else self.on
        if not batches:
            raise UserError(f"the DataLoader gives no batch: epoch {epoch} has {int(pool.kept.sum())} examples: use a "
                            "smaller batch, keep more, or take drop_last=False")

    def select(self, ids: Tensor, losses: Losses) -> Tensor:
        """Positions (int64 [k], on the device of `ids`) of the candidates `ids` (int64 [m]) to train on.

        losses() -> [m], the candidates' clean losses (nats), without gradients; it is called only if the policy asks.
        k is the same for the same m, but of `cdf_selective_backprop`, which chooses any number: see `Queue`. A last
        batch that is short stays whole where one of it would be chosen: batch norm cannot train on one example.
        """
        batch = examples(checks.check_ids(ids, self.ledger.size).to(self.ledger.device))
        ctx = self._context(self._now(), self.step,
                            lambda part, scale=1.0: self._forward(batch, checks.at_full_size(losses, scale))[part.pos])
        self.step += 1
        if not len(batch):
            return batch.pos.to(ids.device)
        chosen = self.policy.select(batch, ctx)
        alone = len(chosen) == 1 and len(batch) < self.full and self._chooses_so_many(self.full)
        return (batch if alone else chosen).pos.to(ids.device)

    def _chooses_so_many(self, batch: int) -> bool:
        """Whether the number of examples that it chooses of a `batch` is settled, and is not all of them."""
        return self.policy.shape(batch, self._now(), self.epochs) != (batch, batch)

    def _chosen(self, batch: Any, losses: Callable[..., Tensor]) -> list[list[Tensor]]:
        """A list of one batch, cut to what is chosen; empty where nothing is chosen."""
        call = checks.check_function("losses", losses, "from what is behind the ids in a batch to losses [m]")
        chosen = self.select(batch[0], lambda: call(*batch[1:]))
        return [cut(batch, chosen)] if len(chosen) else []

    def loss(self, ids: Tensor, losses: Tensor, *, clean: Tensor | None = None,
             correct: Tensor | None = None) -> Tensor:
        """The mean of `losses` ([k], of the examples `ids`), each with the weight that pruning gave it: what to call
        backward() on. It remembers `clean` [k], the losses without mixing or smoothing, or else `losses`, and shows
        the policy whether the answers were `correct` (bool [k])."""
        self._now()
        at = checks.check_ids(ids, self.ledger.size).to(self.ledger.device)
        checks.check_trained_on(losses, len(at))
        seen = self._remember(at, losses if clean is None else clean)
        if self.policy.observes():
            right = NO_ANSWERS if correct is None else checks.check_answers(correct, len(at)).to(at.device)
            self.policy.observe(replace(examples(at), loss=seen), right, self.ledger)
        self.ledger.count("selected", at)
        weight = self.pool().weight
        weighted = losses if weight is None else losses * weight[at].to(losses.device)
        return weighted.mean() if len(at) else weighted.sum()  # of none: 0, where a mean would be no number

    def _context(self, epoch: int, step: int = -1, forward: Callable[..., Tensor] | None = None) -> Context:
        return Context(self.ledger, self.labels, self.seed, epoch, self.epochs, step, forward, self._surveyed)

    def _forward(self, batch: Examples, losses: Losses) -> Tensor:
        call = checks.check_function("losses", losses, "which returns the losses [m] of the candidates")
        with torch.no_grad():
            values = self._remember(batch.ids, call())
        torch.clear_autocast_cache()  # else torch 2.9 may train on weights cast without gradients, in vain
        return values

    def _surveyed(self, pool: Examples) -> Tensor:
        return self._forward(pool, lambda: self._survey(pool.ids))

    def _remember(self, ids: Tensor, losses: Any) -> Tensor:
        return self.ledger.remember(ids, checks.check_losses(losses, len(ids)).to(self.ledger.device))

    def _now(self) -> int:
        if self.on is None:
            raise UserError("no epoch is on: select and loss belong inside `for ... in selector.epoch(loader, epoch)`")
        return self.on

    def _own(self) -> dict[str, Any]:
        return {"data": self.identity, "policy": repr(self.policy), "epochs": self.epochs, "seed": self.seed}

    def state_dict(self) -> dict[str, Any]:
        """All that a resumed training needs beside the state of model and optimiser; between epochs."""
        if self.on is not None:
            raise UserError(f"epoch {self.on} is on: save between epochs, after its loop")
        return {**self._own(), "epoch": self.begun, "ledger": self.ledger.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on after the last whole epoch of `state`, which must be of the same data set, policy, epochs and seed;
        `begun` is then the number of the next epoch."""
        check_state(state, self._own())
        self.ledger.load_state_dict(deepcopy(state["ledger"]))
        self.begun, self.on, self._pool = state["epoch"], None, None
