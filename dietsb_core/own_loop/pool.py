"""Which rows a DataLoader reads: your data with ids, and your order without the rows that an epoch prunes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from operator import index
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import Dataset, IterableDataset, Sampler, SubsetRandomSampler

from dietsb_core.errors import UserError
from dietsb_core.examples import examples
from dietsb_core.policy import Context, Policy


class WithIds(Dataset):
    """`data` with each example's id before it: (x, y) becomes (id, x, y), and anything but a tuple or list, such as a
    dict, (id, item). The id is the row of `data`; a default collate makes int64 [m] of a batch of them."""

    def __init__(self, data: Dataset):
        if isinstance(data, IterableDataset) or not hasattr(data, "__len__"):
            raise UserError("a data set without rows cannot be pruned: give one with __getitem__ and __len__")
        self.data = data

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, row: int) -> tuple[Any, ...]:
        item = self.data[row]
        return (int(row), *item) if isinstance(item, (tuple, list)) else (int(row), item)


@dataclass(frozen=True)
class Pool:
    """What an epoch may use. kept: bool [N], on the host, as samplers are; weight: float [N], where a loss has one."""

    epoch: int
    kept: Tensor
    weight: Tensor | None


def pruned(policy: Policy, rows: Tensor, ctx: Context) -> Pool:
    """What `policy` leaves of `rows` (int64 [n]) for the epoch of `ctx`."""
    loss = ctx.ledger["loss"]
    pool = policy.prune(examples(rows.to(loss.device)), ctx)
    kept, weight = torch.zeros(len(loss), dtype=torch.bool), None
    kept[pool.ids.cpu()] = True
    if pool.weight is not None:
        weight = torch.ones_like(loss)
        weight[pool.ids] = pool.weight.to(weight.dtype)
    return Pool(ctx.epoch, kept, weight)


def shuffled(rows: Tensor, size: int, rng: torch.Generator) -> list[int]:
    """The engine's order: ONE permutation of all `size` rows, of which `rows` (int64 [n]) are left."""
    order = torch.randperm(size, generator=rng, device=rng.device).cpu()
    return order[torch.isin(order, rows)].tolist()


class PoolSampler(Sampler[int]):
    """`order`, without the rows that are not in the epoch's pool; what stays keeps its place.

    It filters in the main process, when a DataLoader begins an epoch, so workers may stay. An epoch's order is drawn
    once, from `order` alone: asking for the length changes nothing.
    """

    def __init__(self, order: Callable[[int], Iterable[int]], pool: Callable[[], Pool], rows: Tensor):
        self.order, self.pool, self.allowed = order, pool, rows
        self.drawn: tuple[Pool, list[int]] | None = None

    def __iter__(self) -> Iterator[int]:
        return iter(self.rows())

    def __len__(self) -> int:
        return len(self.rows())

    def rows(self) -> list[int]:
        """The rows of the epoch that is on, or, between epochs, of the next."""
        pool = self.pool()
        if self.drawn is None or self.drawn[0] is not pool:
            self.drawn = (pool, self.filtered(pool))
        return self.drawn[1]

    def filtered(self, pool: Pool) -> list[int]:
        try:
            order = torch.tensor([index(row) for row in self.order(pool.epoch)], dtype=torch.int64)
        except TypeError:
            raise UserError("the sampler gives something else than rows: give one of whole numbers, rows of the data "
                            "set, and not a batch_sampler") from None
        if not len(order):
            raise UserError(f"the sampler gives no row in epoch {pool.epoch}: give one that has an epoch's rows")
        strange = order[~torch.isin(order, self.allowed)]
        if len(strange):
            raise UserError(f"the sampler gives row {int(strange[0])}, which is none of the {len(self.allowed)} rows "
                            "that are trained on: give Selector(rows=...) all rows that a sampler may give")
        kept = order[pool.kept[order]]
        if not len(kept):
            raise UserError(f"epoch {pool.epoch} has none of the sampler's {len(order)} rows: keep more")
        return kept.tolist()


def cut(batch: Iterable[Any], chosen: Tensor) -> list[Tensor]:
    """`batch`, of tensors [m, ...], at the positions `chosen` (int64 [k])."""
    strange = next((type(part).__name__ for part in batch if not isinstance(part, Tensor)), None)
    if strange:
        raise UserError(f"a batch of tensors can be cut to what is chosen, and this one holds a {strange}: call "
                        "selector.epoch(loader, epoch) without losses, and selector.select in the loop")
    uneven = next((part for part in batch if part.shape[:1] != batch[0].shape[:1]), None)
    if uneven is not None:
        raise UserError(f"a batch of {len(batch[0])} ids holds a tensor {list(uneven.shape)}: give each part a row for "
                        "each of the ids, in collate_fn, or call selector.epoch(loader, epoch) without losses")
    return [part[chosen.to(part.device)] for part in batch]


def check_cover(sampler: Iterable[int], rows: Tensor) -> None:
    """Refuse a sampler that leaves rows out for good: they would take places in every pool, and never be seen."""
    if isinstance(sampler, SubsetRandomSampler) and len(set(map(int, sampler.indices))) < len(rows):
        raise UserError(f"this SubsetRandomSampler has {len(sampler.indices)} of the {len(rows)} rows that are pruned "
                        "among: give its indices to Selector(rows=...) too")
    if not hasattr(sampler, "__len__"):
        raise UserError("a sampler without a length may never end: give one that has an epoch's rows")
