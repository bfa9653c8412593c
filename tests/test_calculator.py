"""The calculator's coefficients and bills: by hand, beside the policies' own floors, and beside the costs on record."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import pytest
from one_line import refused
from rows import judged_by_hand
from test_advice import line

from dietsb_core import policies
from dietsb_core.evidence import report, spending, tradeoff
from dietsb_core.evidence.calculator import (
    FIELDS,
    VARIANTS,
    Match,
    Rule,
    Settings,
    bill,
    matches,
    nearest,
    rule,
    rules,
)
from dietsb_core.evidence.calculator.rules import BY_LOSS
from dietsb_core.policy import G
from dietsb_core.runs.grids import grid
from dietsb_core.runs.presets import PRESETS
from dietsb_core.runs.records import Record
from dietsb_core.runs.run import Run

P = PRESETS["cifar-cpu"]


@cache
def found() -> dict[Run, Record]:
    return report.recorded(grid("calculator", P.name))


@cache
def by_name() -> dict[str, Rule]:
    return {one.name: one for one in rules(found())}


def name_of(run: Run) -> str | None:
    """The variant that a run is of; None of options that the calculator does not offer."""
    options = {name: value for name, value in run.options if name != "threshold"}
    return next((name for name, variant in VARIANTS.items() if variant == (run.policy, options)), None)


def slack(run: Run, record: Record) -> float:
    """By how much the bill of an epoch may be above the record's count, as a share of full training. An epoch drops a
    last short batch, of candidates for a training step and for a pass of selection (g). The rule `shrink` keeps
    ⌊keep·B⌋ of a batch of B, which is up to one example less."""
    batch = run.recipe.batch
    return (1 + G) * batch / record.info["examples"] + 1 / batch


def test_a_bill_is_what_the_records_counted_but_for_whole_batches():
    seen = set()
    for run, record in found().items():
        name = name_of(run)
        if run.score or name is None or name in BY_LOSS:
            continue
        told = bill(by_name()[name], Settings(keep=run.keep, epochs=run.epochs))
        counted = spending.flops(record) / (3 * record.info["examples"] * record.info["forward_flops"])
        assert -1e-9 <= (told.training + told.selection - counted) / run.epochs <= slack(run, record), run.title
        seen.add(name)
    assert len(seen) >= 15


def test_the_page_on_cost_has_the_same_totals():
    """Its unit is full training of ten epochs, which drops its own last short batch: the two may differ either way. The
    networks that score drop theirs too."""
    rows = tradeoff.judged(report.rows(grid("cost", P.name)), epochs=P.recipe.epochs)
    methods = [row for row in rows if not row.is_control and not row.options]
    assert len(methods) >= 26
    for row in methods:
        one = by_name()[row.policy]
        told = bill(one, Settings(keep=row.keep, epochs=row.epochs, networks=P.members, score_epochs=P.score_epoch))
        off = ((1 + G) * row.batch / 50_000 + 1 / row.batch) * (row.epochs + told.scoring)
        assert told.total == pytest.approx(row.total * row.unit_epochs, abs=off), row.method
        assert told.scoring == pytest.approx(row.scoring * row.unit_epochs, abs=off), row.method


@pytest.mark.parametrize("name", VARIANTS)
@pytest.mark.parametrize("share", [0.1, 0.3, 0.7, 0.9])
@pytest.mark.parametrize("g", [0.2, G, 0.5])
def test_the_coefficients_are_the_policies_floors(name, share, g):
    one, (policy, options) = rule(name), VARIANTS[name]
    keep = share * one.below if one.rated else 1.0
    told = bill(one, Settings(keep=keep, epochs=1200, g=g))
    floor = 1200 * policies.policy(policy, keep, **options).floor(g)
    first = (1 - keep - g) if policy == "cdf_selective_backprop" else 0.0  # its first epoch is whole
    assert told.floor == pytest.approx(floor + min(0, first))
    assert told.training + told.selection == pytest.approx(floor + first)


def test_the_kept_fractions_that_a_rule_takes_are_the_policy_s():
    for name, (policy, options) in VARIANTS.items():
        one = rule(name)
        if one.below < 1:
            assert policies.policy(policy, one.below, **options)
            refused(lambda policy=policy, one=one: policies.policy(policy, one.below + 0.01), "keep")
        refused(lambda one=one: bill(one, Settings(keep=one.below if one.rated else 0.5)), one.label)


def test_bills_by_hand():
    """EL2N by the authors' ten networks of twenty epochs costs 200 + 10/3 epochs; a quarter less training saves 50."""
    told = bill(rule("el2n"), Settings(keep=0.75))
    assert (told.training, told.selection) == (150.0, 0.0)
    assert told.scoring == pytest.approx(10 * (20 + 1 / 3)) and told.total == pytest.approx(150 + 203.333, abs=1e-3)
    assert told.break_even == math.ceil(203.333 / 50) == 5
    assert bill(rule("el2n"), Settings(keep=0.75, runs=5)).total < 200 < bill(
        rule("el2n"), Settings(keep=0.75, runs=4)).total
    assert bill(rule("forgetting"), Settings(keep=0.5, epochs=30)).scoring == 30
    half = bill(rule("selective_backprop"), Settings(keep=0.5, epochs=10, g=0.4))
    assert (half.training, half.selection, half.scoring) == (5.0, 4.0, 0.0) and half.break_even == 1
    assert bill(rule("selective_backprop"), Settings(keep=2 / 3, epochs=10)).break_even is None  # just as dear
    late = bill(rule("selective_backprop_half"), Settings(keep=0.5, epochs=5))  # epochs 3 and 4 select
    assert (late.training, late.selection) == (4.0, pytest.approx(2 / 3))
    stale = bill(rule("stale_selective_backprop"), Settings(keep=0.5, epochs=10))  # epochs 0, 3, 6 and 9 look
    assert (stale.training, stale.selection) == (5.0, pytest.approx(4 / 3))


