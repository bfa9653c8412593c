"""What trains quickest: the cost at which a target is first reached, by hand, and what is said of it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from one_line import refused
from rows import a_record, shown, write

from dietsb_book import tables
from dietsb_core.__main__ import main
from dietsb_core.evidence import quickest, quickest_words
from dietsb_core.evidence.pooled import pooled
from dietsb_core.evidence.quickest import Entry, Race
from dietsb_core.runs import records
from dietsb_core.runs.grids import run
from dietsb_core.runs.presets import preset
from dietsb_core.runs.records import Record
from dietsb_core.runs.run import Run, canonical
from dietsb_core.runs.store import RECORDED, store

P = replace(preset("smoke"), seeds=(0, 1, 2))
EPOCH = (150 + 2 * 50) / 1200  # an epoch's 150 forward and 50 backward passes, over 3 for each of 400 images


def curve(*accuracies: float | None) -> Record:
    """A record of so many epochs, with a test accuracy where there was an evaluation."""
    record = a_record(epochs=len(accuracies), forwards=150, backprops=50, seconds=2.0, cpu=1.0)
    for row, accuracy in zip(record.rows, accuracies, strict=True):
        row.pop("accuracy")
        row |= {} if accuracy is None else {"accuracy": accuracy}
    return record


def put(one: Run, *accuracies: float | None) -> None:
    """`curve` in the store as the record of a run."""
    record = curve(*accuracies)
    records.write(store() / one.name, canonical(one), record.rows, record.info, {})


def entry(policy: str, costs: list[float], seeds: int = 3, seconds: float | None = 1.0, **more: object) -> Entry:
    one = replace(run(P, "full", 1.0, 0), policy=policy, **more)
    return Entry(run=one, accuracies=[0.5] * seeds, costs=costs, seconds=seconds, records=[])


@pytest.mark.parametrize(("accuracies", "epochs"), [
    ((0.3, 0.62, 0.55, 0.7), 2),     # it dips below again: reached all the same
    ((0.3, 0.6), 2),                 # exactly the target
    ((0.3, 0.59, 0.5), None),        # never
    ((None, None, 0.7), 3),          # evaluated at its end alone
    ((None, None, 0.5), None)])
def test_a_target_is_reached_at_the_first_evaluation_at_or_above_it(accuracies, epochs):
    cut = quickest.until(curve(*accuracies), 0.6)
    assert (cut and len(cut.rows)) == epochs


def test_a_cost_is_what_was_spent_until_then_over_the_seeds_that_reach_it(monkeypatch):
    monkeypatch.setitem(quickest.TARGETS, P.data, (0.5, 0.6, 0.9))
    for seed, accuracies in enumerate([(0.55, 0.7), (0.4, 0.65), (0.5, 0.58)]):
        put(run(P, "full", 1.0, seed), *accuracies)
    (low, middle, high), = quickest.races([run(P, "full", 1.0, seed) for seed in P.seeds])
    assert low.full.costs == pytest.approx([EPOCH, 2 * EPOCH, EPOCH])
    assert low.full.seconds == pytest.approx(4 / 3)  # the process's own, not the clock's
    assert middle.entries[0].costs == pytest.approx([2 * EPOCH, 2 * EPOCH]) and middle.full is None
    assert high.entries[0].costs == [] and high.entries[0].seconds is None and not high.finished


def test_a_score_is_charged_in_cost_and_seconds_and_without_its_record_nothing_is_known(monkeypatch):
    """Behind it are two networks, which train on 384 images once and pass all 400 once: an epoch takes 0.5 s and the
    pass a tenth of that."""
    monkeypatch.setitem(quickest.TARGETS, P.data, (0.6,))
    pruned = run(P, "el2n", 0.75, 0)
    put(pruned, 0.5, 0.6)
    assert quickest.races([pruned]) == []
    for scorer in pruned.scored_by:
        write(scorer)
    (race,), = quickest.races([pruned])
    assert race.entries[0].costs == pytest.approx([2 * EPOCH + 2 * (3 * 384 + 400) / 1200])
    assert race.entries[0].seconds == pytest.approx(2 * 1.0 + 2 * 0.55)


def test_settings_differ_in_rate_length_and_batch_and_data_sets_race_apart():
    full = run(P, "full", 1.0, 0)
    other = replace(full, recipe=replace(full.recipe, batch=16, name="other"))
    for one in (full, other, run(P, "full", 1.0, 0, 1), replace(full, data="elsewhere")):
        put(one, *[0.65] * one.epochs)
    groups = quickest.races([full, other, run(P, "full", 1.0, 0, 1), replace(full, data="elsewhere")])
    assert [len(race.entries) for races in groups for race in races] == [3, 3, 3, 1, 1, 1]
    assert [race.target for race in groups[1]] == list(quickest.OTHER)


def test_the_cheapest_setting_of_each_method_counts_and_of_equal_ones_the_faster():
    slow, fast, late = entry("full", [4.0] * 3), entry("full", [4.0] * 3, seconds=0.5), entry("full", [6.0] * 3)
    some, few = entry("full", [1.0, 1.0]), entry("ucb", [2.0], seeds=1)
    cheap, dear = entry("el2n", [5.0, 6.0, 7.0]), entry("el2n", [6.0, 7.0, 8.0])
    race = Race(0.6, [late, slow, dear, fast, some, few, cheap])
    assert race.finished == [fast, slow, late, cheap, dear] and race.best == [fast, cheap] and race.full is fast
    assert race.rivals == [cheap] and race.of("full") == [late, slow, fast, some]


@pytest.mark.parametrize(("costs", "word"), [
    ([5.0, 6.0, 7.0], "above"), ([1.0, 2.0, 3.0], "below"), ([4.0, 5.0, 6.0], "undecided")])
def test_a_difference_has_the_deviation_that_all_settings_share(costs, word):
    """Squares 0 and 2 over 2 + 2 degrees of freedom: σ² = 1/2; t = 2.776, so ± 2.776 · √(1/2 · (1/3 + 1/3))."""
    race = Race(0.6, [entry("full", [4.0] * 3), one := entry("ucb", costs)])
    gap = race.minus_full(one)
    assert gap.mean == pytest.approx(costs[1] - 4) and gap.high - gap.mean == pytest.approx(1.603, abs=1e-3)
    assert race.spread == pooled([[4.0] * 3, costs]) and race.word(one) == word


@pytest.mark.parametrize(("cost", "word"), [(4.4, "equal"), (3.6, "equal"), (4.6, "above"), (3.4, "below")])
def test_less_than_half_an_epoch_is_equal_where_all_seeds_agree(cost, word):
    race = Race(0.6, [entry("full", [4.0] * 3), one := entry("ucb", [cost] * 3)])
    assert race.word(one) == word


def test_one_seed_decides_nothing():
    race = Race(0.6, [entry("full", [4.0], seeds=1), one := entry("ucb", [2.0], seeds=1)])
    assert race.word(one) == "undecided" and "(no interval), undecided" in quickest_words.answer(race)
    assert quickest_words.row(race, one)["minus_full_ci95"] is None
    assert shown(tables.cheapest([[race]]))["minus full training"].tolist() == ["-2.00 (one seed)", "–"]


def test_the_answer_names_what_is_cheaper_and_counts_the_rest():
    full, ucb = entry("full", [4.0] * 3), entry("ucb", [2.0] * 3, keep=0.5, curve=False)
    entries = [full, entry("full", [5.0] * 3), ucb, entry("el2n", [6.0] * 3), entry("diet_sb", [3.0])]
    said = quickest_words.answer(Race(0.6, entries))
    assert "60 %: full training, 2 epochs at batch 32, costs 4.00 epochs of full training (1.0 s)" in said
    assert "the least of 2 settings tried. For less: UCB, 50 % pruned" in said and "EL2N" not in said
    assert "at most 2.00 epochs of full training (1.0 s): a difference of -2.00 (-2.00 to -2.00), below." in said
    assert said.endswith("by their cheapest setting: below 1, above 1, not reached with all seeds 1.")
    dearer = quickest_words.answer(Race(0.6, [full, entries[3]]))
    assert "No method is shown to reach it for less. The cheapest, EL2N" in dearer and "+2.00" in dearer


def test_the_answer_where_full_training_or_no_method_reaches_a_target():
    alone = quickest_words.answer(Race(0.6, [entry("full", [4.0] * 3), entry("ucb", [])]))
    assert alone.endswith("settings tried. No method reaches it with all seeds.")
    none = quickest_words.answer(Race(0.6, [entry("full", [4.0]), entry("ucb", [])]))
    assert "none of 1 settings of full training reaches it with all seeds: the most accurate" in none
    assert none.endswith("ends at 50.0 %. No method reaches it with all seeds either.")
    other = quickest_words.answer(Race(0.6, [entry("full", []), entry("ucb", [3.0] * 3, seconds=None)]))
    assert "With all seeds it is reached by: UCB" in other and "costs 3.00 epochs of full training." in other


def test_tables_show_who_reaches_what():
    low = Race(0.5, [entry("full", [3.0, 4.0, 5.0]), entry("ucb", [2.0, 2.0], curve=False), entry("el2n", [])])
    high = Race(0.6, [entry("full", [6.0] * 3), entry("ucb", []), entry("el2n", [])])
    every = shown(tables.every([low, high]))
    assert every["method"].tolist() == ["UCB", "full training"]
    assert every["cost to 50 %"].tolist() == ["≤ 2.00 [2.00, 2.00]; 2 of 3 seeds", "4.00 [1.52, 6.48]"]
    assert every["cost to 60 %"].tolist() == ["–", "6.00 [6.00, 6.00]"]
    best = shown(tables.cheapest([[low, high]]))
    assert best["method"].tolist() == ["full training"] * 2 and best["settings tried"].tolist() == ["1", "1"]


def test_every_row_on_record_has_its_keys_and_is_recomputed(capsys):
    assert main(["report", "quickest", "--preset", "cifar-cpu", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    for row in rows:
        assert list(row) == [
            "data", "model", "target", "policy", "keep", "options", "epochs", "batch", "evaluated", "seeds",
            "seeds_reaching", "cost", "cost_ci95", "seconds", "settings_tried", "cheapest", "minus_full",
            "minus_full_ci95", "verdict", "recipe", "records"]
        made = [json.loads((RECORDED / name / "record.json").read_text())["rows"] for name in row["records"]]
        best = [max(epoch.get("accuracy", 0) for epoch in epochs) for epochs in made]
        assert row["seeds_reaching"] == sum(accuracy >= row["target"] for accuracy in best)
        assert (row["evaluated"] == "at its end") == (sum("accuracy" in epoch for epoch in made[0]) < row["epochs"])
    assert {row["target"] for row in rows} >= {0.55, 0.60, 0.65} and {"full", "ucb"} <= {row["policy"] for row in rows}
    assert main(["report", "quickest", "--preset", "cifar-cpu"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1 + sum(row["seeds_reaching"] > 0 for row in rows)


def test_nothing_on_record_is_said_with_the_command_that_makes_it():
    refused(lambda: quickest_words.report_quickest("poster"), "python -m dietsb_core run quickest --preset poster")
