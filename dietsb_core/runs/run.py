"""A run is a value. Its canonical form names its folder, so that a finished run is never lost or repeated."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass

from dietsb_core import policies, scores
from dietsb_core.errors import UserError
from dietsb_core.policy import Chain, Policy
from dietsb_core.recipe import Recipe
from dietsb_core.scores import Score


@dataclass(frozen=True)
class Run:
    """One network trained once. `stop` (0: none) ends it early, after so many of the recipe's epochs.

    `score` names a score of every training example that is computed at the end and kept in the ledger.
    `scored_by` are the runs whose score, averaged, the policy prunes by: an EL2N ensemble is a tuple of runs.
    `curve`: whether the test set is passed after every epoch; if not, after the last alone.
    """

    data: str
    model: str
    recipe: Recipe
    seed: int
    policy: str = "full"
    keep: float = 1.0
    options: tuple[tuple[str, float | str | bool], ...] = ()
    stop: int = 0
    score: str = ""
    scored_by: tuple[Run, ...] = ()
    curve: bool = True

    def build(self) -> Policy:
        """The policy itself; raises UserError where its values are not allowed."""
        if not 0 <= self.stop <= self.recipe.epochs:
            raise UserError(f"stop={self.stop!r}: recipe {self.recipe.name!r} has {self.recipe.epochs} epochs: stop "
                            "after 1 or more of them, or at 0, which is after the last")
        policy = policies.policy(self.policy, self.keep, **dict(self.options))
        policy.check(self.epochs)
        policy.shape(self.recipe.batch, self.recipe.epochs - 1, self.recipe.epochs)  # refuses a batch too small
        for member in self.scored_by:
            if not (member.makes and member.makes.serves(policy.needs)):
                asked = " and ".join(policy.needs) or "no score"
                raise UserError(f"policy {self.policy!r} prunes by {asked}, but a run in scored_by makes "
                                f"{member.score or 'none'}: give runs that make it, by score=...")
        return Chain(policy, self.makes.counter) if self.makes and self.makes.counter else policy

    @property
    def makes(self) -> Score | None:
        """The score that it makes at its end, if any; raises UserError where there is none of that name."""
        return scores.score(self.score) if self.score else None

    @property
    def epochs(self) -> int:
        """Epochs that are trained."""
        return self.stop or self.recipe.epochs

    @property
    def title(self) -> str:
        """What is trained, for a line of progress."""
        return f"{self.data} {self.model} {self.score or self.policy} keep {self.keep:g} seed {self.seed}"

    @property
    def name(self) -> str:
        """The record's folder: readable, and unique by a hash of the canonical form."""
        text = json.dumps(canonical(self), sort_keys=True)
        digest = hashlib.blake2b(text.encode(), digest_size=6).hexdigest()
        what = self.score or self.policy
        return f"{self.data}-{self.model}-{what}-{self.keep:g}-s{self.seed}-{digest}"


def canonical(value: object) -> object:
    """`value` as JSON knows it, without fields at their defaults: a field added later renames no record."""
    if dataclasses.is_dataclass(value):
        fields = ((f.name, getattr(value, f.name), f.default) for f in dataclasses.fields(value))
        return {name: canonical(v) for name, v, default in fields if v != default}
    return [canonical(v) for v in value] if isinstance(value, tuple) else value


def expand(runs: list[Run]) -> list[Run]:
    """`runs` once each, every one after the runs that score for it."""
    ordered: dict[Run, None] = {}
    for run in runs:
        for needed in (*expand(list(run.scored_by)), run):
            ordered.setdefault(needed)
    return list(ordered)