def test_what_the_losses_decide_is_measured_and_between_two_rates_on_a_line():
    one = by_name()["infobatch"]
    (low, least, _), (high, most, _) = one.points[0], one.points[-1]
    assert bill(one, Settings(keep=low, epochs=10)).training == pytest.approx(10 * least)
    middle = bill(one, Settings(keep=(low + high) / 2, epochs=10)).training / 10
    assert least < middle < most and bill(one, Settings(keep=high, epochs=10)).floor < 10 * most
    refused(lambda: bill(one, Settings(keep=0.99)), f"from {100 * low:g} to {100 * high:g}")


@pytest.mark.parametrize(("name", "value"), [("epochs", 0), ("epochs", 1.5), ("runs", 0), ("g", 0.0), ("g", 1.0),
                                             ("g", math.nan), ("networks", -1), ("score_epochs", 0)])
def test_a_setting_out_of_range_is_refused_in_one_line(name, value):
    refused(lambda: Settings(**{name: value}), name, FIELDS[name].words)


def test_the_closest_record_is_found_by_rate_then_length_and_says_what_it_reached():
    sb = line(20.0, 0.45, "selective_backprop", 0.5)
    lines = [replace(sb, over_full=sb.gain), line(40.0, 0.5), replace(sb, over_full=None)]
    rows = [judged_by_hand("ucb", [0.01, 0.02, 0.03]), judged_by_hand("ucb", [0.0, 0.0, 0.1], keep=0.1),
            judged_by_hand("full", [0.0, 0.0, 0.0], keep=1.0)]
    found = matches(lines, rows)
    assert [(one.name, one.keep) for one in found] == [("selective_backprop", 0.5), ("ucb", 0.5), ("ucb", 0.1)]
    assert " reached 45.0 % on " in found[0].said and "at a total cost of 20.0 epochs. Beside full" in found[0].said
    assert "+5.0 points (" in found[0].said
    assert found[1].said.endswith("Beside full training of that cost: +2.0 points (-0.5 to 4.5), undecided.")
    same = Match("ucb", 0.1, 300, "")
    assert nearest([*found, same], "ucb", 0.2, 9) is found[2] and nearest([*found, same], "ucb", 0.2, 200) is same
    assert nearest(found, "ucb", 0.4, 9) is found[1] and nearest(found, "el2n", 0.5, 9) is None
