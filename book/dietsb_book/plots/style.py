"""House style: labelled axes, intervals over seeds, colours all can tell apart."""

from __future__ import annotations

import matplotlib.pyplot as plt

Look = tuple[str, str | tuple[int, int, int]]  # colour and marker


class Looks(dict[str, Look]):
    """The colour and marker of each method. A method without an entry is drawn in grey."""

    def __missing__(self, policy: str) -> Look:
        return "#777777", "."


# Okabe and Ito's palette (2008), then Paul Tol's "muted" and "high-contrast" ones (2021). Each method also has a marker
# of its own, so that no reader has to tell two methods apart by colour alone.
STYLE = Looks({
    "full": ("#000000", "s"), "random_backprop": ("#56B4E9", "o"), "selective_backprop": ("#D55E00", "^"),
    "el2n": ("#009E73", "D"), "random_prune": ("#999999", "v"), "diet_sb": ("#CC79A7", "P"),
    "diet_random": ("#0072B2", "X"), "grand": ("#117733", "h"), "grand_last": ("#117733", "d"),
    "forgetting": ("#999933", "<"), "dynamic_random": ("#332288", "*"), "epsilon_greedy": ("#CC6677", ">"),
    "ucb": ("#882255", "p"), "infobatch": ("#E69F00", "H"), "diet_dynamic": ("#44AA99", (3, 1, 0)),
    "forgetting_sb": ("#AA4499", "8"), "el2n_balanced": ("#009E73", "+"),
    "stale_selective_backprop": ("#D55E00", "1"), "cdf_selective_backprop": ("#D55E00", "2"),
    "early_stopping": ("#BB5566", (4, 1, 0)), "orderdp": ("#004488", (4, 1, 45)), "seta": ("#DDAA33", (6, 1, 0)),
    "dynamic_balanced": ("#117733", "$\\spadesuit$"), "balanced_sb": ("#882255", "$\\clubsuit$"),
    "class_weights": ("#555555", "x"),
})
SERIES = (STYLE["selective_backprop"], STYLE["el2n"])  # of curves that belong to no method
plt.rcParams.update({"figure.figsize": (7, 4.2), "figure.dpi": 110, "axes.spines.top": False, "legend.frameon": False,
                     "axes.spines.right": False, "axes.grid": True, "grid.alpha": 0.3, "font.size": 11})
