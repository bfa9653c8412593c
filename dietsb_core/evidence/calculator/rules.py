"""What each method costs an epoch, as coefficients of the kept fraction."""

from __future__ import annotations

import inspect
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from dietsb_core import policies, scores
from dietsb_core.evidence.verdicts import NAMES
from dietsb_core.policy import Policy
from dietsb_core.runs.grids.regimes import COMPOSER, POSTER
from dietsb_core.runs.records import Record
from dietsb_core.runs.run import Run

Line = tuple[float, float]           # (a, b) is a + b·keep
Point = tuple[float, float, float]   # kept fraction, share trained on, selection's forward passes per example

# What the calculator offers: every policy with its default options, and the options that the book compares besides.
VARIANTS: dict[str, tuple[str, dict[str, float | int | str]]] = {name: (name, {}) for name in policies.POLICIES} | {
    "selective_backprop_half": ("selective_backprop", POSTER),
    "selective_backprop_composer": ("selective_backprop", COMPOSER),
    "epsilon_greedy_pass": ("epsilon_greedy", {"source": "pass"}), "ucb_pass": ("ucb", {"source": "pass"})}
WORDS = {"selective_backprop_half": "from half-time", "selective_backprop_composer": "by Composer's rule",
         "epsilon_greedy_pass": "by a pass over all", "ucb_pass": "by a pass over all"}
WITHIN = ("static", "ratio", "within")  # options of which a method can keep no more
BY_LOSS = ("infobatch", "early_stopping", "seta")  # how many these leave out depends on the losses
WHOLE = {"cdf_selective_backprop": 1}  # first epochs without selection, whatever their number


@dataclass(frozen=True)
class Scoring:
    """The score that a method needs. `passes`: forward passes of each example once a network is trained. `whole`: one
    whole training makes it; if not, several short ones do. See dietsb_core.scores.Score."""

    name: str
    passes: int
    whole: bool


@dataclass(frozen=True, kw_only=True)
class Rule:
    """The coefficients of one method. Shares are of all examples, and of full training's epoch.

    The method selects from `start` to `end` of the epochs (fractions), but not in the first `whole` epochs. An epoch
    that selects trains on `trained` of the examples. In the first of every `every` such epochs, selection passes
    `passed` of the examples forward. `floor` + g·`floor_passed` is the policy's floor. Where `points` are given, they
    are measured means over all epochs, and replace the rest.
    """

    name: str
    label: str
    rated: bool  # whether it takes a kept fraction
    below: float  # which must be less than this
    trained: Line
    passed: Line
    floor: Line
    floor_passed: Line
    start: float = 0.0
    end: float = 1.0
    every: int = 1
    whole: int = 0
    scoring: Scoring | None = None
    points: tuple[Point, ...] = ()
    where: str = ""  # what the points were measured on


def rules(found: Mapping[Run, Record]) -> list[Rule]:
    """One for each of VARIANTS, with what the records `found` say of those whose cost depends on the losses."""
    return [measured(rule(name), found) if name in BY_LOSS else rule(name) for name in VARIANTS]


def rule(name: str) -> Rule:
    """The coefficients of a variant, from two kept fractions: a policy's floor is linear in the fraction and in g."""
    policy, options = VARIANTS[name]
    known = policies.parameters(policy) | options
    rated = known.get("keep") is inspect.Parameter.empty
    below = min([1.0, *(known[option] for option in WITHIN if option in known)])
    always = {option: value for option, value in options.items() if option not in ("start", "end")}
    two = (below / 4, below / 2) if rated else (1.0, 1.0)
    run, selecting = ([(keep, policies.policy(policy, keep, **chosen)) for keep in two] for chosen in (options, always))
    every = known.get("refresh") or known.get("period") or 1
    passed = tuple(every * value for value in through(selecting, passing))
    needs = run[0][1].needs
    return Rule(name=name, label=", ".join(filter(None, (NAMES[policy], WORDS.get(name)))), rated=rated, below=below,
                trained=through(selecting, training), passed=passed, floor=through(run, training),
                floor_passed=through(run, passing), start=options.get("start", 0.0), end=options.get("end", 1.0),
                every=every, whole=WHOLE.get(policy, 0), scoring=scoring(needs[0]) if needs else None)


def training(policy: Policy) -> float:
    """What an epoch trains on: its floor, if forward passes were free."""
    return policy.floor(0.0)


def passing(policy: Policy) -> float:
    """Selection's forward passes per example: how much the floor grows with g."""
    return policy.floor(1.0) - policy.floor(0.0)


def through(two: list[tuple[float, Policy]], value: object) -> Line:
    """The line through a value of a policy at two kept fractions; level where they are one."""
    (x0, y0), (x1, y1) = ((keep, value(policy)) for keep, policy in two)
    slope = round((y1 - y0) / (x1 - x0), 9) if x1 != x0 else 0.0
    return round(y0 - slope * x0, 9) + 0.0, slope


def scoring(name: str) -> Scoring:
    score = scores.score(name)
    return Scoring(score.name, score.passes, score.whole)


def measured(one: Rule, found: Mapping[Run, Record]) -> Rule:
    """The rule with what its method really trained on and passed, of the data and length with most runs on record; the
    same where there is none. A share is of full training's, which drops a last short batch."""
    groups: dict[tuple[str, str, int], list[tuple[Run, Record]]] = defaultdict(list)
    for run, record in found.items():
        if run.policy == one.name and {option for option, _ in run.options} <= {"threshold"} and not run.score:
            groups[run.data, run.model, run.epochs].append((run, record))
    if not groups:
        return one
    (data, model, epochs), most = max(groups.items(), key=lambda group: len(group[1]))
    keeps = sorted({run.keep for run, _ in most})
    points = tuple((keep, *np.mean([done(*each) for each in most if each[0].keep == keep], axis=0).round(6).tolist())
                   for keep in keeps)
    return replace(one, points=points, where=f"{data}, {model}, {epochs} epochs")


def done(run: Run, record: Record) -> tuple[float, float]:
    """(share trained on, selection's forward passes per example), means over the epochs of one run."""
    batch, trained = run.recipe.batch, record.total("backprops")
    whole = record.info["examples"] // batch * batch * run.epochs
    return trained / whole, (record.total("forwards") - trained) / whole
