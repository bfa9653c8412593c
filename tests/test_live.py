"""Training on the spot without a widget: what waits, what stops, what a curve holds, and where words go."""

from __future__ import annotations

import sys
import threading
from dataclasses import replace

import pytest
import torch

from dietsb_book import live, trials
from dietsb_core.errors import UserError
from dietsb_core.runs.execute import execute
from dietsb_core.runs.grids.dial import REDUNDANCY
from dietsb_core.runs.store import find

PATIENCE = 60  # seconds that a busy machine may take
A, B, C = (trials.at_rate("random_backprop", rate, seed=0, name="smoke") for rate in (0.25, 0.5, 0.75))
ROW = {"accuracy": 0.5, "forwards": 4, "backprops": 4, "epoch_seconds": 0.1}


class Training:
    """In the place of `execute`: it says when an epoch begins and ends it when it is told to."""

    def __init__(self):
        self.begun, self.go, self.runs = threading.Semaphore(0), threading.Semaphore(0), []

    def __call__(self, run, progress):
        self.runs.append(run)
        for epoch in range(run.epochs):
            self.begun.release()
            assert self.go.acquire(timeout=PATIENCE)
            progress(run, {"epoch": epoch + 1, **ROW})


class Waiting:
    """`changed` of a session, and a wait for its end."""

    def __init__(self, train):
        self.session, self.states, self.ended = live.Live(self, train), [], threading.Event()

    def __call__(self) -> None:
        self.states.append((self.session.said, self.session.done))
        if not self.session.running:
            self.ended.set()

    def until_idle(self) -> None:
        assert self.ended.wait(PATIENCE)


@pytest.fixture
def training(monkeypatch):
    monkeypatch.setattr(live, "so_far", lambda run: [])
    return Training()


def test_a_pair_trains_the_method_and_then_full_training_and_the_curve_grows_by_an_epoch(training):
    waiting = Waiting(training)
    training.go.release(4)
    waiting.session.ask(A)
    waiting.until_idle()
    full = A.beside([])
    assert training.runs == [A.first, full] and full.policy == "full" and A.first.epochs == full.epochs == 2
    assert [done for said, done in waiting.states if "left" in said] == [1, 2, 3, 4]
    assert waiting.session.total == 4 and waiting.session.said == "Done."


def test_of_the_changes_that_arrive_meanwhile_only_the_newest_is_trained(training):
    waiting = Waiting(training)
    waiting.session.ask(A)
    assert training.begun.acquire(timeout=PATIENCE)
    waiting.session.ask(B)
    waiting.session.ask(C)
    training.go.release(1 + 4)  # the epoch that was under way, and the whole of C
    waiting.until_idle()
    assert training.runs == [A.first, C.first, C.beside([])]
    assert any(said.startswith("Stopped after 1 of 4 epochs") for said, _ in waiting.states)


def test_stop_ends_the_training_and_what_waits_and_another_can_be_asked_for(training):
    waiting = Waiting(training)
    waiting.session.ask(A)
    assert training.begun.acquire(timeout=PATIENCE)
    waiting.session.ask(B)
    waiting.session.stop()
    training.go.release(1)
    waiting.until_idle()
    assert training.runs == [A.first] and waiting.session.said.startswith("Stopped after 1 of 4 epochs")
    waiting.ended.clear()
    training.go.release(4)
    waiting.session.ask(B)
    waiting.until_idle()
    assert training.runs == [A.first, B.first, B.beside([])]


@pytest.mark.parametrize(("error", "words"), [(UserError("no such data"), "no such data"),
                                              (ValueError("broken"), "The training failed: ValueError: broken")])
def test_an_error_is_said_and_the_next_pair_trains(training, error, words):
    def broken(run, progress):
        raise error

    waiting = Waiting(broken)
    waiting.session.ask(A)
    waiting.until_idle()
    assert waiting.session.said == words and not waiting.session.running
    waiting.ended.clear()
    waiting.session.train = training
    training.go.release(4)
    waiting.session.ask(A)
    waiting.until_idle()
    assert waiting.session.said == "Done."


