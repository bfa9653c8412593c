"""What the sliders show: pure functions of what is on record, or of a run that is made on the spot."""

from __future__ import annotations

import ipywidgets
import pytest
from matplotlib import pyplot as plt

from dietsb_book import widgets
from dietsb_core.errors import UserError
from dietsb_core.evidence.report import by_method, recorded
from dietsb_core.runs.ensure import ensure
from dietsb_core.runs.grids import compare
from dietsb_core.runs.presets import preset

METHODS = (("full", 1.0), ("selective_backprop", 0.5), ("selective_backprop", 0.25))


@pytest.fixture
def results():
    runs = [run for run in compare(preset("smoke"), METHODS) if run.seed == 0]
    ensure(runs)
    return by_method(recorded(runs))


def test_a_figure_shows_the_recorded_rate_that_is_nearest(results) -> None:
    assert widgets.nearest(results, "selective_backprop", 0.7) == ("selective_backprop", 0.25)
    figure = widgets.draw(results, "selective_backprop", 0.7, seed=0)
    drawn = {line.get_label(): list(line.get_ydata()) for line in figure.axes[0].lines}
    record = results["selective_backprop", 0.25][0]
    assert drawn["Selective-Backprop, 75 % pruned (n = 1)"] == [100 * row["accuracy"] for row in record.rows]
    assert len(drawn) == 2


def test_what_is_not_on_record_is_said_in_one_line(results) -> None:
    with pytest.raises(UserError, match="no run of 'el2n' is on record; there are: full, selective_backprop"):
        widgets.draw(results, "el2n", 0.5, seed=0)
    with pytest.raises(UserError, match="has no seed 7 on record; it has: 0"):
        widgets.draw(results, "selective_backprop", 0.5, seed=7)


def test_a_live_table_holds_the_exact_budget() -> None:
    table = widgets.table("random_backprop", 0.75, seed=0)
    full, pruned = table["backprops"]
    assert pruned * 4 == full == 8 * (400 // 32 * 32)  # eight epochs of whole batches of 32
    assert list(table["forwards"]) == [full, pruned]


def test_a_caption_says_the_rate_that_is_shown(results) -> None:
    whole, shown = (100 * results[method][0].accuracy for method in (("full", 1.0), ("selective_backprop", 0.25)))
    line = f"After epoch 2, seed 0: Selective-Backprop, 75 % pruned: {shown:.1f} %; full training: {whole:.1f} %."
    assert widgets.caption(results, "selective_backprop", 0.75, seed=0) == line
    nearest = f"{line}\n70 % is not on record: this is the nearest."
    assert widgets.caption(results, "selective_backprop", 0.7, seed=0) == nearest


def test_moving_a_slider_leaves_no_figure_to_a_thread_that_shows_all_there_are(results) -> None:
    plt.close("all")
    panel = widgets.recorded(results, 0.5)
    panel.children[1].value = 0.75
    assert plt.get_fignums() == []


def test_moving_a_slider_redraws(results, capsys) -> None:
    results["random_backprop", 0.5] = {1: results["selective_backprop", 0.5][0]}  # a method without the first seed
    panel = widgets.recorded(results, 0.5)
    sliders = {child.description: child for child in panel.children if hasattr(child, "description")}
    assert set(sliders) == {"Method", "Pruned", "Seed"} and isinstance(panel, ipywidgets.interactive)
    names = (("Random-Backprop", "random_backprop"), ("Selective-Backprop", "selective_backprop"))
    assert sliders["Pruned"].value == 0.5 and sliders["Method"].options == names
    assert "Random-Backprop, 50 % pruned has no seed 0 on record; it has: 1\n" in capsys.readouterr().out
    sliders["Method"].value = "selective_backprop"
    assert "After epoch 2, seed 0: Selective-Backprop, 50 % pruned: " in capsys.readouterr().out
