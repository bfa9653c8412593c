"""The sliders. What they show comes from pure functions, `draw`, `caption` and `table`; the widgets only call them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import ipywidgets
import pandas as pd
from IPython.display import clear_output, display
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from dietsb_book import plots
from dietsb_core.errors import UserError
from dietsb_core.evidence.row import Results
from dietsb_core.evidence.verdicts import label
from dietsb_core.policies import POLICIES
from dietsb_core.runs import grids
from dietsb_core.runs.execute import execute
from dietsb_core.runs.presets import preset

SELECTING = ("random_backprop", "selective_backprop")
RATE, SEED = "share of the examples that an epoch does not train on", "seed of the run"  # tooltips


def nearest(results: Results, policy: str, pruned: float) -> tuple[str, float]:
    """The recorded rate of `policy` that is nearest to `pruned`."""
    rates = [keep for name, keep in results if name == policy]
    if not rates:
        raise UserError(f"no run of {policy!r} is on record; there are: {', '.join(sorted({n for n, _ in results}))}")
    return policy, min(rates, key=lambda keep: abs(1 - keep - pruned))


def draw(results: Results, policy: str, pruned: float, seed: int) -> Figure:
    """Accuracy over epochs of one recorded run beside full training, at the recorded rate nearest to `pruned`."""
    method = nearest(results, policy, pruned)
    if seed not in results[method]:
        raise UserError(f"{label(method)} has no seed {seed} on record; it has: {', '.join(map(str, results[method]))}")
    chosen = {m: {seed: results[m][seed]} for m in (("full", 1.0), method) if seed in results.get(m, {})}
    return plots.curves(chosen, chosen, f"{label(method)}, seed {seed}")


def table(policy: str, pruned: float, seed: int) -> pd.DataFrame:
    """Train `policy` at `smoke` now, full training beside it, and say what came out and what it cost."""
    p = preset("smoke")
    p = replace(p, recipe=replace(p.recipe, epochs=8))
    runs = [grids.run(p, "full", 1.0, seed), grids.run(p, policy, round(1 - pruned, 4), seed)]
    records = [execute(run) for run in runs]
    return pd.DataFrame({
        "method": [label((run.policy, run.keep)) for run in runs],
        "accuracy, %": [round(100 * record.accuracy, 1) for record in records],
        "forwards": [record.total("forwards") for record in records],
        "backprops": [record.total("backprops") for record in records],
    })


def caption(results: Results, policy: str, pruned: float, seed: int) -> str:
    """The figure of `draw` in words: the accuracies at its end, and a further line where the rate is not the one
    asked for."""
    method = nearest(results, policy, pruned)
    ends = {m: results[m][seed].accuracy for m in (method, ("full", 1.0)) if seed in results.get(m, {})}
    said = "; ".join(f"{label(m)}: {100 * accuracy:.1f} %" for m, accuracy in ends.items())
    other = "" if abs(1 - method[1] - pruned) < 1e-6 else f"\n{100 * pruned:g} % is not on record: this is the nearest."
    return f"After epoch {len(results[method][seed].rows)}, seed {seed}: {said}.{other}"


def recorded(results: Results, pruned: float) -> ipywidgets.Widget:
    """Sliders over what is on record."""
    policies = sorted({policy for policy, keep in results if keep < 1 and policy in POLICIES})
    seeds = sorted({seed for records in results.values() for seed in records})

    def show(method: str, rate: float, seed: int) -> None:
        try:
            with plt.ioff():  # JupyterLab's messages come in two threads: the other would show what this one is drawing
                figure = draw(results, method, rate, seed)
            plt.close(figure)
            print(caption(results, method, rate, seed))
            display(figure)
        except UserError as error:  # not every method has every seed on record yet
            print(error)

    return ipywidgets.interactive(
        show, method=_method(policies), rate=_rate(pruned),
        seed=ipywidgets.SelectionSlider(options=seeds, value=seeds[0], description="Seed", tooltip=SEED))


def live(pruned: float) -> ipywidgets.Widget:
    """Sliders that train on the spot, at `smoke`, when they are let go."""
    def show(method: str, rate: float, seed: int) -> None:
        print(f"training {label((method, round(1 - rate, 4)))}, seed {seed} …")  # it takes seconds
        trained = table(method, rate, seed)
        clear_output(wait=True)
        display(trained)

    return ipywidgets.interactive(
        show, method=_method(SELECTING), rate=_rate(pruned),
        seed=ipywidgets.IntSlider(0, 0, 9, description="Seed", tooltip=SEED, continuous_update=False))


def _method(policies: Iterable[str]) -> ipywidgets.Dropdown:
    """The methods under the names that figures and tables give them."""
    return ipywidgets.Dropdown(options=[(label((policy, 1.0)), policy) for policy in policies], description="Method")


def _rate(pruned: float) -> ipywidgets.FloatSlider:
    return ipywidgets.FloatSlider(pruned, min=0.1, max=0.9, step=0.05, description="Pruned", tooltip=RATE,
                                  readout_format=".0%", continuous_update=False)