def test_a_training_stops_within_its_epoch_and_goes_on_from_the_last_whole_one(monkeypatch):
    """At the second epoch's first layer: no epoch is awaited, and the first is not trained again."""
    run, rows, layers = A.first, [], []

    def check():
        layers.append(len(rows))
        if len(rows) == 1:
            raise live.Stopped

    with pytest.raises(live.Stopped), live.interrupting(check):
        execute(run, progress=lambda _, row: rows.append(row))
    assert layers.count(1) == 1 and layers.count(0) > 10
    assert [row["epoch"] for row in live.so_far(run)] == [1] and find(run) is None
    record = execute(run, progress=lambda _, row: rows.append(row))
    assert [row["epoch"] for row in rows] == [1, 2] and live.so_far(run) == record.rows


def test_only_the_thread_that_trains_is_interrupted():
    def check():
        raise live.Stopped

    layer, ran = torch.nn.Linear(2, 2), []
    with live.interrupting(check):
        other = threading.Thread(target=lambda: ran.append(layer(torch.zeros(1, 2))))
        other.start()
        other.join()
        with pytest.raises(live.Stopped):
            layer(torch.zeros(1, 2))
    assert len(ran) == 1 and layer(torch.zeros(1, 2)).shape == (1, 2)  # and nothing is once it is over


def test_what_is_on_record_is_not_trained_and_what_was_begun_is_gone_on_with(training, monkeypatch):
    rows = [{"epoch": 1, **ROW}, {"epoch": 2, **ROW}]
    monkeypatch.setattr(live, "so_far", lambda run: rows if run.policy == "full" else rows[:1])
    waiting = Waiting(training)
    training.go.release(2)
    waiting.session.ask(A)
    waiting.until_idle()
    assert training.runs == [A.first] and waiting.states[0][1] == 1
    assert waiting.session.curves[A.beside([])] == rows


def test_lines_of_the_thread_that_trains_are_words_and_no_others(training, capsys):
    def talks(run, progress):
        print("about the training", file=sys.stderr)
        other = threading.Thread(target=lambda: print("of another", file=sys.stderr))
        other.start()
        other.join()

    waiting = Waiting(talks)
    waiting.session.ask(replace(A, beside=lambda rows: A.first))
    waiting.until_idle()
    assert "about the training" in [said for said, _ in waiting.states]
    assert capsys.readouterr().err == "of another\n" * 2  # once for each of the pair


def test_cost_counts_a_forward_pass_once_and_a_backward_pass_twice():
    assert trials.cost([{"forwards": 30, "backprops": 30}, {"forwards": 30, "backprops": 15}], 30) == [1.0, 1 + 60 / 90]


def test_points_are_of_every_run_with_an_epoch_and_the_outcome_is_of_the_last(monkeypatch):
    monkeypatch.setattr(trials, "size", lambda run: 4)
    curves = {A.first: [{"epoch": 1, **ROW}, {"epoch": 2, **ROW, "accuracy": 0.625}], A.beside([]): []}
    assert [(point["epoch"], point["cost"], point["accuracy"]) for point in trials.points(curves)] == [
        (1, 1.0, 50.0), (2, 2.0, 62.5)]
    assert trials.outcome(curves) == (
        "Random-Backprop, 25 % pruned: 62.5 % after epoch 2, which cost 2.0 epochs of full training")


@pytest.mark.parametrize(("share", "epochs"), [(0.5, 3), (0.83, 4), (1.0, 5), (0.01, 1)])
def test_beside_a_position_of_the_dial_is_full_training_of_the_same_cost(monkeypatch, share, epochs):
    monkeypatch.setattr(trials, "size", lambda run: 100)
    pair = trials.at_position(REDUNDANCY, 60, ("selective_backprop", 0.25), seed=1)
    full = pair.beside([{"forwards": 100 * share, "backprops": 100 * share}] * 5)
    assert (pair.first.policy, pair.first.keep) == ("selective_backprop", 0.25)
    assert (full.policy, full.epochs) == ("full", epochs)
    assert {(one.data, one.seed, one.curve) for one in (pair.first, full)} == {("procedural-easy-60", 1, True)}
    assert full.recipe.lr == pair.first.recipe.lr


@pytest.mark.parametrize("method", [(policy, keep) for policy, keep, _ in REDUNDANCY.methods])
def test_every_method_of_the_dial_can_be_turned(method):
    assert trials.at_position(REDUNDANCY, 0, method, seed=0).first.build() is not None


@pytest.mark.parametrize("policy", trials.METHODS)
def test_methods_of_the_form_need_no_other_training_and_have_every_rate(policy):
    for pruned in (0.1, 0.5, 0.9):
        run = trials.at_rate(policy, pruned, seed=0).first
        assert not run.scored_by and run.keep == round(1 - pruned, 4) and run.curve and run.build() is not None
