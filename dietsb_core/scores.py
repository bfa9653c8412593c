"""Static scores: a number for each example, [N]; large means hard. `SCORES` lists what a run can make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional as F

from dietsb_core.errors import UserError
from dietsb_core.gradients import grand, grand_last
from dietsb_core.policies.forgetting import CountForgetting
from dietsb_core.policy import Policy

# What a score's function is given, and of which pass over the training set:
# "outputs": logits [m, classes] and labels [m], in eval mode, without augmentation;
# "outputs in training": the same in train mode, with augmentation;
# "network": the model in eval mode, images [m, 3, H, W] without augmentation, and labels;
# "gradients": the same, few examples at a time, since the function holds a gradient of all parameters for each;
# "counts": the ledger's columns [N], which `counter` kept while the network trained, and the epochs of the recipe.
Kind = Literal["outputs", "outputs in training", "network", "gradients", "counts"]


@dataclass(frozen=True)
class Score:
    """A score by the function `of`, which returns [m] (of counts, [N]) and is given what its `kind` says.

    `passes` is what the score costs once the network is trained: forward passes of each example, where a backward pass
    counts as two. `form_of`: the score that it can replace where a policy needs that one. `counter`: a policy that a
    run must train with to make the score. `whole`: one training through all epochs of the recipe makes it; if not,
    several networks of the first epochs do.
    """

    name: str
    of: Callable[..., Tensor]
    kind: Kind = "outputs"
    passes: int = 1
    form_of: str | None = None
    counter: Policy | None = None
    whole: bool = False

    def serves(self, needs: tuple[str, ...]) -> bool:
        """Whether it is, or can stand in for, one of the scores that a policy needs."""
        return self.name in needs or self.form_of in needs


def el2n(logits: Tensor, labels: Tensor) -> Tensor:
    """EL2N: ‖softmax(f(x)) − onehot(y)‖₂ (Paul et al. 2021, Definition 2.2), for one network. In [0, √2]."""
    error = logits.softmax(dim=1) - F.one_hot(labels, logits.shape[1]).to(logits.dtype)
    return error.norm(dim=1)


def cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """Cross-entropy in nats, without label smoothing."""
    return F.cross_entropy(logits, labels, reduction="none")


def margin(logits: Tensor, labels: Tensor) -> Tensor:
    """Largest probability of another class minus that of the right one. In [−1, 1]; above 0 is an error."""
    probability = logits.softmax(dim=1)
    right = probability.gather(1, labels[:, None]).squeeze(1)
    other = probability.scatter(1, labels[:, None], -1.0).max(dim=1).values
    return other - right


def entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """Entropy of the predicted distribution, in nats. It does not look at the labels."""
    return torch.special.entr(logits.softmax(dim=1)).sum(dim=1)


def forgetting(counts: Mapping[str, Tensor], epochs: int, never: str = "hardest") -> Tensor:
    """Forgetting events of each example [N] (Toneva et al. 2019), from the columns `forgotten` and `learned` that
    `CountForgetting` kept in a training of `epochs`.

    `never` says what an example is that was never right, whose count is 0 too: "hardest", as Toneva has it, above
    every count there can be; or "easiest", as several re-implementations have it, which prunes it first.
    """
    if never not in NEVER:
        raise UserError(f"never={never!r}: an example that was never learned ranks one of {', '.join(NEVER)}")
    return torch.where(counts["learned"], counts["forgotten"], epochs if never == "hardest" else 0)


NEVER = ("hardest", "easiest")

FORGETTING = Score("forgetting", forgetting, "counts", passes=0, counter=CountForgetting(), whole=True)

SCORES: dict[str, Score] = {score.name: score for score in (
    Score("el2n", el2n),
    Score("el2n_as_run", el2n, "outputs in training", form_of="el2n"),  # as the poster's authors computed it
    Score("cross_entropy", cross_entropy),
    Score("margin", margin),
    Score("entropy", entropy),
    Score("grand", grand, "gradients", passes=3),
    Score("grand_last", grand_last, "network"),
    FORGETTING,
    replace(FORGETTING, name="forgetting_never_easiest", of=partial(forgetting, never="easiest"), form_of="forgetting"),
)}


def score(name: str) -> Score:
    """The score called `name`."""
    if name not in SCORES:
        raise UserError(f"no score {name!r}; there are: {', '.join(SCORES)}")
    return SCORES[name]
