"""What reaches an accuracy first: the cost to each target."""

from __future__ import annotations

import altair as alt

from dietsb_book.charts.shown import Chart, data, said
from dietsb_book.charts.theme import INK, colour
from dietsb_core.evidence.quickest import Entry, Race
from dietsb_core.evidence.verdicts import NAMES, label

LEGEND = [
    ("cheapest setting of the method", INK, "circle"),
    ("another setting", "#999999", "circle"),
    ("cheapest full training", INK, "6 3"),
]


def to_targets(groups: list[list[Race]]) -> Chart:
    """The cost of each method's settings that reach a target with all seeds, the cheapest large, with the cheapest full
    training as a line. A menu chooses data set and target."""
    races = {f"{race.entries[0].run.data}: {100 * race.target:g} %": race for group in groups for race in group}
    rows = [row for name, race in races.items() for row in rows_of(name, race)]
    names = [NAMES[policy] for policy in methods(list(races.values()))]
    chosen = next((name for name, race in races.items() if race.finished), next(iter(races)))
    here = alt.Chart(data(rows)).transform_filter("datum.race == race")
    y = alt.Y("method:N", title=None, sort=names, scale=alt.Scale(domain=names), axis=alt.Axis(grid=True))
    x = alt.X("cost:Q", title="cost, epochs of full training", scale=alt.Scale(domainMin=0))
    reached = here.transform_filter("datum.cost != null")
    tint = alt.Color("colour:N", scale=None)
    line = (
        reached.transform_filter("datum.method == 'full training' && datum.best")
        .mark_rule(color=INK, strokeDash=[6, 3])
        .encode(x=x)
    )
    others = reached.transform_filter("!datum.best").mark_point(size=18, color="#999999").encode(x=x, y=y, **said())
    first = reached.transform_filter("datum.best")
    bars = first.mark_rule().encode(x=alt.X("low:Q", title=x["title"]), x2="high:Q", y=y, color=tint)
    best = first.mark_point(size=90).encode(x=x, y=y, color=tint, **said())
    missed = (
        here.transform_filter("datum.cost == null")
        .mark_text(align="right", dx=-4, opacity=0.75)
        .encode(x=alt.value("width"), y=y, text="said:N")
    )
    menu = alt.param("race", value=chosen, bind=alt.binding_select(options=list(races), name="To reach "))
    return Chart(
        alt.layer(line, others, bars, best, missed)
        .add_params(menu)
        .properties(width="container", height=26 * len(names)),
        "For each method the cost, in epochs of full training, at which its "
        "settings reach the target that the menu chooses, the cheapest one large, beside the cheapest full training as "
        "a dashed line.",
        LEGEND,
    )


def methods(races: list[Race]) -> list[str]:
    """Full training, and the methods that reach a target with any seed: the cheapest of the first target first."""
    reached = [entry for race in races for entry in (*race.best, *race.entries) if entry.costs]
    return list(dict.fromkeys(["full", *(entry.run.policy for entry in reached)]))


def rows_of(name: str, race: Race) -> list[dict[str, object]]:
    """A row a setting that reaches the target with all seeds, and one for each method without such a setting."""
    best = {entry.run.policy: entry for entry in race.best}
    out = [
        {
            "race": name,
            "method": NAMES[entry.run.policy],
            "colour": colour(entry.run.policy),
            "best": best[entry.run.policy] is entry,
            **ends(entry),
            "said": words(entry),
        }
        for entry in race.finished
    ]
    return out + [
        {"race": name, "method": NAMES[policy], "best": False, "cost": None, "said": missed(race.of(policy))}
        for policy in methods([race])
        if policy not in best
    ]


def ends(entry: Entry) -> dict[str, float]:
    """The cost of a setting, with the ends of its interval where there is one."""
    at = entry.cost
    low, high = (at.low, at.high) if at.n > 1 else (at.mean, at.mean)
    return {"cost": at.mean, "low": low, "high": high}


def words(entry: Entry) -> str:
    """A setting with its cost."""
    run, at = entry.run, entry.cost
    spread = f" ({at.low:.1f} to {at.high:.1f})" if at.n > 1 else ""
    note = "\nevaluated at its end alone: at most this cost" if entry.at_end else ""
    setting = f"{label((run.policy, run.keep))}, {run.epochs} epochs, batch {run.recipe.batch}"
    return f"{setting}\ncost {at.mean:.1f}{spread}{note}"


def missed(entries: list[Entry]) -> str:
    """What is written of a method without a setting that reaches the target with all seeds."""
    seeds, of = max(((len(entry.costs), len(entry.accuracies)) for entry in entries), default=(0, 0))
    return f"{seeds} of {of} seeds" if seeds else "not reached"
