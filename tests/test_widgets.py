"""The forms that train on the spot: what each control and button does, without a browser."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from dietsb_book import charts, trials, widgets
from dietsb_core.runs.grids.dial import REDUNDANCY

ROW = {"accuracy": 0.5, "forwards": 4, "backprops": 4}


class Asked:
    """In the place of a session: what the form asks of it."""

    def __init__(self, changed):
        self.changed, self.pairs, self.stops = changed, [], 0
        self.curves, self.said, self.total, self.done, self.running = {}, "", 1, 0, False

    def ask(self, pair):
        self.pairs.append(pair)

    def stop(self):
        self.stops += 1


@pytest.fixture
def form(monkeypatch):
    monkeypatch.setattr(widgets, "Live", Asked)
    monkeypatch.setattr(trials, "size", lambda run: 4)
    return widgets.live(0.5)


def state(form, **values) -> None:
    """The session as `values` say, shown."""
    form.live.__dict__.update(values)
    form.show()


def test_nothing_is_trained_until_train_is_pressed_and_then_a_control_that_is_moved_trains(form):
    form.controls["pruned"].value = 0.75
    form.controls["policy"].value = "infobatch"
    assert form.live.pairs == []
    form.train.click()
    form.controls["seed"].value = 3
    assert [pair.first for pair in form.live.pairs] == [
        trials.at_rate("infobatch", 0.75, seed).first for seed in (0, 3)]


def test_the_buttons_are_those_that_can_be_pressed(form):
    assert (form.train.disabled, form.stop.disabled) == (False, True)
    state(form, running=True)
    assert (form.train.disabled, form.stop.disabled) == (True, False)
    form.stop.click()
    assert form.live.stops == 1


def test_the_bar_the_words_and_the_curve_go_on_with_every_epoch(form):
    pair = trials.at_rate("ucb", 0.5, seed=0)
    assert form.curves.outputs == ()
    state(form, running=True, said="a <b> of it", total=10, done=1, curves={pair.first: [{"epoch": 1, **ROW}]})
    assert (form.bar.value, form.bar.max, form.words.value) == (1, 10, "a &lt;b&gt; of it")
    one, = form.curves.outputs
    state(form, running=True, said="words alone")
    assert form.curves.outputs == (one,)  # nothing flickers where no point has come
    state(form, running=False, said="Done.", done=2, curves={pair.first: [{"epoch": at, **ROW} for at in (1, 2)]})
    two, = form.curves.outputs
    many = [max(map(len, shown["data"][charts.MIME]["datasets"].values())) for shown in (one, two)]
    assert many == [1, 2] and form.words.value.startswith("Done. UCB, 50 % pruned: 50.0 % after epoch 2")


def test_the_form_of_the_dial_asks_for_the_position_and_the_method_that_are_chosen(monkeypatch):
    monkeypatch.setattr(widgets, "Live", Asked)
    form = widgets.turning(REDUNDANCY)
    form.controls["position"].value = 90
    form.controls["method"].value = ("infobatch", 0.5)
    form.train.click()
    pair, = form.live.pairs
    assert pair.first == trials.at_position(REDUNDANCY, 90, ("infobatch", 0.5), seed=0).first
    assert dict(form.controls["position"].options) == {REDUNDANCY.at(one): one for one in REDUNDANCY.positions}


def test_a_curve_that_grows_has_axes_that_stay():
    points = trials.points({})
    first, more = (charts.growing(found, 5).spec for found in (points, [
        {"policy": "full", "setting": "full training", "epoch": 1, "cost": 1.0, "accuracy": 40.0}]))
    axes = [[layer["encoding"][axis]["scale"]["domain"] for axis in "xy"] for layer in (first["layer"] + more["layer"])]
    assert axes == [[[0, 5], [0, 100]]] * 4
    assert SimpleNamespace(**more["usermeta"]).legend == [["full training", "currentColor", "circle"]]
