"""The board of verdicts: its tally, where it draws a value, and what stands behind a claim."""

from __future__ import annotations

import csv
import io
import re

import pytest
from rows import around, results

from dietsb_book import tables
from dietsb_book.tables import tally
from dietsb_book.tables.whisker import at, drawn, half_range
from dietsb_core.evidence import verdicts
from dietsb_core.evidence.scale import POSTER, RAJU, Scale
from dietsb_core.evidence.statistics import Interval, Verdict, interval
from dietsb_core.evidence.verdicts.common import Untested, unmeasured

TOY, LIKE = Scale("cifar100", "airbench", 10), Scale("cifar100", "resnet18", 30)
NOTHING = interval([])


def claim(mean: float, half: float = 0.001, threshold: float = 0.0, n: int = 3, **more: object) -> Verdict:
    """A claim in points; n = 3 values whose standard error is a tenth of `half`."""
    value = Interval(mean, mean - half, mean + half, n, half / 10, 2.0)
    return Verdict(more.pop("claim", "claim"), "what:", value, threshold, "points", **more)


MIXED = [claim(0.02), claim(0.03), claim(-0.02), claim(0.0, margin=0.01), claim(0.0), claim(0.2, source=POSTER),
         claim(-0.2, source=POSTER), claim(0.3, source=RAJU), Untested("u", "not testable: why", NOTHING, 0.0),
         unmeasured("m", "not measured: it takes more", POSTER)]


def items(page: str, kind: str) -> list[str]:
    return [" ".join(re.sub("<[^>]*>", "", item).split())
            for item in re.findall(rf"<li data-{kind}=[^>]*>(.*?)</li>", page)]


def test_the_tally_counts_every_word_in_its_order_with_a_sign():
    page = tables.verdicts(MIXED, TOY)._repr_html_()
    assert items(page, "word") == [
        "✓ 2 confirmed", "✗ 1 refuted", "= 1 equal", "? 1 undecided",
        "◔ 3 toy scale (pointing to: 2 confirmed, 1 refuted)", "⊘ 1 not testable", "○ 1 not measured"]
    assert items(page, "source") == ["this project: 6", "the poster: 3", "Raju et al.: 1"]
    assert len({*tally.SIGNS.values()}) == len(tally.SIGNS)  # never told apart by colour alone


def test_at_the_sources_scale_no_word_is_a_toy():
    assert items(tables.verdicts(MIXED, LIKE)._repr_html_(), "word")[:2] == ["✓ 4 confirmed", "✗ 2 refuted"]


def test_a_line_has_its_word_and_what_it_points_to():
    lines = re.findall(r'<tr data-word="([^"]*)" data-points="([^"]*)" data-source="([^"]*)" data-claim="([^"]*)"',
                       tables.verdicts(MIXED, TOY)._repr_html_())
    assert len(lines) == len(MIXED)
    assert lines[0] == ("confirmed", "confirmed", "this project", "claim")
    assert lines[6] == ("toy scale", "refuted", "the poster", "claim")
    assert [word for word, *_ in lines[-2:]] == ["not testable", "not measured"]


def test_few_claims_have_no_filter_and_one_no_tally():
    few, one = tables.verdicts(MIXED[:7])._repr_html_(), tables.verdicts(MIXED[:1])._repr_html_()
    assert "data-filter" not in few and items(few, "word") and not items(few, "source")
    assert not items(one, "word") and "<details>" in one
    assert "data-filter" in tables.verdicts(MIXED[:8])._repr_html_()


def test_parts_keep_the_correction_of_their_own_tests():
    """Where all were one family, the second would be corrected for the first's tests too."""
    near = Verdict("near", "what:", Interval(4.5, 4.5 - 4.303, 4.5 + 4.303, 3, 1.0, 2.0), 0.0)  # p = .046
    board = tables.board({"One": ([near], TOY), "Many": ([near] * 3, LIKE)})
    assert [one.word for one in board.found] == ["confirmed"] + ["undecided"] * 3
    assert board.caption == ("Confirmed and refuted have p < .05 after Holm's correction for the 3 tests of its parts.")
    page = board._repr_html_()
    assert re.findall(r'scope="rowgroup">(.*?)</th>', page) == [
        "<span>One</span> <span>measured on cifar100, airbench, 10 epochs</span>",
        "<span>Many</span> <span>measured on cifar100, resnet18, 30 epochs</span>"]


