"""What a part of the compute buys, and what is said of a regime: from settings made by hand."""

from __future__ import annotations

from dataclasses import replace

from test_equal_cost import NARROW, setting

from dietsb_core.evidence import advice, when
from dietsb_core.evidence.equal_cost import gain
from dietsb_core.evidence.when import Compared
from dietsb_core.runs.grids.regimes import Regime

REGIME = Regime("a-set", 40, ())


def line(cost: float, accuracy: float, policy: str = "full", keep: float = 1.0, seeds: int = 3, batch: int = 32,
         **options: object) -> Compared:
    """A setting beside full training of 40 % at a cost of 20 epochs and 50 % at 40."""
    one = setting(cost, [accuracy + shift for shift in (0.0, 0.001, -0.001)[:seeds]], policy)
    recipe, chosen = replace(one.run.recipe, batch=batch), tuple(sorted(options.items()))
    one = replace(one, run=replace(one.run, keep=keep, options=chosen, recipe=recipe))
    front = [setting(20.0, [0.4] * 3), setting(40.0, [0.5] * 3)]
    is_control = policy in ("full", "class_weights")
    return Compared(regime=REGIME, setting=one, is_control=is_control, gain=gain(one, front, NARROW), over_full=None)


def test_the_best_within_a_budget_is_found_for_each_way_of_training():
    lines = [line(20.0, 0.40), line(20.9, 0.41), line(40.0, 0.5), line(20.0, 0.45, "class_weights"),
             line(21.5, 0.6, "ucb", 0.5), line(10.0, 0.3, "ucb", 0.25)]
    half, whole = advice.advice(lines)
    assert (half.budget, whole.budget) == (0.5, 1.0)  # no full training costs a tenth or a quarter
    assert half.full is lines[1] and half.balanced is lines[3] and half.method is lines[5]  # 21.5 is 7 % too much
    assert whole.full is lines[2] and whole.method is lines[4]
    assert advice.spend(half) == (
        "a-set, 50 % of the compute of 40 epochs: full training reaches 41.0 %, balanced classes reach 45.0 % (class "
        "weights), leaving examples out reaches 30.0 % (UCB, 75 % pruned).")


def test_of_several_batches_the_best_is_shown_and_of_rates_and_options_each():
    worse, better = line(20.0, 0.40, "ucb", 0.5), line(20.0, 0.42, "ucb", 0.5, batch=16)
    others = [line(20.0, 0.3, "ucb", 0.25), line(20.0, 0.3, "ucb", 0.5, start=0.5)]
    assert advice.tuned([worse, better, *others]) == [better, *others]


def test_settings_are_named_by_what_was_set():
    assert advice.told(line(20, 0.4, "selective_backprop", 0.5, start=0.5)) == (
        "Selective-Backprop, 50 % pruned, from half-time")
    assert advice.told(line(20, 0.4, "infobatch", 0.5, weighted=False)) == "InfoBatch, 50 % pruned, without weights"
    assert advice.told(line(20, 0.4, "ucb", 0.5, period=2)) == "UCB, 50 % pruned, period 2"
    sampling = replace(line(20, 0.4, "dynamic_balanced", 0.04), is_control=True)
    assert advice.told(sampling) == "class-balanced sampling"


def test_a_regime_is_summed_up_by_its_verdicts():
    above, level = line(20.0, 0.45, "ucb", 0.5), line(20.0, 0.4, "random_backprop", 0.5)
    below, alone = line(40.0, 0.4, "infobatch", 0.5), line(20.0, 0.9, "seta", 0.5, seeds=1)
    said = advice.outcome(when.corrected([line(20.0, 0.4), above, level, below, alone]))
    assert said.startswith("a-set, 40 epochs: of 4 settings that leave examples out and have a control of their cost, "
                           "1 above, 1 equal, 1 below, 1 one seed.")
    assert "The largest gain: UCB, 50 % pruned, +5.0 points" in said and "cost of 20.0 epochs (45.0 %)" in said
    assert advice.outcome([alone]) == "a-set, 40 epochs: one seed so far, which decides nothing."


def test_above_and_below_are_corrected_for_all_that_are_asked():
    """Of a p of .03 alone something is said; of twenty such, nothing."""
    error = 0.002 * (2 / 3) ** 0.5
    shy = line(20.0, 0.4 + 2.2 * error, "ucb", 0.5)
    assert 0.03 < shy.gain.p < 0.04
    assert when.corrected([shy])[0].verdict == "above"
    assert {one.verdict for one in when.corrected([shy] * 20)} == {"undecided"}
    beside = when.corrected([shy, *[line(20.0, 0.4)] * 20])  # controls are not asked
    assert beside[0].verdict == "above"


def test_both_comparisons_are_asked_where_some_controls_look_at_the_labels():
    """A p of .035 stands alone among one, and not among two."""
    error = 0.002 * (2 / 3) ** 0.5
    shy = line(20.0, 0.4 + 2.2 * error, "ucb", 0.5)
    shy = replace(shy, over_full=shy.gain)
    once, = when.corrected([shy])
    assert once.verdict == once.verdict_over_full == "above"
    twice, = when.corrected([replace(shy, regime=replace(REGIME, weighted=True))])
    assert twice.verdict == twice.verdict_over_full == "undecided" and twice.p == twice.p_over_full


def test_an_equal_one_stays_equal_whatever_else_is_asked():
    level = line(20.0, 0.401, "ucb", 0.5)
    assert {one.verdict for one in when.corrected([level] * 20)} == {"equal"}
