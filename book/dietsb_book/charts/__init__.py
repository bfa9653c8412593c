"""Charts that are data, drawn by Vega-Lite in pages and in JupyterLab. Imported by notebooks alone: it needs Altair."""

from dietsb_book.charts.accuracies import FAMILIES, accuracy_by_cost, accuracy_by_rate, by_rate
from dietsb_book.charts.costs import by_length, by_total_cost
from dietsb_book.charts.dials import at_position, over_dial
from dietsb_book.charts.epochs import over_epochs
from dietsb_book.charts.examples import class_scatter, epoch_bars, sweeps, usage_bars
from dietsb_book.charts.explorer import explorer
from dietsb_book.charts.growing import growing
from dietsb_book.charts.overlaps import overlap_curves, rank_map
from dietsb_book.charts.race import to_targets
from dietsb_book.charts.recorded import explore
from dietsb_book.charts.regimes import regime_map
from dietsb_book.charts.shown import MIME, Chart

__all__ = [
    "FAMILIES",
    "MIME",
    "Chart",
    "accuracy_by_cost",
    "accuracy_by_rate",
    "at_position",
    "by_length",
    "by_rate",
    "by_total_cost",
    "class_scatter",
    "epoch_bars",
    "explore",
    "explorer",
    "growing",
    "over_dial",
    "over_epochs",
    "overlap_curves",
    "rank_map",
    "regime_map",
    "sweeps",
    "to_targets",
    "usage_bars",
]
