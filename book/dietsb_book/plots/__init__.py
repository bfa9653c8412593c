"""Figures, in one house style. Imported by notebooks alone: it needs matplotlib."""

from dietsb_book.plots.comparisons import FAMILIES, by_length, by_rate, by_total_cost, sweeps, usage_bars
from dietsb_book.plots.dials import at_position, over_dial
from dietsb_book.plots.panels import (
    accuracy_by_cost,
    accuracy_by_rate,
    class_scatter,
    curves,
    epoch_bars,
    image_grid,
    over_epochs,
    overlap_curves,
    rank_map,
)
from dietsb_book.plots.race import to_targets
from dietsb_book.plots.regimes import by_regime_cost, regime_map
from dietsb_book.plots.style import SERIES, STYLE, errorbar

__all__ = ["FAMILIES", "SERIES", "STYLE", "accuracy_by_cost", "accuracy_by_rate", "at_position", "by_length",
           "by_rate", "by_regime_cost", "by_total_cost", "class_scatter", "curves", "epoch_bars", "errorbar",
           "image_grid", "over_dial", "over_epochs", "overlap_curves", "rank_map", "regime_map", "sweeps",
           "to_targets", "usage_bars"]
