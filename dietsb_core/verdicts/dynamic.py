"""The claims of Raju, Daruwalla and Lipasti 2021, and what pruning costs in all."""

from __future__ import annotations

import numpy as np

from dietsb_core.report import Results
from dietsb_core.statistics import Interval, Verdict, interval
from dietsb_core.tradeoff import is_control
from dietsb_core.usage import shares
from dietsb_core.verdicts.common import MARGIN, better, label, lossless

HIGH, HALF = 0.1, 0.5  # kept: "high rates" are 90 % pruned


def second_source(results: Results, judged: list[dict], margin: float = MARGIN) -> list[Verdict]:
    """Its claims in one list. `judged` are rows of tradeoff.judged."""
    return [*scoring_costs(judged), *fresh_beats_static(results), *sometimes(results), *bandits(results),
            *ten_times(results, margin)]


def scoring_costs(judged: list[dict]) -> list[Verdict]:
    """Scoring before training costs more than it saves: with it, full training of the same cost does better."""
    return [Verdict(f"Scoring before training costs more than it saves: {label((row['policy'], row['keep']))}",
                    f"full training at the same total cost ({row['total']:.2f}), less it:",
                    minus(row["less_equal_cost"]), 0.0, "points")
            for row in judged if row["policy"] in ("el2n", "forgetting", "grand_last") and row["keep"] == HALF]


def minus(value: Interval) -> Interval:
    return Interval(-value.mean, -value.high, -value.low, value.n)


def fresh_beats_static(results: Results) -> list[Verdict]:
    """A fresh random subset beats the static scores at high rates."""
    return [better(results, ("dynamic_random", HIGH), (static, HIGH),
                   f"A fresh random subset beats static {label((static, 1.0))} at 90 %")
            for static in ("el2n", "forgetting", "random_prune")]


def sometimes(results: Results) -> list[Verdict]:
    """`Sometimes` examples explain it: most examples are in some of the subsets that a score picks, not in all."""
    found = [shares(record)["sometimes"] for record in results.get(("ucb", HALF), {}).values()]
    return [Verdict("Most examples are \"sometimes\" examples, in and out of what a score picks",
                    "share of them, UCB at 50 %:", interval(found), 0.5, "%")]


def bandits(results: Results) -> list[Verdict]:
    """ε-greedy and UCB do better still than a random subset."""
    return [better(results, (bandit, keep), ("dynamic_random", keep),
                   f"{label((bandit, 1.0))} beats a fresh random subset at {100 * (1 - keep):g} %")
            for keep in (HALF, HIGH) for bandit in ("epsilon_greedy", "ucb")]


def ten_times(results: Results, margin: float = MARGIN) -> list[Verdict]:
    """Training gets up to ten times shorter: at 90 % pruned, with no loss."""
    return [lossless(results, (policy, HIGH), f"Ten times shorter, without loss: {label((policy, 1.0))}", margin)
            for policy in ("dynamic_random", "epsilon_greedy", "ucb")]


def wins(judged: list[dict]) -> list[dict]:
    """The rows that beat full training of the same total cost, with both intervals clear, and cost less than it."""
    return [row for row in judged if not is_control(row) and row["against_front"] == "above"]


def answer(judged: list[dict]) -> str:
    """The poster's question, the best way to train quickly, answered from total cost."""
    rows = [row for row in judged if not is_control(row)]
    outside = sum(row["against_front"] in ("outside", "unknown") for row in rows)
    won = [f"{label((row['policy'], row['keep']))} ({row['total']:.2f} of the cost, "
           f"{100 * row['less_equal_cost'].mean:+.1f} points)" for row in wins(judged)]
    said = (f"Of {len(rows) - outside} methods and rates that have controls, {len(won)} beat full training of the same "
            "total cost")
    if won:
        said += f": {'; '.join(won)}."
    elif outside < len(rows):
        said += ": a shorter schedule on all data is the quickest way shown."
    else:
        said = "Which way is quickest cannot be said yet."
    return said + (f" Of {outside} nothing can be said: no control costs as little, or as much, or one seed gives no "
                   "interval." if outside else "")


def turning(differences: dict[str, dict[int, list[float]]]) -> list[Verdict]:
    """Whether a method beats full training of the same cost, a verdict a length of training."""
    return [Verdict(f"{label((policy, HALF))} beats full training of the same cost in {length} epochs",
                    "accuracy less the control's:", interval(np.array(values)), 0.0, "points")
            for policy, lengths in differences.items() for length, values in lengths.items()]


def claim7(results: Results, margin: float = MARGIN) -> list[Verdict]:
    """The poster's claim 7: CIFAR-10 with ResNet-20 behaves as CIFAR-100 does, each of its statements again."""
    sb, rb, el2n = ("selective_backprop", 0.5), ("random_backprop", 0.25), ("el2n", 0.75)
    return [better(results, sb, el2n, "7. EL2N (25 %) hurts accuracy more than SB (50 %) here too"),
            lossless(results, sb, "7. SB costs little accuracy here too", margin),
            lossless(results, rb, "7. Random-Backprop drops 75 % without loss here too", margin),
            lossless(results, ("diet_sb", 0.5), "7. Diet-SB loses no accuracy at 50 % here too", margin)]
