"""From a preset, a method and a rate to runs."""

from __future__ import annotations

from dataclasses import replace

from dietsb_core.presets import Preset
from dietsb_core.recipe import Recipe
from dietsb_core.runs import Run

Method = tuple[str, float]  # policy and kept fraction

# The score by which each policy prunes, and the policies that have a batch rule and a start.
SCORED = {"el2n": "el2n", "el2n_balanced": "el2n", "diet_sb": "el2n", "diet_random": "el2n", "diet_dynamic": "el2n",
          "grand": "grand", "grand_last": "grand_last", "forgetting": "forgetting", "forgetting_sb": "forgetting"}
RULED = ("random_backprop", "selective_backprop", "stale_selective_backprop", "diet_sb", "diet_random",
         "forgetting_sb")


def members(p: Preset, model: str = "", score: str = "") -> tuple[Run, ...]:
    """The runs that score for `p`: trainings of `model`, from seeds that no compared run has. Short ones, but for
    forgetting, which one whole training counts."""
    model = model or p.model
    recipe = p.recipe_of(model)
    if score == "forgetting":
        return (Run(p.data, model, recipe, seed=1000, score=score),)
    first = Run(p.data, model, recipe, seed=1000, stop=p.score_epoch, score=score or p.score)
    return tuple(replace(first, seed=1000 + i) for i in range(p.members))


def scorers(p: Preset, policy: str) -> tuple[Run, ...]:
    """The runs that score for `policy`; none where it needs no score."""
    score = SCORED.get(policy, "")
    return members(p, score="" if score == "el2n" else score) if score else ()


def lasting(recipe: Recipe, epochs: int) -> Recipe:
    """The same recipe, its whole schedule in so many epochs."""
    stem = recipe.name.removesuffix(f"-{recipe.epochs}")
    return recipe if epochs == recipe.epochs else replace(recipe, epochs=epochs, name=f"{stem}-{epochs}")


def run(p: Preset, policy: str, keep: float, seed: int, epochs: int = 0, **options: float | str) -> Run:
    """One compared run of a preset, of another length if `epochs` says so. Scores are those of the preset's own
    length: made once and reused."""
    if policy in RULED:
        ruled = (("rule", p.rule, "shrink"), ("start", p.start, 0.0))
        options |= {name: value for name, value, default in ruled if value != default}
    return Run(p.data, p.model, lasting(p.recipe, epochs or p.recipe.epochs), seed, policy, keep,
               tuple(sorted(options.items())), scored_by=scorers(p, policy))


def compare(p: Preset, methods: tuple[Method, ...], epochs: int = 0) -> list[Run]:
    """Every method with every seed; one seed of all of them first, so that a comparison stands early."""
    return [run(p, policy, keep, seed, epochs) for seed in p.seeds for policy, keep in methods]
