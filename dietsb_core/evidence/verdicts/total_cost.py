"""What pruning costs in all: whether it beats full training for the same cost."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from dietsb_core.evidence.row import Row
from dietsb_core.evidence.scale import RAJU, Scale
from dietsb_core.evidence.statistics import MARGIN, Interval, Verdict
from dietsb_core.evidence.tradeoff import WORDS, Front, Judged, advantage, doubtful
from dietsb_core.evidence.verdicts.common import corrected, label
from dietsb_core.policies import policy
from dietsb_core.policies.static import ScorePrune

HIGH, HALF = 0.1, 0.5  # kept: "high rates" are 90 % pruned


def scoring_costs(judged: list[Judged], given: list[Judged] = ()) -> list[Verdict]:
    """Scoring before training costs more than it saves: two verdicts for each policy that prunes by a score alone. Of
    cost: what scoring and training cost in all, beside full training. Of accuracy: what full training of the same cost
    reaches, beside it; there also stands how the row compares with its score `given` (see tradeoff.uncharged). A subset
    that is worse even then saves nothing that a score could use up."""
    free = {row.method: f" (were the score free: {signed(minus(row.gain_at_equal_cost))})" for row in given
            if row.gain_at_equal_cost.n}
    rows = [row for row in judged if row.keep in (HALF, HIGH) and isinstance(policy(*row.method), ScorePrune)]
    return [*map(dearer, rows), *(worse(row, free.get(row.method, "")) for row in rows)]


def dearer(row: Judged) -> Verdict:
    """Whether a row costs more than full training. Operations are counted, and do not scatter."""
    extra = row.total - 1
    return Verdict(f"Scoring before training costs more than it saves: {label(row.method)}",
                   f"in {WORDS[row.unit]}, training {row.training:.2f} and scoring {row.scoring:.2f} of full training, "
                   "minus full training:", Interval(extra, extra, extra, len(row.seeds)), 0.0, "%", source=RAJU)


def worse(row: Judged, free: str) -> Verdict:
    """Whether full training of the same total cost is more accurate than a row."""
    return Verdict(f"At the same total cost full training is more accurate: {label(row.method)}",
                   f"full training at the same total cost ({row.total:.2f}), minus it{allowed(row)}{free}:",
                   minus(advantage(row)), 0.0, "points", MARGIN)


def signed(value: Interval) -> str:
    """A difference in points, with its interval."""
    return f"{100 * value.mean:+.1f} [{100 * value.low:+.1f}, {100 * value.high:+.1f}]"


def turning(judged: list[Judged]) -> list[Verdict]:
    """Whether a method beats full training of the same cost, one verdict for each length of training. The claim says
    where the score is not charged (see tradeoff.uncharged)."""
    rows = sorted((row for row in judged if not row.is_control and row.gain_at_equal_cost.n),
                  key=lambda row: (row.policy, row.epochs))
    return [Verdict(f"{label(row.method)}{', its score given,' if row.given else ''} beats "
                    f"full training of the same cost in {row.epochs} epochs",
                    f"accuracy minus the control's{allowed(row)}:", advantage(row), 0.0, "points", MARGIN,
                    scale=Scale(row.data, row.model, row.epochs)) for row in rows]


def turns(judged: list[Judged]) -> dict[str, str]:
    """{method: from how many epochs on it beats full training of the same cost, in words}. It must win at that
    length and at every longer one, and not at the next shorter one."""
    rows = sorted((row for row in judged if not row.is_control and row.gain_at_equal_cost.n),
                  key=lambda row: (row.policy, row.epochs))  # as `turning` has them
    said = [verdict.word for verdict in corrected(turning(judged))]
    return {label(method): turn({row.epochs: word for row, word in zip(rows, said, strict=True)
                                 if row.method == method})
            for method in dict.fromkeys(row.method for row in judged if not row.is_control)}


def turn(words: dict[int, str]) -> str:
    """From which length on a method wins, in words, of {epochs: confirmed, refuted, equal or undecided}, ascending."""
    lengths = list(words)
    if len(lengths) < 2:
        return "no two lengths have controls on record, so nothing can turn"
    won = next((lengths[i] for i in range(len(lengths)) if {words[n] for n in lengths[i:]} == {"confirmed"}), None)
    asked = f"of {', '.join(map(str, lengths))} epochs"
    if won is not None:
        return f"at every length asked, {asked}" if won == lengths[0] else f"from {won} epochs on, {asked}"
    if set(words.values()) <= {"refuted", "equal"}:
        return f"at no length up to {lengths[-1]} epochs, {asked}"
    return f"not shown: {', '.join(f'{word} at {n}' for n, word in words.items())} epochs"


def allowed(row: Judged) -> str:
    """What `advantage` allows for, in words; nothing where a control is at the very cost."""
    if row.interpolation_error is None:
        return " (with too few controls to tell how well one between two is known)" if row.gain_at_equal_cost.n else ""
    errors = zip(row.interpolation_error, ("too low", "too high"), strict=True)
    ways = [f"{100 * gap:.1f} points {way}" for gap, way in errors if gap]
    return f" (between two controls, which may put it {' or '.join(ways)}: allowed for)" if ways else ""


def minus(value: Interval) -> Interval:
    return replace(value, mean=-value.mean, low=-value.high, high=-value.low)


def wins(judged: list[Judged]) -> list[Judged]:
    """The rows that are above full training of the same total cost, the cheapest first. The cheapest may still cost
    more than the full training that is the unit."""
    return sorted((row for row in judged if not row.is_control and row.against_front == "above"),
                  key=lambda row: row.total)


def answer(judged: list[Judged]) -> str:
    """The poster's question, the best way to train quickly, answered from total cost."""
    rows = [row for row in judged if not row.is_control]
    count = Counter(row.against_front for row in rows)
    silent = count["outside"] + count["unknown"]
    known = len(rows) - silent
    said = compared(judged, known, count) if known else "Which way is quickest cannot be said yet."
    if doubts := sum(map(doubtful, rows)):
        said += (f" {doubts} of the undecided would be decided if the line between two controls were exact.")
    return said + (f" Of {silent} nothing can be said: no control costs as little, or as much, or one seed gives no "
                   "interval." if silent else "")