def test_where_scales_differ_each_line_has_its_own():
    page = tables.verdicts([claim(0.1, scale=TOY), claim(0.1, scale=LIKE)])._repr_html_()
    assert re.findall("<small>(.*?)</small>", page) == [str(TOY), str(LIKE)]
    assert "rowgroup" not in page


def test_details_say_what_was_measured_and_by_whom():
    page = tables.verdicts([claim(0.02, source=POSTER), claim(0.02)], TOY)._repr_html_()
    said = dict(re.findall("<dt>(.*?)</dt><dd>(.*?)</dd>", page.split("</details>")[0]))
    assert said == {"verdict": "toy scale, points to: confirmed", "measured": "what: +2.0 points [+1.9, +2.1]",
                    "holds above": "+0.0 points", "n": "3", "p, corrected": said["p, corrected"],
                    "measured on": "cifar100, airbench, 10 epochs",
                    "claimed by": "the poster: resnet18, googlenet, resnet20, 200 epochs"}
    assert 0 < float(said["p, corrected"]) < 0.05


def test_what_is_saved_has_the_numbers():
    found = list(csv.DictReader(io.StringIO(tables.verdicts([*MIXED[:1], MIXED[-1]], TOY).csv)))
    assert [row["verdict"] for row in found] == ["confirmed", "not measured"]
    assert [float(found[0][name]) for name in ("value", "low", "high", "threshold")] == pytest.approx([2, 1.9, 2.1, 0])
    assert found[0]["unit"] == "points" and found[1]["value"] == "" and found[1]["claimed by"] == "the poster"


# The drawing: the threshold is at 66 px, and the ends of the axis 60 px from it.

@pytest.mark.parametrize(("distance", "half"), [(0, 1), (0.3, 0.5), (1, 1), (1.01, 2), (4.8, 5), (5.1, 10), (99, 100)])
def test_an_axis_is_one_two_or_five(distance, half):
    assert half_range(distance) == pytest.approx(half)


@pytest.mark.parametrize(("distance", "px"), [(0, 66), (5, 126), (-5, 6), (2.5, 96), (-1, 54), (50, 126)])
def test_a_place_on_an_axis_of_five(distance, px):
    assert at(distance, 5) == px


def drawing(svg: str) -> tuple[list[tuple[float, float]], list[float], list[str]]:
    """Whiskers, dots and labels of a drawing."""
    whiskers = [(float(a), float(b)) for a, b in re.findall(r'd="M([\d.]+) [\d.]+H([\d.]+)"', svg)]
    return whiskers, [float(x) for x in re.findall(r'cx="([\d.]+)"', svg)], re.findall(r">([^<>]+)</text>", svg)


def test_a_value_is_drawn_where_it_is():
    """+2 points, from +1 to +3, against -1: 4 to the right at most, so the axis reaches 5 to either side."""
    svg = drawn(claim(0.02, 0.01, threshold=-0.01, margin=0.01))
    assert drawing(svg) == ([(90.0, 114.0)], [102.0], ["-6", "-1", "+4"])  # 66 + 60/5 · (2, 4 and 3)
    assert 'x="54" y="1" width="24"' in svg  # the margin, a point to either side
    assert 'aria-label="+2.0 points [+1.0, +3.0]; the claim holds above -1.0 points"' in svg


def test_one_seed_is_a_dot_and_nothing_is_not_drawn():
    alone = Verdict("c", "what:", interval([0.75]), 0.5)
    assert drawing(drawn(alone)) == ([], [96.0], ["0", "+0.5", "+1"])  # .25 of an axis of .5
    assert drawn(Verdict("c", "what:", NOTHING, 0.5)) == "" == drawn(MIXED[-1])


def test_of_two_sets_both_are_drawn_the_first_hollow():
    here = results({("full", 1.0): around(0.61), ("random_backprop", 0.25): around(0.41)})
    there = results({("full", 1.0): around(0.61), ("random_backprop", 0.25): around(0.51)})
    *_, alike, _ = verdicts.claim7(here, there)
    page = tables.verdicts([alike])._repr_html_()
    whiskers, dots, labels = drawing(page)
    assert labels == ["-21", "-1", "+19"] and dots == [66 - 60 * 19 / 20, 66 - 60 * 9 / 20] and len(whiskers) == 2
    assert page.count('class="hollow"') == 1 and "on the first set, hollow: -10.0 points" in page
