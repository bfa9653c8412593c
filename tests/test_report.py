"""Rows of a report and their tables, from records made by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from one_line import refused
from rows import a_row, shown, write

from dietsb_book import tables
from dietsb_core.evidence import listing, report, tradeoff, verdicts
from dietsb_core.evidence.row import Row
from dietsb_core.runs import grids
from dietsb_core.runs.presets import preset
from dietsb_core.runs.run import Run

SMOKE = preset("smoke")  # 400 examples in batches of 32, two epochs
FULL, EL2N = (grids.run(SMOKE, name, keep, seed=0) for name, keep in (("full", 1.0), ("el2n", 0.75)))


# Of .4 and .6: ± 1.27062 about .5, and on the logit scale ± 1.27062 / (.5 · .5), which stays between 0 and 1.
WITHIN = [1 / (1 + math.exp(way * 4 * 1.27062)) for way in (1, -1)]
SCORING = ("scoring_flops", "scoring_seconds", "scoring_cpu_seconds", "scoring_joules")


def rows_of(*runs: Run) -> dict[str, Row]:
    return {row.policy: row for row in report.rows(list(runs))}


@pytest.fixture(params=["cpu", "cuda"])
def rows(request) -> tuple[str, dict[str, Row]]:
    """Full training of 2 + 2 s and EL2N of 1.5 + 1.5 s, whose two networks took 3.3 s each; half is the process's."""
    for run, seconds, backprops in ((FULL, 2.0, 384), (EL2N, 1.5, 288), *((run, 3.0, 384) for run in EL2N.scored_by)):
        write(run, seconds=seconds, cpu=seconds / 2, device=request.param, backprops=backprops)
    return request.param, rows_of(FULL, EL2N)


def test_a_row_by_hand(rows):
    device, found = rows
    row = found["el2n"]
    assert (row.pruned_nominal, row.pruned_realised) == (0.25, 0.25)
    assert row.accuracies == [row.accuracy.mean] == [0.5]  # of the last epoch, which is not the best
    assert (row.forwards, row.backprops, row.flops) == (576, 576, 10 * 3 * 576)
    assert (row.seconds, row.cpu_seconds) == (3, 1.5 if device == "cpu" else 0)
    assert row.comparable_seconds == pytest.approx((1.5, 3.3) if device == "cpu" else (3, 6.6))
    assert (row.epoch_over_baseline.mean, row.epoch_over_baseline.n) == (0.75, 1)
    assert row.scoring_seconds == pytest.approx(6.6)
    assert row.scoring_cpu_seconds == pytest.approx(3.3 if device == "cpu" else 0)
    assert found["full"].scoring_seconds == found["full"].scoring_cpu_seconds == 0


@pytest.mark.parametrize(("method", "networks", "passes"), [
    ("el2n", 2, 1), ("grand", 2, 3), ("grand_last", 2, 1), ("forgetting", 1, 0)])
def test_operations_of_scoring_by_hand(method, networks, passes):
    """Each network trains on 384 of 400 examples an epoch (forward 1, backward 2), and then passes all 400."""
    run = grids.run(SMOKE, method, 0.5, seed=0)
    write(run)
    for scorer in run.scored_by:
        write(scorer)
    epochs = 2 if method == "forgetting" else 1  # forgetting is counted over a whole training
    assert rows_of(run)[method].scoring_flops == 10 * networks * (3 * 384 * epochs + passes * 400)


@pytest.mark.parametrize("lost", [0, 1])
def test_a_score_whose_maker_is_not_on_record_is_not_free(lost):
    """One of two networks that scored is missing: what the score cost is not known, and EL2N is left out of what is
    compared by cost, where it would look cheaper than it is."""
    for run in (FULL, EL2N, EL2N.scored_by[1 - lost]):
        write(run)
    found = rows_of(FULL, EL2N)
    assert all(getattr(found["el2n"], name) is None for name in SCORING)
    assert all(getattr(found["full"], name) == 0 for name in SCORING[:3])
    rows = list(found.values())
    assert [row.policy for row in tradeoff.costs(rows)] == ["full"]
    assert verdicts.questions.least_work(report.results_of("panel_b", "smoke"), rows, 0.5).startswith("Full training")
    assert list(shown(tables.results(rows))["scoring once, s"]) == ["0", "–"]


def test_the_table_shows_the_processs_own_seconds_where_there_are_some(rows):
    device, found = rows
    table, times = (shown(show(list(found.values()))) for show in (tables.results, tables.runtime))
    assert list(table["training, s"]) == (["2", "2"] if device == "cpu" else ["4", "3"])  # 1.5 rounds to even
    assert list(table["scoring once, s"]) == (["0", "3"] if device == "cpu" else ["0", "7"])
    assert list(times["s/epoch here"]) == (["1.00", "0.75"] if device == "cpu" else ["2.00", "1.50"])
    assert list(times["over baseline"]) == ["1.000 (one seed)", "0.750 (one seed)"]