def compared(judged: list[Judged], known: int, count: Counter[str]) -> str:
    """Which methods beat full training, and for how many this cannot be said. `known` have controls; `count` has how
    many are above, below, equal and undecided."""
    won, unit = wins(judged), WORDS[judged[0].unit]
    rest = (f"{count['below']} {'is' if count['below'] == 1 else 'are'} below it, {count['equal']} equal to it within "
            f"{100 * MARGIN:g} point, and {count['undecided']} undecided")
    if not won:
        return (f"In {unit}, no method is shown to beat full training of the same total cost: of {known} methods and "
                f"rates that have controls {rest}.")
    cheapest = f"{won[0].total:.2f} of full training of {won[0].unit_epochs} epochs"
    return (f"In {unit}, of {known} methods and rates that have controls, {len(won)} "
            f"{'beats' if len(won) == 1 else 'beat'} full training of the same total cost; {rest}. "
            f"Above it: {'; '.join(map(win, won))}. The cheapest of these costs {cheapest}, "
            f"{'less' if won[0].total < 1 else 'no less'} than it.")


def win(row: Judged) -> str:
    """One method that beats full training, in words."""
    return f"{label(row.method)} ({row.total:.2f} of the cost, {100 * row.gain_at_equal_cost.mean:+.1f} points)"


def interpolation(judged: list[Judged]) -> str:
    """How well the controls predict one another, in a sentence: each inner control is left out and predicted by its
    neighbours."""
    gaps = Front(judged).left_out()
    if not gaps:
        return ("No control lies between two others, so how far off the line between two controls is cannot be "
                "checked: no win between them is confirmed.")
    found = ", ".join(f"{row.epochs} epochs{of_batch(row, judged)} {100 * gap.mean:+.1f}"
                      f"{' (one seed)' if gap.n == 1 else ''}" for row, gap in gaps)
    return (f"Full training, minus what its shorter and its longer neighbour predict, in points: {found}. Above zero "
            "the line between two controls is too low there, which favours the methods, and below zero too high. Where "
            "no control is at the very cost of a method, the gaps of the two next to it are allowed for.")


def of_batch(row: Row, rows: list[Judged]) -> str:
    """The batch of a row in words, where not all controls have one batch."""
    return f", batch {row.batch}," if len({one.batch for one in rows if one.is_control}) > 1 else ""
