"""From a preset, a method and a rate to runs."""

from __future__ import annotations

from dataclasses import replace

from dietsb_core import policies, scores
from dietsb_core.recipe import Recipe
from dietsb_core.runs.presets import Preset
from dietsb_core.runs.run import Run

Method = tuple[str, float]  # policy and kept fraction
RATES = (0.5, 0.25, 0.1)    # kept; 50, 75 and 90 % pruned

# The poster's methods. Its panels draw their accuracy over epochs; every other page asks for where training ends.
PANEL_A: tuple[Method, ...] = (("full", 1.0), *(("random_backprop", keep) for keep in RATES),
                               *(("selective_backprop", keep) for keep in RATES))
PANEL_B: tuple[Method, ...] = (("full", 1.0), ("el2n", 0.75), ("random_prune", 0.75), ("selective_backprop", 0.5),
                               ("diet_sb", 0.5), ("diet_sb", 0.375), ("diet_random", 0.5), ("diet_random", 0.375))


def members(p: Preset, model: str = "", score: str = "") -> tuple[Run, ...]:
    """The runs that score for `p`: trainings of `model`, from seeds that no compared run has. Short ones, or one whole
    training where the score is of that."""
    model, score = model or p.model, score or p.score
    one = Run(p.data, model, p.recipe_of(model), seed=1000, score=score)
    if scores.score(score).whole:
        return (one,)
    one = replace(one, recipe=lasting(one.recipe, p.score_epoch)) if p.annealed else replace(one, stop=p.score_epoch)
    return tuple(replace(one, seed=1000 + i) for i in range(p.members))


def scorers(p: Preset, needs: tuple[str, ...]) -> tuple[Run, ...]:
    """The runs that make the scores that a policy `needs`, in the preset's own form of one where it has one."""
    return tuple(one for name in needs
                 for one in members(p, score=p.score if scores.score(p.score).serves((name,)) else name))


def lasting(recipe: Recipe, epochs: int) -> Recipe:
    """The same recipe, its whole schedule in so many epochs."""
    stem = recipe.name.removesuffix(f"-{recipe.epochs}")
    return recipe if epochs == recipe.epochs else replace(recipe, epochs=epochs, name=f"{stem}-{epochs}")


def run(p: Preset, policy: str, keep: float, seed: int, epochs: int = 0, **options: float | str) -> Run:
    """One compared run of a preset, of another length if `epochs` says so. Scores are those of the preset's own
    length: made once and reused."""
    needs, takes = policies.policy(policy, keep, **options).needs, policies.parameters(policy)
    options |= {name: value for name, value in (("rule", p.rule), ("start", p.start))
                if name in takes and value != takes[name]}
    recipe = lasting(p.recipe, epochs or p.recipe.epochs)
    return Run(p.data, p.model, recipe, seed, policy, keep, tuple(sorted(options.items())),
               scored_by=scorers(p, needs), curve=policy == "full" or drawn(p, policy, keep, recipe))


def setting(policy: str, name: str, value: float) -> dict[str, float]:
    """The option that gives a constant of `policy` this value; none at its default, which is the plain run."""
    return {} if value == policies.parameters(policy)[name] else {name: value}


def drawn(p: Preset, policy: str, keep: float, recipe: Recipe) -> bool:
    """Whether a panel draws the accuracy over epochs. To pass the test set after every epoch costs as much as a
    fifth of the training where most of it is pruned."""
    return p.drawn and recipe == p.recipe and (policy, keep) in {*PANEL_A, *PANEL_B}


def compare(p: Preset, methods: tuple[Method, ...], epochs: int = 0) -> list[Run]:
    """Every method with every seed; one seed of all of them first, so that a comparison stands early."""
    return [run(p, policy, keep, seed, epochs) for seed in p.seeds for policy, keep in methods]
