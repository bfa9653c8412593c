"""The claims of Raju, Daruwalla and Lipasti 2021."""

from __future__ import annotations

from dataclasses import replace

from dietsb_core.evidence.row import Results
from dietsb_core.evidence.scale import RAJU
from dietsb_core.evidence.statistics import Verdict, interval
from dietsb_core.evidence.tradeoff import WORDS, Judged
from dietsb_core.evidence.usage import settled, shares
from dietsb_core.evidence.verdicts.common import MARGIN, Untested, better, label, lossless
from dietsb_core.evidence.verdicts.total_cost import HALF, HIGH, scoring_costs

DRAWS = 3  # sets that it takes at least: of two draws of one half, half of the examples are in just one by chance


def second_source(results: Results, passed: Results, priced: dict[str, list[Judged]], given: list[Judged],
                  margin: float = MARGIN) -> list[Verdict]:
    """Its claims in one list. `passed` are the bandits' records by losses of a full pass, `priced` the rows of
    tradeoff.priced, `given` the same with scores not charged."""
    return [*scoring_costs(priced["flops"], given), *fresh_beats_static(results), *sometimes(results),
            *bandits(results), *by_pass(results, passed), *ten_times(results, priced, margin)]


def by_score(results: Results, method: tuple[str, float]) -> tuple[int, int]:
    """(epochs in which a method went by its score, all its epochs), of the seed where the former are fewest. A
    running loss first has to see every example, so at high rates it may never come to choose."""
    return min(((sum(settled(record)), len(record.rows)) for record in results.get(method, {}).values()),
               default=(0, 0))


def withheld(verdict: Verdict, epochs: tuple[int, int], least: int = 0) -> Verdict:
    """`verdict`, but not testable where less than half of a method's epochs, or than `least`, went by its score.
    epochs: those that did, and all."""
    went, of = epochs
    takes = max(-(-of // 2), least if of else 0)
    if went >= takes:
        return verdict
    why = f"not testable: {went} of {of} epochs went by its score (it takes {takes})"
    return Untested(verdict.claim, why, interval([]), verdict.threshold, verdict.unit, source=verdict.source)


def fresh_beats_static(results: Results) -> list[Verdict]:
    """A fresh random subset beats the static scores at high rates."""
    names = {"el2n": "static EL2N", "forgetting": "static forgetting", "random_prune": "a static random one"}
    return [better(results, ("dynamic_random", HIGH), (static, HIGH), f"A fresh random subset beats {name} at 90 %",
                   RAJU if static != "random_prune" else None) for static, name in names.items()]


def sometimes(results: Results) -> list[Verdict]:
    """`Sometimes` examples explain it: most examples are in some of the subsets that a score picks and not in all.
    Random draws make even more such examples, so a second verdict asks whether the score made fewer."""
    method = ("ucb", HALF)
    went, of = by_score(results, method)
    found = {seed: shares(record)["sometimes"] for seed, record in results.get(method, {}).items()}
    chance = {seed: by_chance(HALF, sum(settled(results[method][seed]))) for seed in found}
    less = [chance[seed] - share for seed, share in found.items()]
    epochs = f", over the {went} of {of} epochs that went by its score" if of else ""
    tossed = f" (coin tosses make {100 * min(chance.values()):.1f} %)" if chance else ""
    return [withheld(verdict, (went, of), DRAWS) for verdict in (
        Verdict("Most examples are \"sometimes\" examples, in and out of what a score picks",
                f"share of them, UCB at 50 %{epochs}{tossed}:", interval(list(found.values())), 0.5, "%", source=RAJU),
        Verdict("They are fewer than chance makes: the score picks some examples again and again",
                f"share of them in as many independent random halves, minus it{epochs}:", interval(less), 0.0, "%"))]


def by_chance(keep: float, sets: int) -> float:
    """Expected share of the examples that are in some of so many independent random subsets, neither all nor none."""
    return 1 - keep**sets - (1 - keep)**sets


def bandits(results: Results) -> list[Verdict]:
    """ε-greedy and UCB do better still than a random subset."""
    return [withheld(better(results, (bandit, keep), ("dynamic_random", keep),
                            f"{label((bandit, 1.0))} beats a fresh random subset at {100 * (1 - keep):g} %", RAJU),
                     by_score(results, (bandit, keep)))
            for keep in (HALF, HIGH) for bandit in ("epsilon_greedy", "ucb")]


def by_pass(results: Results, passed: Results) -> list[Verdict]:
    """The same at 90 %, by losses of a full pass over the data before each choice. No example has to be trained on
    first, and the score chooses in every epoch. The cost of the pass is not judged here."""
    fresh = "dynamic_random", HIGH
    found = dict(passed) | {fresh: results.get(fresh, {})}  # and never the bandits by losses of training
    return [better(found, (bandit, HIGH), fresh,
                   f"{label((bandit, 1.0))} by a full pass beats a fresh random subset at {100 * (1 - HIGH):g} %", RAJU)
            for bandit in ("epsilon_greedy", "ucb")]


def ten_times(results: Results, priced: dict[str, list[Judged]], margin: float = MARGIN) -> list[Verdict]:
    """Training gets up to ten times shorter: at 90 % pruned, without loss. The total cost stands beside the loss."""
    found = []
    for policy in ("dynamic_random", "epsilon_greedy", "ucb"):
        claim, method = f"Ten times shorter, without loss: {label((policy, 1.0))}", (policy, HIGH)
        loss = lossless(results, method, claim, margin, RAJU)
        cost = f"{label(method)}, {ratios(priced, method)}, minus full training:"
        found.append(withheld(replace(loss, quantity=cost), by_score(results, method)))
    return found


def ratios(priced: dict[str, list[Judged]], method: tuple[str, float]) -> str:
    """What a method costs in all, in words, in every unit that is known of it: of full training 0.10 in ..."""
    found = [f"{row.total:.2f} in {WORDS[unit]}" for unit, rows in priced.items() for row in rows
             if row.method == method]
    return f"at a total cost of {', '.join(found)} (full training: 1)" if found else "whose cost is not on record"
