"""The training loop. It knows examples, losses and policies, and no method by name."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from dietsb_core import membership
from dietsb_core.compiled import plain
from dietsb_core.cost import Clock
from dietsb_core.data import Dataset
from dietsb_core.errors import UserError
from dietsb_core.examples import Examples, examples
from dietsb_core.ledger import Ledger
from dietsb_core.policy import Context, Policy
from dietsb_core.recipe import Recipe
from dietsb_core.rng import generator


class Trainer:
    """One network in training. `epoch(e)` trains it for one epoch; `state_dict` is all that a resumed run needs."""

    def __init__(self, model: nn.Module, data: Dataset, policy: Policy, recipe: Recipe, seed: int, ledger: Ledger,
                 precision: str = "float32"):
        self.model, self.data, self.policy, self.recipe, self.seed, self.ledger, self.precision = (
            model, data, policy, recipe, seed, ledger, precision)
        self.device = data.train.labels.device
        self.clock = Clock(self.device)
        self.autocast = partial(torch.autocast, self.device.type, torch.bfloat16, enabled=precision == "bfloat16")
        trainable = [p for p in model.parameters() if p.requires_grad]
        self.optimiser = torch.optim.SGD(trainable, lr=recipe.lr, momentum=recipe.momentum, fused=True,
                                         nesterov=recipe.nesterov, weight_decay=recipe.weight_decay)
        self.passed: tuple[Tensor, Tensor] | None = None  # ids and pixels that selection has passed forward
        self.weight: Tensor | None = None  # [N], the factor of each example's loss in this epoch
        self.forwards = self.trained = self.updates = 0  # in this epoch: examples passed forward, trained on, and steps

    def pool(self, epoch: int) -> Tensor:
        """The epoch's pool (int64 [n]) in training order: ONE permutation of the full set, filtered."""
        everything = examples(torch.arange(self.ledger.size, device=self.device))
        pool = self.policy.prune(everything, self.context(epoch))
        kept = self.mask(pool.ids)
        self.weight = None if pool.weight is None else self.ledger["loss"].new_ones(self.ledger.size)
        if self.weight is not None:
            self.weight[pool.ids] = pool.weight.to(self.weight.dtype)
        rng = generator(self.device, self.seed, epoch if self.recipe.shuffle else 0, "order")
        order = torch.randperm(self.ledger.size, generator=rng, device=self.device)
        return order[kept[order]]

    def context(self, epoch: int, step: int = -1) -> Context:
        return Context(self.ledger, self.data.train.labels, self.seed, epoch, self.recipe.epochs, step, self.forward,
                       self.survey)

    def epoch(self, epoch: int) -> dict[str, float]:
        """Train for one epoch. Returns its counts (pool, forwards, backprops, steps), its mean training loss, and
        what `membership.note` says of its set."""
        self.model.train()
        self.data.train.augment(self.seed, epoch)
        self.forwards = self.trained = self.updates = 0
        before = self.ledger["selected"].clone()
        with self.clock("prune"):
            pool = self.pool(epoch)
        self.data.train.ahead(pool)
        candidates, selected = self.policy.shape(self.recipe.batch, epoch, self.recipe.epochs)
        steps = len(pool) // candidates
        if not steps:
            raise UserError(self.too_few(candidates, len(pool)))
        self.loss_sum, queue = torch.zeros((), device=self.device), pool[:0]
        for step, ids in enumerate(pool[:steps * candidates].split(candidates)):
            self.set_rate((epoch + step / steps) / self.recipe.epochs)
            queue = self.step(examples(ids), queue, selected, self.context(epoch, step))
        whole = self.trained == steps * candidates  # nobody was selected away
        loss = float(self.loss_sum) / max(1, self.trained)
        if not math.isfinite(loss):  # else it would be recorded as a seed like any other
            raise UserError(f"training diverged: the mean loss of epoch {epoch + 1} is {loss}: take a preset or a "
                            f"recipe with a lower learning rate than lr={self.recipe.lr:g}, or a longer warm-up")
        members = self.mask(pool) if whole else self.ledger["selected"] > before
        return {"pool": len(pool), "steps": self.updates, "forwards": self.forwards, "backprops": self.trained,
                "train_loss": loss, **membership.note(self.ledger, members)}

    def too_few(self, candidates: int, pool: int) -> str:
        """The line for a pool that is smaller than a step, with what of this run can be changed."""
        enough = math.ceil(candidates * self.ledger.size / max(1, pool))
        ways = [f"take a data set of {enough} training examples or more"]
        ways += ["keep more"] * (pool < self.ledger.size)
        ways += ["take rule='shrink'"] * (candidates > self.recipe.batch)
        return (f"a step needs {candidates} candidates but the pool has {pool} examples: {', '.join(ways)}, or take a "
                f"preset or a recipe of smaller batches than {self.recipe.batch}")

    def mask(self, ids: Tensor) -> Tensor:
        """`ids` as bool [N]."""
        return torch.zeros(self.ledger.size, dtype=torch.bool, device=self.device).index_fill_(0, ids, True)

    def step(self, batch: Examples, queue: Tensor, selected: int, ctx: Context) -> Tensor:
        """Select from `batch` and train on whole batches of `selected`; the rest waits in the queue."""
        self.passed = None
        with self.clock("select"):
            chosen = self.policy.select(batch, ctx)
        with self.clock("train"):
            if len(queue) == 0 and selected <= len(chosen) <= max(selected, self.recipe.batch):
                # One step, of a batch that was left whole too. Augmented once, where selection passed the very batch
                # that positions count in.
                known = self.passed and self.passed[0] is batch.ids
                self.backprop(chosen.ids, self.passed[1][chosen.pos] if known else None)
                return queue
            queue = torch.cat([queue, chosen.ids])
            while len(queue) >= selected:
                self.backprop(queue[:selected])
                queue = queue[selected:]
            return queue

    def forward(self, batch: Examples, scale: float = 1.0) -> Tensor:
        """Losses [m] (nats) of the candidates, without gradients, in train mode as Composer has it. Charged; of images
        made smaller, to `scale` of their side, by their share of the pixels."""
        images = self.data.train.fetch(batch.ids, augmented=True)
        self.passed = batch.ids, images
        seen = images if scale == 1 else F.interpolate(images, scale_factor=scale, mode="bilinear")
        with torch.no_grad(), self.autocast():
            logits = self.model(seen)
        losses = self.losses(logits, batch.ids)[0]
        if scale != 1:
            self.forwards -= len(batch) * (1 - seen.numel() / images.numel())
        return losses

    def survey(self, pool: Examples) -> Tensor:
        """Losses [m] (nats) of any number of examples in eval mode, without augmentation. Charged."""
        self.model.eval()
        self.data.train.ahead(pool.ids)
        out = []
        for ids in pool.ids.split(4 * self.recipe.batch):
            with torch.no_grad(), self.autocast():
                logits = self.model(self.data.train.fetch(ids))
            out.append(self.losses(logits, ids)[0])
        self.model.train()
        return torch.cat(out)

    def losses(self, logits: Tensor, ids: Tensor) -> tuple[Tensor, Tensor]:
        """(cross-entropy [m] as policies see it and the ledger remembers it, the same with label smoothing [m])."""
        log_p = (logits if logits.dtype == torch.float64 else logits.float()).log_softmax(1)
        plain = -log_p.gather(1, self.data.train.labels[ids][:, None]).squeeze(1)
        self.forwards += len(ids)
        smoothing = self.recipe.label_smoothing
        return self.ledger.remember(ids, plain.detach()), (1 - smoothing) * plain - smoothing * log_p.mean(1)

    def backprop(self, ids: Tensor, images: Tensor | None = None) -> None:
        """One optimiser step on the examples `ids`."""
        if images is None:
            images = self.data.train.fetch(ids, augmented=True)
        with self.autocast():
            logits = self.model(images)
        plain, smoothed = self.losses(logits, ids)
        weighted = smoothed if self.weight is None else smoothed * self.weight[ids]
        weighted.mean().backward()
        self.optimiser.step()
        self.optimiser.zero_grad()
        if self.policy.observes():
            right = logits.argmax(1) == self.data.train.labels[ids]
            self.policy.observe(replace(examples(ids), loss=plain), right, self.ledger)
        self.ledger.count("selected", ids)
        self.trained += len(ids)
        self.updates += 1
        self.loss_sum += smoothed.detach().sum()

    def set_rate(self, progress: float) -> None:
        for group in self.optimiser.param_groups:
            group["lr"] = self.recipe.rate(progress)

    def state_dict(self) -> dict:
        return {"model": plain(self.model).state_dict(), "optimiser": self.optimiser.state_dict(),
                "ledger": self.ledger.state_dict()}

    def load_state_dict(self, state: dict) -> None:
        plain(self.model).load_state_dict(state["model"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.ledger.load_state_dict(state["ledger"])
