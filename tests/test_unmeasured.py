"""The one list of what is not measured yet, against a count by hand, and what the book makes of it."""

from __future__ import annotations

import pytest
from docutils import nodes
from test_escape import written

from _ext.unmeasured import listed
from dietsb_core.evidence.unmeasured import unmeasured
from dietsb_core.policy import G
from dietsb_core.runs import store
from dietsb_core.runs.grids import grid
from dietsb_core.runs.run import expand
from dietsb_core.runs.store import find


@pytest.fixture
def nothing(monkeypatch, tmp_path):
    """No record anywhere: the runs of each test are its own, and the committed ones are out of sight."""
    monkeypatch.setattr(store, "RECORDED", tmp_path / "none")


def test_every_run_that_is_missing_counts_once(nothing):
    found = unmeasured("smoke")
    runs = [run for one in found for run in one.runs]
    asked = {run for name in ("all", "when", "sometimes") for run in expand(grid(name, "smoke"))}
    assert len(set(runs)) == len(runs) and set(runs) == asked
    assert [one.figure for one in found][:2] == ["panel_a", "panel_b"]
    first = found[0]
    assert first.command == "python -m dietsb_core run panel_a --preset smoke" and len(first.runs) == first.of == 14
    assert first.what == "full, random_backprop, selective_backprop: 0, 50, 75, 90 % pruned, 2 epochs"


def test_their_cost_is_that_of_their_floors(nothing):
    first = unmeasured("smoke")[0]
    shares = [1, 0.5, 0.25, 0.1, *(kept + (1 / 3) for kept in (0.5, 0.25, 0.1))]  # two seeds of two epochs of each
    assert G == pytest.approx(1 / 3) and first.epochs == pytest.approx(4 * sum(shares))


def test_of_the_recorded_preset_the_list_has_what_is_not_on_record():
    found = unmeasured("cifar-cpu")
    assert not [run.name for one in found for run in one.runs if find(run)]
    assert all(one.data.startswith("cifar") and 0 < len(one.runs) <= one.of for one in found)


def test_the_list_is_a_table_or_a_sentence(nothing):
    found = unmeasured("smoke")[:2]
    text = listed(found, {"notebooks/panel_b"})
    assert "* - panel\\_a\n" in text and "* - {doc}`panel_b </notebooks/panel_b>`\n" in text
    assert f"  - {sum(len(one.runs) for one in found)}\n" in text
    assert "Everything" in listed([], set()) and written(listed([], set())).next_node(nodes.paragraph)