def test_seeds_of_a_method_are_one_row_with_an_interval():
    for seed, accuracy in ((0, 0.4), (1, 0.6)):
        write(replace(FULL, seed=seed), accuracy=accuracy)
    row = rows_of(FULL, replace(FULL, seed=1))["full"]
    assert row.by_seed == {0: 0.4, 1: 0.6} and row.accuracy.mean == pytest.approx(0.5)
    assert (row.accuracy.low, row.accuracy.high) == pytest.approx(WITHIN, rel=1e-3)


# JSON

def test_json_has_an_interval_as_its_mean_and_its_ends():
    told = listing.as_json(a_row("full", [0.4, 0.6], joules=2.5))
    assert told["accuracies"] == [0.4, 0.6] and told["accuracy_mean"] == pytest.approx(0.5)
    assert told["accuracy_ci95"] == pytest.approx(WITHIN, rel=1e-3)
    assert list(told)[8:12] == ["seeds", "accuracies", "accuracy_mean", "accuracy_ci95"]
    assert told["epoch_over_baseline"] is told["epoch_over_baseline_ci95"] is None and told["joules"] == 2.5
    assert listing.as_json(a_row("full", [0.4]))["accuracy_ci95"] is None


def test_json_of_a_judged_row_has_null_where_no_control_is_and_no_word_of_scores_given():
    full, lone = tradeoff.judged([a_row("full", [0.4, 0.6]), a_row("ucb", [0.5, 0.5], cost=10)])
    told = listing.as_json(full)
    assert told["gain_at_equal_cost"] == {"mean": 0.0, "ci95": [0.0, 0.0]} and "given" not in told
    assert list(told)[-8:] == ["front", "interpolation_error", "against_front", "pareto", "gain_at_equal_cost",
                               "less_equal_steps", "less_equal_epochs", "reuses_to_pay"]
    assert listing.as_json(lone)["gain_at_equal_cost"] is None


# A method with a constant of its own

def greedy(**options: float) -> Run:
    return grids.run(SMOKE, "epsilon_greedy", 0.5, 0, **options)


def test_a_variant_has_its_own_ratio():
    for run, seconds in ((FULL, 2.0), (greedy(), 1.0), (greedy(alpha=0.2), 1.5), (greedy(alpha=0.4), 3.0)):
        write(run, cpu=seconds)
    runs = [FULL, greedy(alpha=0.4), greedy(alpha=0.2), greedy()]
    assert {str(row.options): row.epoch_over_baseline.mean for row in report.rows(runs)[1:]} == {
        "{'alpha': 0.4}": 1.5, "{'alpha': 0.2}": 0.75, "{}": 0.5}


def test_a_variant_never_stands_in_for_the_plain_run():
    for run, accuracy in ((FULL, 0.5), (greedy(alpha=0.2), 0.6), (greedy(alpha=0.4), 0.7)):
        write(run, accuracy=accuracy)
    runs = [FULL, greedy(alpha=0.2), greedy(alpha=0.4), greedy()]
    assert list(report.by_method(report.recorded(runs))) == [("full", 1.0)]
    write(greedy(), accuracy=0.3)
    assert report.by_method(report.recorded(runs))["epsilon_greedy", 0.5][0].accuracy == 0.3


def test_what_the_preset_gives_to_all_its_runs_makes_no_variant():
    run = grids.run(replace(SMOKE, start=0.5, rule="refill"), "selective_backprop", 0.5, 0)
    write(run)
    assert dict(run.options) == {"rule": "refill", "start": 0.5}
    assert list(report.by_method(report.recorded([run]))) == [("selective_backprop", 0.5)]


# Text

def test_the_text_tells_rows_of_other_options_and_lengths_apart():
    short = grids.run(SMOKE, "full", 1.0, 0, epochs=1)
    for run in (FULL, short, greedy(), greedy(alpha=0.2)):
        write(run)
    title, *lines = listing.table(report.rows([FULL, short, greedy(), greedy(alpha=0.2)])).splitlines()
    assert title.split()[:5] == ["policy", "keep", "options", "epochs", "seeds"]
    assert [line.split()[:4] for line in lines] == [
        ["full", "1", "-", "2"], ["full", "1", "-", "1"], ["epsilon_greedy", "0.5", "-", "2"],
        ["epsilon_greedy", "0.5", "alpha=0.2", "2"]]
    plain = listing.table(report.rows([FULL, greedy()])).splitlines()[0]
    assert plain.split()[:3] == ["policy", "keep", "seeds"]


def test_runs_on_different_data_of_one_name_are_not_compared():
    """As when the images of a folder changed between two runs; what is told needs no data on this machine."""
    random = grids.run(SMOKE, "random_prune", 0.75, seed=0)
    write(FULL)
    write(random, fingerprint="of other images")
    refused(lambda: report.recorded([FULL, random]), "'procedural-small'", "fingerprints", "DIETSB_RUNS")
    assert list(report.recorded([FULL])) == [FULL] and list(report.recorded([random])) == [random]
