"""Claim 7 of the poster: its statements come out the same on another data set, whichever way."""

from __future__ import annotations

import pytest
from rows import around, measured, results

from dietsb_core.evidence import verdicts
from dietsb_core.evidence.row import Results

LIKE, WORSE, TORN = around(0.62), around(0.41), [0.5, 0.6, 0.7]  # SB: no loss, loss, cannot be said


def of_poster(sb: list[float]) -> Results:
    return results({("full", 1.0): around(0.61), ("selective_backprop", 0.5): sb, ("el2n", 0.75): around(0.51)})


@pytest.mark.parametrize(("here", "there", "word"), [
    (LIKE, LIKE, "confirmed"), (WORSE, WORSE, "confirmed"), (LIKE, WORSE, "refuted"), (WORSE, LIKE, "refuted"),
    (TORN, LIKE, "undecided"), (WORSE, TORN, "undecided"), (LIKE, [], "undecided")])
def test_claim_seven_compares_the_verdicts_of_two_sets(here, there, word):
    found = verdicts.claim7(of_poster(here), of_poster(there))
    assert [verdict.word for verdict in found] == [found[0].word, word, "undecided", "undecided"]


def test_claim_seven_shows_both_values():
    _, sb, rb, _ = verdicts.claim7(of_poster(LIKE), of_poster(WORSE))
    assert measured(sb) == ("Selective-Backprop, 50 % pruned, minus full training: +1.0 points [+0.8, +1.2] "
                            "(confirmed); on the first set -20.0 points [-20.2, -19.8] (refuted)")
    assert (sb.row()["n"], sb.row()["verdict"]) == ("3 and 3", "refuted")
    assert (rb.here.value.n, rb.there.value.n, rb.row()["n"]) == (0, 0, "0 and 0")
