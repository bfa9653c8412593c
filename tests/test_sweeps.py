"""How far the values of a constant lie apart, beside the methods; and how far the forms of GraNd agree."""

from __future__ import annotations

import numpy as np
import pytest
from rows import a_row, shown, words

from dietsb_book import tables
from dietsb_core.evidence import sweeps, verdicts

PLAIN = [0.50, 0.51, 0.52]  # σ = .01
ROWS = [a_row("ucb", PLAIN), a_row("ucb", [0.60, 0.61, 0.65], options={"c": 4.0}),
        a_row("ucb", [0.40, 0.41, 0.42], options={"c": 0.0}), a_row("ucb", [0.55] * 3, options={"source": "pass"}),
        a_row("dynamic_random", [0.45, 0.46, 0.47])]


def test_a_sweep_takes_the_plain_run_at_the_default():
    found = sweeps.settings(ROWS)
    assert list(found["ucb", "c"]) == ["0", "1", "4"] and found["ucb", "c"]["1"] is ROWS[0]
    assert list(found["ucb", "source of the score"]) == ["training", "pass"]


def test_how_far_values_lie_apart_by_hand():
    """Best mean less worst: .62 less .41. One value alone, T = 1 of dynamic random, is not apart."""
    assert [(weight, row.options["c"]) for weight, row in sweeps.apart(sweeps.settings(ROWS)["ucb", "c"])] == [
        (1.0, 4.0), (-1.0, 0.0)]
    found = sweeps.spread(ROWS, [])
    assert found["ucb", "c"].mean == pytest.approx(0.21) and found["ucb", "c"].n == 3
    assert ("dynamic_random", "period") not in found and next(iter(found)) == ("ucb", "c")  # the widest first
    assert sweeps.apart({}) == []


def test_a_run_that_is_on_two_lists_counts_once():
    """UCB with its defaults is the better of two methods and the worse of two values: it has the weight 2, and counts
    in the pool once, although it was read from two grids. σ = .01; 8 degrees of freedom."""
    rows = [a_row("ucb", PLAIN), a_row("ucb", [0.55, 0.56, 0.57], options={"c": 4.0})]
    verdict, = verdicts.constants(rows, [a_row("ucb", PLAIN), a_row("el2n", [0.40, 0.41, 0.42]),
                                         a_row("el2n", [0.40, 0.41, 0.42], compared=False, epochs=3)])[:1]
    assert verdict.value.mean == pytest.approx(0.10 - 0.05)
    assert verdict.value.error == pytest.approx(0.01 * ((4 + 1 + 1) / 3) ** 0.5) and verdict.value.df == 6


def test_the_methods_are_those_of_the_same_rate_and_length():
    compared = [a_row("el2n", PLAIN), a_row("infobatch", PLAIN, keep=0.1), a_row("forgetting", PLAIN, epochs=3),
                a_row("full", PLAIN), a_row("grand", PLAIN, compared=False),
                a_row("infobatch", PLAIN, pruned_realised=0.2)]  # at its nominal rate it skips far less
    assert set(sweeps.methods(ROWS, compared)) == {"ucb", "dynamic_random", "el2n"}


@pytest.mark.parametrize(("worst", "word"), [(0.10, "confirmed"), (0.45, "refuted"), (0.30, "undecided")])
def test_a_verdict_hangs_on_a_constant_that_moves_more_than_the_methods_differ(worst, word):
    """The constant moves accuracy by .20, .20 and .23; the methods lie .40, .05 or about .20 apart."""
    compared = [a_row("el2n", [worst, worst + 0.01, worst + 0.02])]
    found = {verdict.claim: verdict for verdict in verdicts.constants(ROWS[:4], compared)}
    told = found["UCB, c: its values lie less far apart than all methods do"]
    assert told.word == word and len(found) == 4


def test_a_verdict_says_how_many_methods_and_values_it_is_of():
    verdict, *_ = verdicts.constants(ROWS[:4], [a_row("el2n", [0.10, 0.11, 0.12])])
    assert verdict.quantity == "2 methods, best minus worst, minus the same of 3 values:"


@pytest.mark.parametrize(("settled", "word"), [(5, "confirmed"), (4, "not testable")])
def test_a_constant_that_had_no_say_is_not_called_harmless(settled, word):
    """Of one of its values most epochs went by who was never seen."""
    rows = [a_row("ucb", PLAIN), a_row("ucb", PLAIN, options={"c": 4.0}, settled=settled),
            a_row("dynamic_random", [0.4, 0.41, 0.42])]
    verdict, = verdicts.constants(rows, [])
    assert verdict.word == word and verdict.value.n == (0 if word == "not testable" else 3)


def test_far_apart_methods_of_other_kinds_do_not_hide_a_constant_that_turns_the_order_of_those_swept():
    """UCB's c moves accuracy by .21; UCB and dynamic random are .05 apart, whatever else is .4 below them."""
    found = verdicts.constants(ROWS, [a_row("el2n", [0.10, 0.11, 0.12])])
    assert {v.claim.split(" than ")[1]: v.word for v in found if v.claim.startswith("UCB, c")} == {
        "all methods do": "confirmed", "the methods swept do": "refuted"}
    assert {v.claim.split(" than ")[1] for v in verdicts.constants(ROWS, [])} == {"the methods swept do"}


def test_the_table_has_the_methods_first_then_the_widest_constant():
    table = shown(tables.spreads(ROWS, [a_row("el2n", [0.10, 0.11, 0.12])]))
    assert list(table["what differs"]) == ["all methods (3)", "the methods swept (2)", "UCB: c",
                                           "UCB: source of the score"]
    assert [cell.split()[0] for cell in table["best minus worst, points"]] == ["+40.0", "+5.0", "+21.0", "+4.0"]


# Full and last-layer GraNd

RANDOM = np.random.default_rng(0).permutation(1000).astype(float)
NOISE = np.random.default_rng(1).permutation(1000).astype(float)


@pytest.mark.parametrize(("last", "found"), [
    (RANDOM ** 2, ["confirmed", "confirmed"]),         # the same order
    (RANDOM + 1.2 * NOISE, ["confirmed", "confirmed"]),
    (NOISE, ["refuted", "undecided"]),                 # chance
    (-RANDOM, ["refuted", "refuted"])])                # the other way round
def test_the_last_layer_stands_in_where_it_ranks_alike(last, found):
    assert words(verdicts.gradients({"grand": RANDOM, "grand_last": last, "el2n": NOISE})) == found


def test_it_says_of_how_many_parts_and_that_it_is_one_network():
    rho, shared = verdicts.gradients({"grand": RANDOM, "grand_last": RANDOM})
    assert (rho.value.mean, rho.value.n, shared.value.mean) == pytest.approx((1.0, 10, 0.75))
    assert rho.claim.startswith("In this one network") and "10 parts of the examples" in rho.quantity


def test_what_is_not_on_record_is_no_verdict():
    found = verdicts.gradients({"grand": RANDOM})
    assert words(found) == ["undecided"] * 2 and [verdict.value.n for verdict in found] == [0, 0]
