"""Forms that train on the spot, for JupyterLab. What they train and show comes from `live`, `trials` and `charts`."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets
from ipywidgets import Layout

from dietsb_book import charts, trials
from dietsb_book.escape import html
from dietsb_book.live import Live, Pair
from dietsb_core.evidence.verdicts import label
from dietsb_core.runs.grids.dial import Dial

SEEDS = range(10)


class Form(ipywidgets.VBox):
    """Controls, Train and Stop, a bar, a line of words, and curves that grow an epoch at a time. Nothing is trained
    until Train is pressed; from then on a control that is moved trains too."""

    def __init__(self, controls: dict[str, ipywidgets.Widget], pair: Callable[..., Pair]):
        self.controls, self.pair, self.armed = controls, pair, False
        self.train = ipywidgets.Button(description="Train", button_style="primary")
        self.stop = ipywidgets.Button(description="Stop")
        self.bar = ipywidgets.IntProgress(description="Epochs", layout=Layout(width="100%"))
        self.words, self.drawn = ipywidgets.HTML(), []
        self.curves = ipywidgets.Output(layout=Layout(min_height="330px"))  # nothing jumps as they are drawn anew
        self.live = Live(self.show)
        self.train.on_click(self.start)
        self.stop.on_click(lambda _: self.live.stop())
        for control in controls.values():
            control.observe(self.moved, "value")
        super().__init__([*controls.values(), ipywidgets.HBox([self.train, self.stop]), self.bar, self.words,
                          self.curves])
        self.show()

    def start(self, _: object = None) -> None:
        self.armed = True
        self.live.ask(self.pair(**{name: control.value for name, control in self.controls.items()}))
        self.show()

    def moved(self, _: object) -> None:
        if self.armed:
            self.start()

    def show(self) -> None:
        """The state of the training. Called from its thread too, so outputs are set and not displayed: a display would
        go to whichever cell runs."""
        live, curves = self.live, self.live.curves
        points = trials.points(curves)
        outcome = f" {trials.outcome(curves)}." if points and not live.running else ""
        self.bar.max, self.bar.value = live.total, live.done
        self.words.value = html(live.said + outcome)
        self.train.disabled, self.stop.disabled = live.running, not live.running
        if points != self.drawn:
            bundle = charts.growing(points, max((run.epochs for run in curves), default=1))._repr_mimebundle_()
            self.curves.outputs = ({"output_type": "display_data", "data": bundle, "metadata": {}},)
            self.drawn = points


def live(pruned: float) -> Form:
    """A method at a prune rate beside full training in as many epochs."""
    rate = ipywidgets.FloatSlider(pruned, min=0.1, max=0.9, step=0.05, description="Pruned", readout_format=".0%",
                                  tooltip="share of the examples that an epoch does not train on",
                                  continuous_update=False)
    named = [(label((policy, 1.0)), policy) for policy in trials.METHODS]
    return Form({"policy": _menu("Method", named), "pruned": rate, "seed": _seed()}, trials.at_rate)


def turning(dial: Dial) -> Form:
    """A method at a position of `dial` beside full training of the same cost."""
    places = ipywidgets.SelectionSlider(options=[(dial.at(one), one) for one in dial.positions], description="Dial",
                                        tooltip=dial.axis, continuous_update=False)
    named = [(label((policy, keep)), (policy, keep)) for policy, keep, _ in dial.methods]
    return Form({"position": places, "method": _menu("Method", named), "seed": _seed()},
                lambda **chosen: trials.at_position(dial, **chosen))


def _menu(name: str, options: list[tuple[str, object]]) -> ipywidgets.Dropdown:
    return ipywidgets.Dropdown(options=options, description=name)


def _seed() -> ipywidgets.Dropdown:
    return ipywidgets.Dropdown(options=SEEDS, description="Seed", tooltip="seed of the run")
