"""How methods look in figures: a marker each, and a default for a method that nobody has given one."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex

from dietsb_book import plots
from dietsb_core.evidence import verdicts
from dietsb_core.evidence.quickest import Entry, Race
from dietsb_core.policies import POLICIES
from dietsb_core.runs import grids
from dietsb_core.runs.grids.dial import DIALS, IMBALANCE
from dietsb_core.runs.presets import METHODS, preset


def test_a_method_without_a_look_is_drawn_in_grey_under_its_own_name():
    record = SimpleNamespace(accuracy=0.5, rows=[{"epoch": 0, "accuracy": 0.5}])
    results = {("highest_loss", 0.5): {0: record}}
    for figure in (plots.accuracy_by_rate(results), plots.curves(results, results, "")):
        axes, = figure.axes
        assert axes.get_legend().get_texts()[0].get_text().startswith("highest_loss")
        assert {to_hex(line.get_color()) for line in axes.lines} == {"#777777"}
    assert "highest_loss" not in plots.STYLE and "highest_loss" not in verdicts.NAMES  # looking one up adds nothing
    assert verdicts.label(("highest_loss", 0.25)) == "highest_loss, 75 % pruned"


def test_a_point_has_a_bar_over_seeds_and_none_of_one_seed():
    bars = []
    for values in ([0.5], [0.5, 0.6]):
        _, axes = plt.subplots()
        plots.errorbar(axes, 1.0, values, ("full", 1.0))
        bars.append(axes.containers[0].has_yerr)
    assert bars == [False, True]


def test_no_two_methods_have_one_marker_and_every_entry_is_of_a_method():
    markers = [marker for _, marker in plots.STYLE.values()]
    assert len(set(markers)) == len(markers) and plots.STYLE["no such method"][1] not in markers
    assert plots.STYLE.keys() | verdicts.NAMES.keys() <= POLICIES.keys()


def test_the_figure_of_rates_shows_every_method_that_presets_compare():
    shown = [policy for family in plots.FAMILIES.values() for policy in family]
    assert len(set(shown)) == len(shown) and set(METHODS) <= set(shown)


def test_a_race_shows_a_point_a_method_that_reaches_the_target_and_says_what_does_not():
    def entry(policy: str, costs: list[float], curve: bool = True) -> Entry:
        one = replace(grids.run(preset("smoke"), "full", 1.0, 0), policy=policy, curve=curve)
        return Entry(run=one, accuracies=[0.5] * 3, costs=costs, seconds=None, records=[])

    full, late = entry("full", [4.0] * 3), entry("full", [5.0] * 3)
    ucb, some, none = entry("ucb", [2.0, 3.0, 4.0], curve=False), entry("el2n", [3.0]), entry("diet_sb", [])
    low = Race(0.5, [full, late, ucb, some, none])
    high = Race(0.6, [entry(one.run.policy, []) for one in low.entries])
    figure = plots.to_targets([[low, high], [low, high]])
    assert len(figure.axes) == 4
    left, right = figure.axes[:2]
    assert [label.get_text() for label in left.get_yticklabels()] == ["full training", "UCB", "EL2N"]
    assert [text.get_text() for text in left.texts] == ["1 of 3 seeds"]
    assert [text.get_text() for text in right.texts] == ["not reached"] * 3 and not right.containers
    drawn = {to_hex(bar.lines[0].get_markerfacecolor()): bar.lines[0].get_xdata().tolist() for bar in left.containers}
    assert drawn == {to_hex(plots.STYLE["full"][0]): [4.0], "#ffffff": [3.0]}  # open: evaluated at its end alone
    assert [4.0, 5.0] in [list(line.get_xdata()) for line in left.lines]  # all of its settings, small
    assert left.get_xlim() == right.get_xlim() and left.get_xlim()[0] == 0 and left.get_xlim()[1] > 5
    assert {left.get_xlabel(), right.get_xlabel()} == {"cost, epochs of full training"}


def turned(gain: float | None, half: float = 0.02, seeds: int = 3) -> dict[str, object]:
    """A row of `report when`, as far as a figure of a dial asks for it."""
    ends = [gain - half, gain + half] if gain is not None and seeds > 1 else None
    return {"gain": gain, "gain_ci95": ends, "seeds": list(range(seeds))}


@pytest.mark.parametrize("dial", DIALS)
def test_a_dial_has_a_line_at_zero_and_a_marker_of_its_own_for_each_method(dial):
    found = {(policy, keep): {n: turned(0.01 * n) for n in dial.positions} for policy, keep, _ in dial.methods}
    axes, = plots.over_dial(dial, found).axes
    assert list(axes.lines[0].get_ydata()) == [0, 0] and axes.get_xlabel() == dial.axis
    assert "points" in axes.get_ylabel()
    assert [tick.get_text() for tick in axes.get_xticklabels()] == [str(n) for n in dial.positions]
    assert len(axes.get_legend().get_texts()) == len(found) + 1 and len(axes.containers) == len(found) * 4
    looks = {(str(bar[0].get_marker()), bar[0].get_markersize()) for bar in axes.containers}
    assert len(looks) == len(found)


def test_a_position_shows_the_gains_in_points_on_one_scale_and_leaves_out_what_is_not_known():
    found = {("full", 1.0): {1: turned(0.03), 10: turned(-0.2)}, ("ucb", 0.5): {1: turned(None), 10: turned(0.1)},
             ("el2n", 0.5): {10: turned(0.05, seeds=1)}}
    at_1, at_10 = (plots.at_position(IMBALANCE, n, found).axes[0] for n in (1, 10))
    assert at_1.get_xlim() == at_10.get_xlim() == pytest.approx((-23.0, 13.0))
    drawn = [[bar[0].get_xdata()[0] for bar in axes.containers] for axes in (at_1, at_10)]
    assert drawn[1] == pytest.approx([-20.0, 10.0, 5.0]) and drawn[0][0] == pytest.approx(3.0)
    assert [bar.has_xerr for bar in at_10.containers] == [True, True, False]
    assert [tick.get_text() for tick in at_10.get_yticklabels()] == ["full training", "UCB, 50 % pruned",
                                                                     "EL2N, 50 % pruned"]
    assert at_10.get_title().startswith("imbalance 10")
